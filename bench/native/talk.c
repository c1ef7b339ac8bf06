#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "load.h"
#include "sockets.h"

#define SECOND 1000000000ull

// Latencies are counted by the microsecond up to this many; what is later counts as this.
#define MAX_LATENCY 8000000

// How much a speaker sends at a time where it may send as fast as it can.
#define BURST 64

typedef struct {
  const Talk* options;
  Client* clients;
  int* heard;  // for each client and speaker, the number of the last message
  uint32_t* latencies;
  uint64_t start;
  uint64_t last;  // when something arrived
  uint64_t read_at;
  long arrived, repeated, missing;
} Room;

// What a speaker still has to send of what it said.
typedef struct {
  char* bytes;
  size_t size, sent;
  long said;
} Speaker;

static long number(char** text, const char* end) {
  long value = 0;
  for (; *text < end && **text >= '0' && **text <= '9'; (*text)++) value = 10 * value + **text - '0';
  (*text)++;
  return value;
}

static void answer_ping(Client* client, const char* text, size_t size) {
  if (size < 5 || memcmp(text, "PING ", 5) != 0) return;
  char pong[512];
  int length = snprintf(pong, sizeof pong, "PONG %.*s\r\n", (int)(size - 5 < 400 ? size - 5 : 400), text + 5);
  send_all(client, pong, (size_t)length);
}

// A message holds "@@SPEAKER:NUMBER:MICROSECONDS:", the time since the start at which it was said.
static void hear(Client* client, char* text, size_t size, void* context) {
  Room* room = context;
  const char* end = text + size;
  char* at = memchr(text, '@', size);
  // In IRC one stands in the name of who speaks, too.
  while (at != NULL && (at + 1 == end || at[1] != '@')) at = memchr(at + 1, '@', (size_t)(end - at - 1));
  if (at == NULL) {
    if (room->options->irc) answer_ping(client, text, size);
    return;
  }
  at += 2;
  long speaker = number(&at, end);
  long message = number(&at, end);
  long said = number(&at, end);
  if (speaker >= room->options->speakers) return;
  int* last = &room->heard[(client - room->clients) * room->options->speakers + speaker];
  if (message <= *last) {
    room->repeated++;
  } else {
    room->missing += message - *last - 1;
    *last = (int)message;
  }
  room->arrived++;
  long latency = (long)((room->read_at - room->start) / 1000) - said;
  room->latencies[latency < 0 ? 0 : latency < MAX_LATENCY ? latency : MAX_LATENCY]++;
}

static void ignore(Client* client, char* text, size_t size, void* context) {
  if (((Room*)context)->options->irc) answer_ping(client, text, size);
}

// Reads on all clients for `ms` milliseconds at most. Gives whether something came.
static bool listen_once(Room* room, int epoll, int ms, void (*line)(Client*, char*, size_t, void*)) {
  struct epoll_event events[512];
  int count = epoll_wait(epoll, events, 512, ms);
  for (int i = 0; i < count; i++) {
    Client* client = events[i].data.ptr;
    room->read_at = now_ns();
    if (!read_lines(client, line, room)) epoll_ctl(epoll, EPOLL_CTL_DEL, client->fd, NULL);
  }
  if (count > 0) room->last = room->read_at;
  return count > 0;
}

// Waits until nothing has come for half a second: all are in the room, and were told so.
static void settle(Room* room, int epoll) {
  uint64_t begun = now_ns();
  room->last = begun;
  while (now_ns() - room->last < SECOND / 2 && now_ns() - begun < 20 * SECOND) listen_once(room, epoll, 50, ignore);
}

// The same in a WebSocket: a message a line, without its end.
static void say_framed(Room* room, Speaker* speaker, int index) {
  const Talk* options = room->options;
  char line[FRAME_HEAD + 65536];
  char* text = line + FRAME_HEAD;
  int head = sprintf(text, "@@%d:%ld:%llu:", index, speaker->said++,
                     (unsigned long long)((now_ns() - room->start) / 1000));
  int size = options->bytes > head ? options->bytes : head;
  memset(text + head, 'x', (size_t)(size - head));
  size_t framing = frame_text(text, (size_t)size);
  memcpy(speaker->bytes + speaker->size, text - framing, framing + (size_t)size);
  speaker->size += framing + (size_t)size;
}

static void say(Room* room, Speaker* speaker, int index) {
  const Talk* options = room->options;
  if (options->websocket) return say_framed(room, speaker, index);
  char* line = speaker->bytes + speaker->size;
  int prefix = options->irc ? sprintf(line, "PRIVMSG #r :") : 0;
  int head = sprintf(line + prefix, "@@%d:%ld:%llu:", index, speaker->said++,
                     (unsigned long long)((now_ns() - room->start) / 1000));
  int filler = options->bytes > head ? options->bytes - head : 0;
  memset(line + prefix + head, 'x', (size_t)filler);
  speaker->size += (size_t)(prefix + head + filler);
  if (options->irc) speaker->bytes[speaker->size++] = '\r';
  speaker->bytes[speaker->size++] = '\n';
}

