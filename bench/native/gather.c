#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "sockets.h"

#define PATIENCE_NS 60000000000ull

// How many times something is said to all.
#define ROUNDS 5

typedef struct {
  const char* wanted;  // what the awaited line holds; any line where there is none
  bool* seen;          // of each client
  Client* clients;
  int count;
} Waiting;

static void look(Client* client, char* text, size_t size, void* context) {
  Waiting* waiting = context;
  bool* seen = &waiting->seen[client - waiting->clients];
  if (*seen || (waiting->wanted != NULL && memmem(text, size, waiting->wanted, strlen(waiting->wanted)) == NULL)) return;
  *seen = true;
  waiting->count++;
}

// Reads until `count` clients have seen what is wanted. Gives how many were closed instead.
static int await_lines(int epoll, Waiting* waiting, int count) {
  int closed = 0;
  struct epoll_event events[512];
  for (uint64_t start = now_ns(); waiting->count + closed < count && now_ns() - start < PATIENCE_NS;) {
    int ready = epoll_wait(epoll, events, 512, 100);
    for (int i = 0; i < ready; i++) {
      Client* client = events[i].data.ptr;
      if (read_lines(client, look, waiting)) continue;
      epoll_ctl(epoll, EPOLL_CTL_DEL, client->fd, NULL);
      closed++;
    }
  }
  return closed;
}

static Waiting wait_for(Client* clients, int count, const char* wanted) {
  Waiting waiting = {.wanted = wanted, .clients = clients, .seen = calloc((size_t)count, sizeof(bool))};
  if (waiting.seen == NULL) fail("memory for the clients");
  return waiting;
}

static double ms_since(uint64_t start) {
  return (double)(now_ns() - start) / 1e6;
}

// How often the operating system had to send something again, as where the queue of a listener was full.
static int retries(const Client* clients, int count) {
  int sum = 0;
  for (int i = 0; i < count; i++) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(clients[i].fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) sum += (int)info.tcpi_total_retrans;
  }
  return sum;
}

void arrive(int port, int clients, const char* first) {
  Client* all = make_clients(clients);
  Waiting waiting = wait_for(all, clients, NULL);
  int epoll = epoll_create1(0);
  uint64_t start = now_ns();
  for (int i = 0; i < clients; i++) {
    connect_client(&all[i], i, port, false);
    if (first[0] != '\0') send_all(&all[i], first, strlen(first));
    watch(epoll, &all[i]);
  }
  double connecting = ms_since(start);
  int refused = await_lines(epoll, &waiting, clients);
  printf("{\"welcomed\":%d,\"refused\":%d,\"retries\":%d,\"connecting\":%.2f,\"ms\":%.2f}\n", waiting.count, refused,
         retries(all, clients), connecting, ms_since(start));
}

// Says something as one of the clients, `ROUNDS` times, and waits each time until all others have heard it.
static void reach(int epoll, Client* clients, int count) {
  for (int round = 0; round < ROUNDS; round++) {
    char line[32];
    int length = snprintf(line, sizeof line, "reach%d-all\n", round);
    line[length - 1] = '\0';
    Waiting waiting = wait_for(clients, count, line);
    waiting.seen[0] = true;
    uint64_t start = now_ns();
    send_all(&clients[0], line, (size_t)length - 1);
    send_all(&clients[0], "\n", 1);
    await_lines(epoll, &waiting, count - 1);
    printf("{\"heard\":%d,\"ms\":%.2f}\n", waiting.count, ms_since(start));
    fflush(stdout);
    free(waiting.seen);
    usleep(300000);
  }
}

void gather(int port, int clients, int step, const char* ready) {
  Client* all = make_clients(clients);
  Waiting waiting = wait_for(all, clients, ready);
  int epoll = epoll_create1(0);
  for (int count = 0; count < clients;) {
    uint64_t start = now_ns();
    for (int end = count + step < clients ? count + step : clients; count < end; count++) {
      connect_client(&all[count], count, port, false);
      watch(epoll, &all[count]);
    }
    double connected = ms_since(start);
    int closed = 0;
    // Who comes without a word is accepted by and by.
    if (ready == NULL) usleep(400000);
    else closed = await_lines(epoll, &waiting, count);
    printf("{\"members\":%d,\"closed\":%d,\"ms\":%.2f}\n", ready == NULL ? count : waiting.count, closed,
           ready == NULL ? connected : ms_since(start));
    fflush(stdout);
  }
  char asked[16];
  if (fgets(asked, sizeof asked, stdin) != NULL && ready != NULL) reach(epoll, all, clients);
}
