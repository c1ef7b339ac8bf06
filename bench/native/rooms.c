#define _GNU_SOURCE
#include "rooms.h"

#include <stdio.h>
#include <string.h>

#define SECOND 1000000000ull

// The line that a room greets with.
#define GREETING "-- you are "

int movers_for(double rate) {
  return (int)(2 * rate + 0.5);
}

void join_room(Client* client, int room) {
  char line[32];
  send_all(client, line, (size_t)snprintf(line, sizeof line, "/join r%d\n", room));
}

void move(Movers* movers, uint64_t since) {
  for (long due = (long)((double)since / SECOND * movers->rate); movers->begun < due; movers->begun++) {
    long index = movers->begun % movers->count, round = 1 + movers->begun / movers->count;
    movers->at[index] = now_ns();
    join_room(&movers->clients[index], (int)((index + round) % movers->rooms));
  }
}

void arrive_in_room(Movers* movers, const Client* client, const char* text, size_t size) {
  if (size < strlen(GREETING) || memcmp(text, GREETING, strlen(GREETING)) != 0) return;
  movers->ended++;
  double ms = (double)(now_ns() - movers->at[client - movers->clients]) / 1e6;
  if (ms > movers->longest) movers->longest = ms;
}
