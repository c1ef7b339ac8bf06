// load talk PORT CLIENTS SPEAKERS MESSAGES BYTES RATE SECONDS [irc | websocket | ROOMS MOVES]
// load arrive PORT CLIENTS [FIRST]
// load gather PORT CLIENTS STEP [READY]
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char** args) {
  if (count >= 9 && strcmp(args[1], "talk") == 0) {
    Talk options = {
        .port = atoi(args[2]),
        .clients = atoi(args[3]),
        .speakers = atoi(args[4]),
        .messages = atol(args[5]),
        .bytes = atoi(args[6]),
        .rate = atof(args[7]),
        .patience = atof(args[8]),
        .rooms = count > 9 && atoi(args[9]) > 1 ? atoi(args[9]) : 1,
        .moves = count > 10 ? atof(args[10]) : 0,
        .irc = count > 9 && strcmp(args[9], "irc") == 0,
        .websocket = count > 9 && strcmp(args[9], "websocket") == 0,
    };
    talk(&options);
  } else if (count >= 4 && strcmp(args[1], "arrive") == 0) {
    arrive(atoi(args[2]), atoi(args[3]), count > 4 ? args[4] : "");
  } else if (count >= 5 && strcmp(args[1], "gather") == 0) {
    gather(atoi(args[2]), atoi(args[3]), atoi(args[4]), count > 5 ? args[5] : NULL);
  } else {
    fprintf(stderr, "usage: load talk PORT CLIENTS SPEAKERS MESSAGES BYTES RATE SECONDS [irc | websocket | ROOMS MOVES]\n"
                    "       load arrive PORT CLIENTS [FIRST]\n"
                    "       load gather PORT CLIENTS STEP [READY]\n");
    return 2;
  }
  return 0;
}
