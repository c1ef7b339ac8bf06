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
  bool framed;     // speaks WebSocket
  size_t payload;  // bytes of the frame that are still to come
  unsigned char head[10];
  size_t head_size;
} Client;

// The most bytes of a frame's head with its mask.
#define FRAME_HEAD 8

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

// Makes a WebSocket of a connection that is there, and reads the answer to that.
void upgrade_client(Client* client);

// Puts the head of a masked text frame before `size` bytes, which it masks, at `text`. Gives the size of the head, which
// ends where the text begins.
size_t frame_text(char* text, size_t size);

// Reads what there is, and calls `line` for each whole line, without its end. Gives false when the peer has closed.
bool read_lines(Client* client, void (*line)(Client* client, char* text, size_t size, void* context), void* context);
