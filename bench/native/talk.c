#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "load.h"
#include "rooms.h"
#include "sockets.h"

#define SECOND 1000000000ull

// Latencies are counted by the microsecond up to this many; what is later counts as this.
#define MAX_LATENCY 8000000

// How much a speaker sends at a time where it may send as fast as it can.
#define BURST 64

typedef struct {
  const Talk* options;
  Client* clients;  // those that are counted, then the movers
  Movers movers;
  int* heard;  // for each client and speaker, the number of the last message
  uint32_t* latencies;
  uint64_t start;
  uint64_t last;  // when something arrived
  uint64_t read_at;
  long arrived, repeated, missing;
  long strayed;  // what came from another room
} Load;

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

// Everyone has the next room, speakers first.
static int room_of(const Load* load, long index) {
  return (int)(index % load->options->rooms);
}

// A message holds "@@SPEAKER:NUMBER:MICROSECONDS:", the time since the start at which it was said.
static void hear(Client* client, char* text, size_t size, void* context) {
  Load* load = context;
  ptrdiff_t index = client - load->clients;
  if (index >= load->options->clients) return arrive_in_room(&load->movers, client, text, size);
  const char* end = text + size;
  char* at = memchr(text, '@', size);
  // In IRC one stands in the name of who speaks, too.
  while (at != NULL && (at + 1 == end || at[1] != '@')) at = memchr(at + 1, '@', (size_t)(end - at - 1));
  if (at == NULL) {
    if (load->options->irc) answer_ping(client, text, size);
    return;
  }
  at += 2;
  long speaker = number(&at, end);
  long message = number(&at, end);
  long said = number(&at, end);
  if (speaker >= load->options->speakers) return;
  if (room_of(load, speaker) != room_of(load, index)) load->strayed++;
  int* last = &load->heard[index * load->options->speakers + speaker];
  if (message <= *last) {
    load->repeated++;
  } else {
    load->missing += message - *last - 1;
    *last = (int)message;
  }
  load->arrived++;
  long latency = (long)((load->read_at - load->start) / 1000) - said;
  load->latencies[latency < 0 ? 0 : latency < MAX_LATENCY ? latency : MAX_LATENCY]++;
}

static void ignore(Client* client, char* text, size_t size, void* context) {
  if (((Load*)context)->options->irc) answer_ping(client, text, size);
}

// Reads on all clients for `ms` milliseconds at most. Gives whether something came.
static bool listen_once(Load* load, int epoll, int ms, void (*line)(Client*, char*, size_t, void*)) {
  struct epoll_event events[512];
  int count = epoll_wait(epoll, events, 512, ms);
  for (int i = 0; i < count; i++) {
    Client* client = events[i].data.ptr;
    load->read_at = now_ns();
    if (!read_lines(client, line, load)) epoll_ctl(epoll, EPOLL_CTL_DEL, client->fd, NULL);
  }
  if (count > 0) load->last = load->read_at;
  return count > 0;
}

// Waits until nothing has come for half a second: all are in their room, and were told so.
static void settle(Load* load, int epoll) {
  uint64_t begun = now_ns();
  load->last = begun;
  while (now_ns() - load->last < SECOND / 2 && now_ns() - begun < 20 * SECOND) listen_once(load, epoll, 50, ignore);
}

// The same in a WebSocket: a message a line, without its end.
static void say_framed(Load* load, Speaker* speaker, int index) {
  const Talk* options = load->options;
  char line[FRAME_HEAD + 65536];
  char* text = line + FRAME_HEAD;
  int head = sprintf(text, "@@%d:%ld:%llu:", index, speaker->said++,
                     (unsigned long long)((now_ns() - load->start) / 1000));
  int size = options->bytes > head ? options->bytes : head;
  memset(text + head, 'x', (size_t)(size - head));
  size_t framing = frame_text(text, (size_t)size);
  memcpy(speaker->bytes + speaker->size, text - framing, framing + (size_t)size);
  speaker->size += framing + (size_t)size;
}

