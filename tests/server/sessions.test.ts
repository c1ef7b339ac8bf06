import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { MemoryLog } from "../../lib/log/memory.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import { Room } from "../../lib/room.ts";
import { SHUTDOWN } from "../../lib/server/disconnects.ts";
import { RateLimiter } from "../../lib/server/access/rate_limiter.ts";
import { Sessions } from "../../lib/server/sessions.ts";
import { Stats } from "../../lib/server/stats.ts";
import { Peer } from "../helpers/peer.ts";

/** The sessions of a room that nobody looks after but the test. */
class TestSessions implements AsyncDisposable {
  readonly stats = new Stats();
  readonly room: Room;
  readonly sessions: Sessions;
  readonly #log = new MemoryLog();
  readonly #peers: Peer[] = [];

  constructor() {
    this.room = new Room(this.#log);
    this.sessions = new Sessions({ maxClients: 10, maxPerAddress: 10 }, {
      room: this.room,
      limiter: new RateLimiter({ rate: 0, burst: 1 }),
      maxLine: 8192,
      stats: this.stats,
      report() {},
    });
  }

  /** Connects a peer that says `hello`, and waits for the answer. */
  async enter(hello: string, answer: string): Promise<{ peer: Peer; connection: Connection }> {
    const [connection, client] = memoryPair();
    this.sessions.enter(connection);
    const peer = new Peer(client);
    this.#peers.push(peer);
    await peer.say(hello);
    await peer.until(answer);
    return { peer, connection };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.room.beginShutdown();
    await this.sessions.close(SHUTDOWN);
    for (const peer of this.#peers) peer[Symbol.dispose]();
    this.room[Symbol.dispose]();
    await this.#log[Symbol.asyncDispose]();
  }
}

Deno.test("Sessions.closeDead() loses a client that is silent for 90 seconds, and no nc", async () => {
  await using test = new TestSessions();
  const { sessions, room, stats } = test;
  const { peer: rich } = await test.enter('/hello {"name":"alice","format":"json","client":"k"}', "welcome");
  const { peer: nc } = await test.enter("/name bob", "-- you are bob");
  const { peer: json } = await test.enter('/hello {"name":"carol","format":"json"}', "welcome");
  const now = performance.now();
  sessions.closeDead(now + 85_000);
  await rich.say("/ping");
  await rich.until("pong");
  sessions.closeDead(performance.now() + 89_900);
  await rich.say("/ping");
  await rich.until("pong");
  sessions.closeDead(performance.now() + 90_100);
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
});

Deno.test("a member that takes nothing for 60 seconds is closed, and the room is told; sooner it is not", async () => {
  await using test = new TestSessions();
  const { sessions, room } = test;
  const stuck = (await test.enter("/name stuck", "-- you are stuck")).connection;
  const alice = (await test.enter("/name alice", "-- you are alice")).peer;
  const reading = (async () => {
    while (!(await alice.next())?.includes("stuck left"));
  })();
  // More than a connection holds until it is read.
  while (stuck.stalledSince === undefined) {
    await alice.say("x".repeat(8000));
    await delay(1);
  }
  const since = stuck.stalledSince;
  sessions.closeDead(since + 59_999);
  assertEquals(room.roster.includes("stuck"), true);
  sessions.closeDead(since + 60_000);
  await reading;
  assertEquals(alice.seen.at(-1), "-- stuck left: stopped reading");
});
