// limit PORT: what no chat server can be much faster than. One epoll loop that puts the sender's address before each
// line and sends it to everyone else, once for all that came in one turn; nothing else.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_MEMBERS 65536
#define BUFFER 65536

typedef struct {
  int fd, index, name_size;
  char name[32];
  char* in;
  size_t in_size;
  char* out;
  size_t out_start, out_end, out_room;
  int waiting;  // in `changed`
  int blocked;  // epoll reports when it can be written to
} Member;

static Member* members[MAX_MEMBERS];
static int count;
static Member* changed[MAX_MEMBERS];
static int changes;
static int epoll;

static void* must(void* memory) {
  if (memory == NULL) exit(1);
  return memory;
}

static void mark(Member* member) {
  if (member->waiting) return;
  member->waiting = 1;
  changed[changes++] = member;
}

static void queue(Member* member, const char* bytes, size_t size) {
  if (member->out_start == member->out_end) member->out_start = member->out_end = 0;
  if (member->out_end + size > member->out_room) {
    member->out_room = 2 * (member->out_end + size);
    member->out = must(realloc(member->out, member->out_room));
  }
  memcpy(member->out + member->out_end, bytes, size);
  member->out_end += size;
  mark(member);
}

static void enter(int listener) {
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  int fd, one = 1;
  while ((fd = accept4(listener, (struct sockaddr*)&from, &size, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Member* member = must(calloc(1, sizeof *member));
    *member = (Member){.fd = fd, .index = count, .in = must(malloc(BUFFER))};
    member->name_size = snprintf(member->name, sizeof member->name, "<%s> ", inet_ntoa(from.sin_addr));
    members[count++] = member;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = member});
    queue(member, "Welcome\n", 8);
  }
}

static void leave(Member* member) {
  close(member->fd);
  members[member->index] = members[--count];
  members[member->index]->index = member->index;
}

// Sends each whole line that came to all others.
static void hear(Member* member) {
  static char lines[8 * BUFFER];
  ssize_t got = read(member->fd, member->in + member->in_size, BUFFER - member->in_size);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return leave(member);
  char* start = member->in;
  char* end = member->in + member->in_size + got;
  size_t size = 0;
  for (char* lf; (lf = memchr(start, '\n', (size_t)(end - start))) != NULL && size < 6 * BUFFER; start = lf + 1) {
    memcpy(lines + size, member->name, (size_t)member->name_size);
    size += (size_t)member->name_size;
    memcpy(lines + size, start, (size_t)(lf + 1 - start));
    size += (size_t)(lf + 1 - start);
  }
  for (int i = 0; size > 0 && i < count; i++) {
    if (members[i] != member) queue(members[i], lines, size);
  }
  member->in_size = (size_t)(end - start) % BUFFER;
  memmove(member->in, start, member->in_size);
}

static void flush(Member* member) {
  member->waiting = 0;
  ssize_t sent = write(member->fd, member->out + member->out_start, member->out_end - member->out_start);
  if (sent > 0) member->out_start += (size_t)sent;
  int blocked = member->out_start < member->out_end;
  // Told each time, as a plain loop does: it costs a twentieth of the write.
  epoll_ctl(epoll, EPOLL_CTL_MOD, member->fd,
            &(struct epoll_event){.events = EPOLLIN | (blocked ? EPOLLOUT : 0), .data.ptr = member});
}

int main(int args, char** arg) {
  if (args != 2) return 2;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arg[1]))};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr*)&at, sizeof at) != 0 || listen(listener, 4096) != 0) {
    perror("limit");
    return 1;
  }
  epoll = epoll_create1(0);
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN});
  for (struct epoll_event events[512];;) {
    int ready = epoll_wait(epoll, events, 512, -1);
    for (int i = 0; i < ready; i++) {
      Member* member = events[i].data.ptr;
      if (member == NULL) {
        enter(listener);
        continue;
      }
      if (events[i].events & EPOLLOUT) mark(member);
      if (events[i].events & (EPOLLIN | EPOLLHUP)) hear(member);
    }
    for (int i = 0; i < changes; i++) flush(changed[i]);
    changes = 0;
  }
}