static void say(Load* load, Speaker* speaker, int index) {
  const Talk* options = load->options;
  if (options->websocket) return say_framed(load, speaker, index);
  char* line = speaker->bytes + speaker->size;
  int prefix = options->irc ? sprintf(line, "PRIVMSG #r :") : 0;
  int head = sprintf(line + prefix, "@@%d:%ld:%llu:", index, speaker->said++,
                     (unsigned long long)((now_ns() - load->start) / 1000));
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
static long speak(Load* load, Speaker* speakers, long said) {
  const Talk* options = load->options;
  long all = options->speakers * options->messages;
  if (options->rate > 0) {
    long due = (long)((double)(now_ns() - load->start) / SECOND * options->rate) + 1;
    for (; said < all && said < due; said++) {
      int index = (int)(said % options->speakers);
      say(load, &speakers[index], index);
      push_out(&load->clients[index], &speakers[index]);
    }
    return said;
  }
  for (int index = 0; index < options->speakers; index++) {
    Speaker* speaker = &speakers[index];
    for (int i = 0; speaker->size == 0 || (i > 0 && i < BURST); i++) {
      if (speaker->said == options->messages) break;
      say(load, speaker, index);
      said++;
    }
    push_out(&load->clients[index], speaker);
  }
  return said;
}

static long percentile(const Load* load, double part) {
  long wanted = (long)((double)load->arrived * part), seen = 0;
  for (long latency = 0; latency <= MAX_LATENCY; latency++) {
    seen += load->latencies[latency];
    if (seen > wanted) return latency;
  }
  return MAX_LATENCY;
}

// Each message is to reach everyone else in its room.
static long expected(const Load* load) {
  const Talk* options = load->options;
  long sum = 0;
  for (int room = 0; room < options->rooms; room++) {
    long members = (options->clients - room + options->rooms - 1) / options->rooms;
    long speakers = (options->speakers - room + options->rooms - 1) / options->rooms;
    sum += speakers * options->messages * (members - 1);
  }
  return sum;
}

static void report(const Load* load, double cpu) {
  const Talk* options = load->options;
  int closed = 0;
  for (int i = 0; i < options->clients; i++) closed += load->clients[i].closed;
  double seconds = (double)(load->last - load->start) / SECOND;
  printf("{\"expected\":%ld,\"arrived\":%ld,\"missing\":%ld,\"repeated\":%ld,\"strayed\":%ld,\"closed\":%d,\"seconds\":%.4f,"
         "\"perSecond\":%.0f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,\"moves\":%ld,\"moved\":%ld,\"longestMove\":%.3f,"
         "\"generator\":%.3f}\n",
         expected(load), load->arrived, load->missing, load->repeated, load->strayed, closed, seconds,
         (double)load->arrived / seconds, (double)percentile(load, 0.5) / 1e3,
         (double)percentile(load, 0.99) / 1e3, (double)percentile(load, 1 - 1e-12) / 1e3, load->movers.begun,
         load->movers.ended, load->movers.longest, cpu / seconds);
}

// Comes as a browser does, and joins with a first line.
static void enter_framed(Client* client) {
  upgrade_client(client);
  char line[FRAME_HEAD + 8] = "";
  memcpy(line + FRAME_HEAD, "/ping", 5);
  size_t framing = frame_text(line + FRAME_HEAD, 5);
  send_all(client, line + FRAME_HEAD - framing, framing + 5);
}

// Connects all, and has them go to their rooms once they are in.
static void gather_all(Load* load, int epoll) {
  const Talk* options = load->options;
  int count = options->clients + load->movers.count;
  for (int i = 0; i < count; i++) {
    connect_client(&load->clients[i], i, options->port, true);
    char hello[128];
    int length = snprintf(hello, sizeof hello, "NICK u%d\r\nUSER u%d 0 * :u\r\nJOIN #r\r\n", i, i);
    if (options->irc) send_all(&load->clients[i], hello, (size_t)length);
    if (options->websocket) enter_framed(&load->clients[i]);
    watch(epoll, &load->clients[i]);
  }
  settle(load, epoll);
  if (options->rooms == 1) return;
  for (int i = 0; i < options->clients; i++) join_room(&load->clients[i], room_of(load, i));
  for (int i = 0; i < load->movers.count; i++) join_room(&load->movers.clients[i], i % options->rooms);
  settle(load, epoll);
}

static Load prepare(const Talk* options) {
  int movers = options->rooms == 1 ? 0 : movers_for(options->moves);
  Load load = {.options = options, .clients = make_clients(options->clients + movers)};
  load.movers = (Movers){.clients = load.clients + options->clients,
                         .count = movers,
                         .rooms = options->rooms,
                         .rate = movers == 0 ? 0 : options->moves,
                         .at = calloc((size_t)movers + 1, sizeof(uint64_t))};
  size_t pairs = (size_t)options->clients * (size_t)options->speakers;
  load.heard = malloc(pairs * sizeof *load.heard);
  load.latencies = calloc(MAX_LATENCY + 1, sizeof *load.latencies);
  if (load.movers.at == NULL || load.heard == NULL || load.latencies == NULL) fail("memory for the load");
  memset(load.heard, -1, pairs * sizeof *load.heard);
  return load;
}

void talk(const Talk* options) {
  Load load = prepare(options);
  Speaker* speakers = calloc((size_t)options->speakers, sizeof *speakers);
  if (speakers == NULL) fail("memory for the speakers");
  for (int i = 0; i < options->speakers; i++) speakers[i].bytes = malloc(BURST * ((size_t)options->bytes + 128));
  int epoll = epoll_create1(0);
  gather_all(&load, epoll);

  long all = options->speakers * options->messages, said = 0, wanted = expected(&load);
  puts("{\"started\":true}");
  fflush(stdout);
  double cpu = cpu_seconds();
  load.start = load.last = now_ns();
  while (load.arrived < wanted && now_ns() - load.start < (uint64_t)(options->patience * SECOND)) {
    if (said == all && now_ns() - load.last > 3 * SECOND) break;
    if (said < all) {
      said = speak(&load, speakers, said);
      move(&load.movers, now_ns() - load.start);
    }
    bool sending = false;
    for (int i = 0; options->rate == 0 && i < options->speakers; i++) {
      push_out(&load.clients[i], &speakers[i]);
      sending |= speakers[i].size > 0;
    }
    listen_once(&load, epoll, said == all && !sending ? 100 : options->rate > 0, hear);
  }
  report(&load, cpu_seconds() - cpu);
}
