/**
 * The limits that are promised, each one below (which works), at, and beyond, where the other tests of this folder do not
 * have them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { MemoryLog } from "../../lib/log/memory.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import { Room } from "../../lib/room.ts";
import { SHUTDOWN } from "../../lib/server/disconnects.ts";
import { Sessions } from "../../lib/server/sessions.ts";
import { RateLimiter } from "../../lib/server/access/rate_limiter.ts";
import { DEFAULTS } from "../../lib/server/limits.ts";
import { Stats } from "../../lib/server/stats.ts";
import { Peer } from "../helpers/peer.ts";
import { startInMemory } from "../helpers/servers.ts";

const encoder = new TextEncoder();

Deno.test("a line has 8192 bytes at most; one more is refused, and nothing of it is said", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  for (const unit of ["x", "€"]) {
    const size = encoder.encode(unit).length;
    const line = (bytes: number) => unit.repeat(bytes / size) + "y".repeat(bytes % size);
    for (const bytes of [8191, 8192]) {
      await alice.say(line(bytes));
      assertEquals(await bob.until("<alice>"), `<alice> ${line(bytes)}`);
    }
    await alice.say(line(8193), "after");
    assertEquals(await alice.until("error"), "error: that line is too long: 8192 bytes are the most");
    assertEquals(await bob.until("<alice>"), "<alice> after");
  }
});

Deno.test("4096 connections are let in, 256 from one address; one more is told why and closed", async () => {
  await using server = startInMemory();
  assertEquals([DEFAULTS.maxClients, DEFAULTS.maxPerAddress], [4096, 256]);
  const address = (i: number) => `10.0.${Math.floor(i / 250)}.${i % 250}`;
  for (let i = 0; i < 256; i++) await server.connect("10.9.9.9");
  assertEquals(
    (await (await server.connect("10.9.9.9")).rest()).at(-1),
    "error: too many connections from your address (256); close one of them first",
  );
  for (let i = 0; i < 4096 - 256 - 1; i++) await server.connect(address(i));
  const last = await server.connect("10.8.8.8");
  assertEquals(await last.next(), "Welcome to this chatroom!");
  await last.say("/ping let in");
  await last.until("-- pong let in");
  assertEquals(
    (await (await server.connect("10.7.7.7")).rest()).at(-1),
    "error: the room is full (4096 connections); try again later",
  );
});

Deno.test("/history gives 200 messages at most, and 256 KiB of them: the newest", async () => {
  await using server = startInMemory({ history: 0 });
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  async function history(from: number, to: number, text = ""): Promise<string[]> {
    for (let i = from; i < to; i++) await alice.say(`${i}${text}`);
    await bob.until(`<alice> ${to - 1}${text}`);
    await bob.say("/history 1000", "/ping done");
    const before = bob.seen.length;
    await bob.until("pong done");
    return bob.seen.slice(before, -1).map((line) => line.replace(/^.*<alice> /, ""));
  }
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);
  assertEquals(await history(0, 199), numbers(0, 199));
  assertEquals(await history(199, 200), numbers(0, 200));
  assertEquals(await history(200, 201), numbers(1, 201));
  const long = await history(1000, 1100, "x".repeat(8000));
  const bytes = long.reduce((sum, line) => sum + line.length, 0);
  assert(bytes <= 256 * 1024 && bytes > 200 * 1024, `${bytes} bytes`);
  assert(long.at(-1)!.startsWith("1099"));
});

Deno.test("a member that takes nothing for 60 seconds is closed, and the room is told; sooner it is not", async () => {
  await using log = new MemoryLog();
  using room = new Room(log);
  const limiter = new RateLimiter({ rate: 0, burst: 1 });
  const context = { room, limiter, maxLine: 8192, stats: new Stats(), report() {} };
  const door = new Sessions({ maxClients: 10, maxPerAddress: 10 }, context);
  const enter = async (name: string) => {
    const [server, client] = memoryPair();
    door.enter(server);
    const peer = new Peer(client);
    await peer.say(`/name ${name}`);
    await peer.until(`-- you are ${name}`);
    return { peer, server };
  };
  const [stuck, alice] = [await enter("stuck"), await enter("alice")];
  const reading = (async () => {
    while (!(await alice.peer.next())?.includes("stuck left"));
  })();
  // More than a connection takes without being read.
  while (stuck.server.stalledSince === undefined) {
    await alice.peer.say("x".repeat(8000));
    await delay(1);
  }
  const since = stuck.server.stalledSince;
  door.closeDead(since + 59_999);
  assertEquals(room.roster.includes("stuck"), true);
  door.closeDead(since + 60_000);
  await reading;
  assertEquals(alice.peer.seen.at(-1), "-- stuck left: stopped reading");
  room.beginShutdown();
  await door.close(SHUTDOWN);
  for (const { peer } of [stuck, alice]) peer[Symbol.dispose]();
});

Deno.test("what is known of clients that left is forgotten after an hour, and beyond 4096 of them, the oldest first", () => {
  let now = 0;
  const log = new MemoryLog({ now: () => now });
  const keys = Array.from({ length: 4096 }, (_, i) => `key${i}`);
  for (const key of keys) log.append([], new Map([[key, 7]]));
  assertEquals(new Set(keys.map((key) => log.lastLine(key))), new Set([7]));
  log.append([], new Map([["one more", 7]]));
  assertEquals([log.lastLine("key0"), log.lastLine("key1"), log.lastLine("one more")], [0, 7, 7]);
  now = 3_600_000;
  assertEquals(log.lastLine("key1"), 7);
  now++;
  assertEquals([log.lastLine("key1"), log.lastLine("one more")], [0, 0]);
});
