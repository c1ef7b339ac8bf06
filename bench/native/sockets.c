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

bool read_lines(Client* client, void (*line)(Client*, char*, size_t, void*), void* context) {
  ssize_t got = read(client->fd, client->buffer + client->pending, BUFFER - client->pending);
  if (got < 0 && errno == EAGAIN) return true;
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
