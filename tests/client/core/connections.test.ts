import { assert, assertEquals } from "@std/assert";
import { Connections } from "../../../lib/client/core/connections.ts";
import { KNOCK_AFTER_MS } from "../../../lib/client/core/negotiation.ts";
import { BANNER, WELCOME } from "../../../lib/wire/hello.ts";
import type { Peer } from "../../helpers/peer.ts";
import { fakeServer } from "../../helpers/servers.ts";

Deno.test("Connections ask a server that waits for its greeting at once, also after one that broke before it", async () => {
  const servers: Peer[] = [];
  const open = () => {
    const { server, connection } = fakeServer();
    servers.push(server);
    return connection;
  };
  using connections = new Connections(open(), {
    connect: () => Promise.resolve(open()),
    hello: () => ({}),
    firstDelay: 1,
  });
  for (const time of [0, 1, 2]) {
    const events = connections.current.events();
    const first = events.next();
    const began = performance.now();
    assertEquals(await servers[time].next(), "");
    if (time === 0) await servers[time].say(WELCOME, BANNER);
    else {assert(
        performance.now() - began < KNOCK_AFTER_MS,
        "it waited as for a server of which it knows nothing",
      );}
    servers[time][Symbol.dispose]();
    await first.catch(() => {});
    for await (const _ of events);
    for await (const _ of connections.reconnect());
  }
});