// Sends what it still has, as much as is taken.
static void push_out(Client* client, Speaker* speaker) {
  if (client->closed || speaker->sent == speaker->size) return;
  ssize_t sent = write(client->fd, speaker->bytes + speaker->sent, speaker->size - speaker->sent);
  if (sent > 0) speaker->sent += (size_t)sent;
  if (speaker->sent == speaker->size) speaker->sent = speaker->size = 0;
}

// Says all messages that are due at this moment, the speakers in turn. Gives how many were said so far.
static long speak(Room* room, Speaker* speakers, long said) {
  const Talk* options = room->options;
  long all = options->speakers * options->messages;
  if (options->rate > 0) {
    long due = (long)((double)(now_ns() - room->start) / SECOND * options->rate) + 1;
    for (; said < all && said < due; said++) {
      int index = (int)(said % options->speakers);
      say(room, &speakers[index], index);
      push_out(&room->clients[index], &speakers[index]);
    }
    return said;
  }
  for (int index = 0; index < options->speakers; index++) {
    Speaker* speaker = &speakers[index];
    for (int i = 0; speaker->size == 0 || (i > 0 && i < BURST); i++) {
      if (speaker->said == options->messages) break;
      say(room, speaker, index);
      said++;
    }
    push_out(&room->clients[index], speaker);
  }
  return said;
}

static long percentile(const Room* room, double part) {
  long wanted = (long)((double)room->arrived * part), seen = 0;
  for (long latency = 0; latency <= MAX_LATENCY; latency++) {
    seen += room->latencies[latency];
    if (seen > wanted) return latency;
  }
  return MAX_LATENCY;
}

static void report(const Room* room, long expected, double cpu) {
  const Talk* options = room->options;
  int closed = 0;
  for (int i = 0; i < options->clients; i++) closed += room->clients[i].closed;
  double seconds = (double)(room->last - room->start) / SECOND;
  printf("{\"expected\":%ld,\"arrived\":%ld,\"missing\":%ld,\"repeated\":%ld,\"closed\":%d,\"seconds\":%.4f,"
         "\"perSecond\":%.0f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,\"generator\":%.3f}\n",
         expected, room->arrived, room->missing, room->repeated, closed, seconds,
         (double)room->arrived / seconds, (double)percentile(room, 0.5) / 1e3,
         (double)percentile(room, 0.99) / 1e3, (double)percentile(room, 1 - 1e-12) / 1e3, cpu / seconds);
}

// Comes as a browser does, and joins with a first line.
static void enter_framed(Client* client) {
  upgrade_client(client);
  char line[FRAME_HEAD + 8] = "";
  memcpy(line + FRAME_HEAD, "/ping", 5);
  size_t framing = frame_text(line + FRAME_HEAD, 5);
  send_all(client, line + FRAME_HEAD - framing, framing + 5);
}

void talk(const Talk* options) {
  Room room = {.options = options, .clients = make_clients(options->clients)};
  int epoll = epoll_create1(0);
  for (int i = 0; i < options->clients; i++) {
    connect_client(&room.clients[i], i, options->port, true);
    char hello[128];
    int length = snprintf(hello, sizeof hello, "NICK u%d\r\nUSER u%d 0 * :u\r\nJOIN #r\r\n", i, i);
    if (options->irc) send_all(&room.clients[i], hello, (size_t)length);
    if (options->websocket) enter_framed(&room.clients[i]);
    watch(epoll, &room.clients[i]);
  }
  size_t pairs = (size_t)options->clients * (size_t)options->speakers;
  room.heard = malloc(pairs * sizeof *room.heard);
  room.latencies = calloc(MAX_LATENCY + 1, sizeof *room.latencies);
  Speaker* speakers = calloc((size_t)options->speakers, sizeof *speakers);
  if (room.heard == NULL || room.latencies == NULL || speakers == NULL) fail("memory for the load");
  memset(room.heard, -1, pairs * sizeof *room.heard);
  for (int i = 0; i < options->speakers; i++) speakers[i].bytes = malloc(BURST * ((size_t)options->bytes + 128));
  settle(&room, epoll);

  long all = options->speakers * options->messages, said = 0;
  long expected = all * (options->clients - 1);
  puts("{\"started\":true}");
  fflush(stdout);
  double cpu = cpu_seconds();
  room.start = room.last = now_ns();
  while (room.arrived < expected && now_ns() - room.start < (uint64_t)(options->patience * SECOND)) {
    if (said == all && now_ns() - room.last > 3 * SECOND) break;
    if (said < all) said = speak(&room, speakers, said);
    bool sending = false;
    for (int i = 0; options->rate == 0 && i < options->speakers; i++) {
      push_out(&room.clients[i], &speakers[i]);
      sending |= speakers[i].size > 0;
    }
    listen_once(&room, epoll, said == all && !sending ? 100 : options->rate > 0, hear);
  }
  report(&room, expected, cpu_seconds() - cpu);
}
