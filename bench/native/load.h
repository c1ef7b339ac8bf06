// The parts of the load: each prints one line of JSON for each result.
#pragma once

// How it is talked, in one room or several.
typedef struct {
  int port;
  int clients;
  int speakers;
  long messages;  // of each speaker
  int bytes;      // of a line, without its end
  double rate;    // messages a second in all; 0 for as fast as they are taken
  double patience;  // seconds until it gives up
  int rooms;      // over which members and speakers are spread evenly; with one, nobody is told to go anywhere
  double moves;   // how many members, besides those, go to another room a second
  int irc;        // whether the server speaks IRC
  int websocket;  // whether all come as browsers do
} Talk;

// Some speak, all listen: counts what arrives, and how late.
void talk(const Talk* options);

// All connect at once, say `first`, and wait for their first line.
void arrive(int port, int clients, const char* first);

// Connects ever more, `step` at a time, waits for the line that holds `ready` on each, and then, asked by a line on the
// standard input, says something and waits until all have heard it.
void gather(int port, int clients, int step, const char* ready);
