// What all parts of the load need: time, connections, and lines out of bytes.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How much one connection reads at a time; no line may be longer.
#define BUFFER (256 * 1024)

typedef struct {
  int fd;
  bool closed;
  size_t pending;  // bytes of an unfinished line in `buffer`
  char* buffer;
} Client;

// Nanoseconds on a clock that only goes forward.
uint64_t now_ns(void);

// Seconds of processor time that this process has used.
double cpu_seconds(void);

// Ends the program with what went wrong.
_Noreturn void fail(const char* what);

// Makes room for `count` clients, and for as many open files.
Client* make_clients(int count);

// Begins to connect client `index` to 127.0.0.1, from one of 200 loopback addresses, so that a limit per address is
// met by nobody. With `wait` it is connected when this returns.
void connect_client(Client* client, int index, int port, bool wait);

// Has epoll report when a client can be read.
void watch(int epoll, Client* client);

// Sends all of it, waiting where the connection is full.
void send_all(Client* client, const char* bytes, size_t size);

// Reads what there is, and calls `line` for each whole line, without its end. Gives false when the peer has closed.
bool read_lines(Client* client, void (*line)(Client* client, char* text, size_t size, void* context), void* context);
