import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { MemoryLogs } from "../../lib/log/memory.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import { Rooms } from "../../lib/rooms.ts";
import { SHUTDOWN } from "../../lib/server/disconnects.ts";
import { RateLimiter } from "../../lib/server/access/rate_limiter.ts";
import { Sessions } from "../../lib/server/sessions.ts";
import { Stats } from "../../lib/server/stats.ts";
import { Peer } from "../helpers/peer.ts";

/** The sessions of a room that nobody looks after but the test. */
class TestSessions implements AsyncDisposable {
  readonly stats = new Stats();
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly #peers: Peer[] = [];

  private constructor(rooms: Rooms) {
    this.rooms = rooms;
    this.sessions = new Sessions({ maxClients: 10, maxPerAddress: 10 }, {
      rooms,
      limiter: new RateLimiter({ rate: 0, burst: 1 }),
      maxLine: 8192,
      stats: this.stats,
      report() {},
    });
  }

  static async open(): Promise<TestSessions> {
    return new TestSessions(await Rooms.open(new MemoryLogs()));
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
    this.rooms.beginShutdown();
    await this.sessions.close(SHUTDOWN);
    for (const peer of this.#peers) peer[Symbol.dispose]();
    await this.rooms[Symbol.asyncDispose]();
  }
}

Deno.test("Sessions.closeDead() loses a client that is silent for 90 seconds, and no nc", async () => {
  await using test = await TestSessions.open();
  const { sessions, rooms: { roster }, stats } = test;
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
  assertEquals([...roster.find("alice").members].map((member) => roster.isLost(member)), [true]);
  for (const peer of [nc, json]) {
    await peer.say("/ping still here");
    await peer.until("still here");
  }
  assertEquals(stats.summary, "lost in silence: 1");
});

Deno.test("a member that takes nothing for 60 seconds is closed, and the room is told; sooner it is not", async () => {
  await using test = await TestSessions.open();
  const { sessions, rooms: { lobby } } = test;
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
  assertEquals(lobby.roster.includes("stuck"), true);
  sessions.closeDead(since + 60_000);
  await reading;
  assertEquals(alice.seen.at(-1), "-- stuck left: stopped reading");
});
