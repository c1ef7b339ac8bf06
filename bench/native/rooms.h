// Several rooms, and members that go from one to another while the others talk.
#pragma once
#include "sockets.h"

// Members that listen only and go from room to room. They come besides the others, so that what is delivered to those
// can be counted: nobody can say what a member on its way is to get.
typedef struct {
  Client* clients;
  int count;
  int rooms;
  double rate;    // moves a second, of all together
  long begun;     // moves so far, in turn
  long ended;     // how many of them were answered by the name of the room
  uint64_t* at;   // when each began its last move
  double longest;  // milliseconds from a move to its answer
} Movers;

// How many it takes so that each stays in a room for two seconds.
int movers_for(double rate);

// Has a client go to a room.
void join_room(Client* client, int room);

// Begins all moves that are due, `since` nanoseconds after the start.
void move(Movers* movers, uint64_t since);

// Takes a line that came to one of the movers.
void arrive_in_room(Movers* movers, const Client* client, const char* text, size_t size);
