#define _GNU_SOURCE
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

_Noreturn void fail(const char* what) {
  perror(what);
  exit(1);
}

Client* make_clients(int count) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  Client* clients = calloc((size_t)count, sizeof *clients);
  if (clients == NULL) fail("memory for the clients");
  return clients;
}

void connect_client(Client* client, int index, int port, bool wait) {
  int one = 1;
  int fd = socket(AF_INET, SOCK_STREAM | (wait ? 0 : SOCK_NONBLOCK), 0);
  if (fd < 0) fail("socket");
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(index % 200))};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The port is chosen with the destination known: else the addresses run out of them.
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (bind(fd, (struct sockaddr*)&from, sizeof from) != 0) fail("bind");
  if (connect(fd, (struct sockaddr*)&to, sizeof to) != 0 && errno != EINPROGRESS) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  client->fd = fd;
  client->buffer = malloc(BUFFER);
  if (client->buffer == NULL) fail("memory for a client");
}

void watch(int epoll, Client* client) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0) fail("epoll_ctl");
}

void send_all(Client* client, const char* bytes, size_t size) {
  while (size > 0) {
    ssize_t sent = write(client->fd, bytes, size);
    if (sent >= 0) {
      bytes += sent;
      size -= (size_t)sent;
    } else if (errno == EAGAIN) {
      poll(&(struct pollfd){.fd = client->fd, .events = POLLOUT}, 1, 1000);
    } else {
      fail("write");
    }
  }
}

static const char UPGRADE[] =
    "GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

void upgrade_client(Client* client) {
  send_all(client, UPGRADE, sizeof UPGRADE - 1);
  char answer[1024];
  // Byte by byte, so that nothing of the first frame is read.
  for (size_t size = 0; size < 4 || memcmp(answer + size - 4, "\r\n\r\n", 4) != 0;) {
    poll(&(struct pollfd){.fd = client->fd, .events = POLLIN}, 1, 5000);
    if (size == sizeof answer || read(client->fd, answer + size, 1) != 1) fail("the handshake of a WebSocket");
    size++;
  }
  if (memcmp(answer, "HTTP/1.1 101 ", 13) != 0) fail("the handshake of a WebSocket is refused");
  client->framed = true;
}

size_t frame_text(char* text, size_t size) {
  static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
  for (size_t i = 0; i < size; i++) text[i] ^= (char)mask[i % 4];
  size_t head = size < 126 ? 2 : 4;
  unsigned char* at = (unsigned char*)text - head - 4;
  at[0] = 0x81;
  at[1] = (unsigned char)(0x80 | (size < 126 ? size : 126));
  if (head == 4) {
    at[2] = (unsigned char)(size >> 8);
    at[3] = (unsigned char)size;
  }
  memcpy(at + head, mask, 4);
  return head + 4;
}

// Takes one more byte of a frame's head. When that is whole, the payload is known.
static void take_head(Client* client, unsigned char byte) {
  client->head[client->head_size++] = byte;
  size_t length = client->head_size < 2 ? 0 : client->head[1];
  size_t whole = length == 127 ? 10 : length == 126 ? 4 : 2;
  if (client->head_size < whole) return;
  size_t first = whole == 2 ? 1 : 2;
  client->payload = 0;
  for (size_t i = first; i < whole; i++) client->payload = client->payload << 8 | client->head[i];
  client->head_size = 0;
}

// Appends the payload of frames to the buffer. Gives how much that is.
static size_t unframe(Client* client, const char* bytes, size_t size) {
  size_t taken = 0;
  for (size_t at = 0; at < size;) {
    if (client->payload == 0) {
      take_head(client, (unsigned char)bytes[at++]);
      continue;
    }
    size_t part = size - at < client->payload ? size - at : client->payload;
    memcpy(client->buffer + client->pending + taken, bytes + at, part);
    taken += part;
    at += part;
    client->payload -= part;
  }
  return taken;
}

// Reads what there is behind what is pending.
static ssize_t read_more(Client* client) {
  static char frames[BUFFER];
  size_t room = BUFFER - client->pending;
  if (!client->framed) return read(client->fd, client->buffer + client->pending, room);
  ssize_t got = read(client->fd, frames, room);
  return got <= 0 ? got : (ssize_t)unframe(client, frames, (size_t)got);
}

bool read_lines(Client* client, void (*line)(Client*, char*, size_t, void*), void* context) {
  ssize_t got = read_more(client);
  if ((got < 0 && errno == EAGAIN) || (got == 0 && client->framed && client->head_size > 0)) return true;
  if (got <= 0) {
    client->closed = true;
    return false;
  }
  char* start = client->buffer;
  char* end = client->buffer + client->pending + got;
  for (char* lf; (lf = memchr(start, '\n', (size_t)(end - start))) != NULL; start = lf + 1) {
    line(client, start, (size_t)(lf - start), context);
  }
  client->pending = (size_t)(end - start);
  if (client->pending == BUFFER) client->pending = 0;
  memmove(client->buffer, start, client->pending);
  return true;
}
