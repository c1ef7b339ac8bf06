import { assertEquals } from "@std/assert";
import { MemoryLog } from "../../lib/log/memory.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import { Room } from "../../lib/room.ts";
import { SHUTDOWN } from "../../lib/server/disconnects.ts";
import { Sessions } from "../../lib/server/sessions.ts";
import { RateLimiter } from "../../lib/server/access/rate_limiter.ts";
import { Stats } from "../../lib/server/stats.ts";
import { Peer } from "../helpers/peer.ts";

Deno.test("Sessions.closeDead() loses a client that is silent for 90 seconds, and no nc", async () => {
  await using log = new MemoryLog();
  using room = new Room(log);
  const stats = new Stats();
  const limiter = new RateLimiter({ rate: 0, burst: 1 });
  const door = new Sessions({ maxClients: 10, maxPerAddress: 10 }, {
    room,
    limiter,
    maxLine: 100,
    stats,
    report() {},
  });
  const enter = async (hello: string, answer: string) => {
    const [server, client] = memoryPair();
    door.enter(server);
    const peer = new Peer(client);
    await peer.say(hello);
    await peer.until(answer);
    return peer;
  };
  const rich = await enter('/hello {"name":"alice","format":"json","client":"k"}', "welcome");
  const nc = await enter("/name bob", "-- you are bob");
  const json = await enter('/hello {"name":"carol","format":"json"}', "welcome");
  const now = performance.now();
  door.closeDead(now + 85_000);
  await rich.say("/ping");
  await rich.until("pong");
  door.closeDead(performance.now() + 89_900);
  await rich.say("/ping");
  await rich.until("pong");
  door.closeDead(performance.now() + 90_100);
  assertEquals(JSON.parse(await rich.until("closed")), {
    kind: "closed",
    text: "nothing was heard of you",
    retry: true,
  });
  assertEquals(room.isLost(room.find("alice")), true);
  for (const peer of [nc, json]) {
    await peer.say("/ping still here");
    await peer.until("still here");
  }
  assertEquals(stats.summary, "lost in silence: 1");
  room.beginShutdown();
  await door.close(SHUTDOWN);
  for (const peer of [rich, nc, json]) peer[Symbol.dispose]();
});
