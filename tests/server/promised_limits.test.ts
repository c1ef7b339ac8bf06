/**
 * The limits that the README promises: up to them everything works, and beyond them one is told why.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { DEFAULTS } from "../../lib/server/limits.ts";
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

Deno.test("a connection beyond those of one address is told why and closed; others are let in", async () => {
  await using server = startInMemory({ maxPerAddress: 2 });
  await server.join("alice", "10.0.0.1");
  const bob = await server.join("bob", "10.0.0.1");
  const refused = await server.connect("10.0.0.1");
  assertEquals(await refused.rest(), [
    "Welcome to this chatroom!",
    "-- parley 1; /help lists the commands",
    "error: too many connections from your address (2); close one of them first",
  ]);
  await server.join("carol", "10.0.0.2");
  await bob.say("/quit");
  await bob.rest();
  bob[Symbol.dispose]();
  // The server notices a moment later.
  for (let last: string | undefined = ""; !last?.startsWith("-- you are");) {
    const dave = await server.connect("10.0.0.1");
    await dave.say("/name dave");
    last = (await dave.take(3)).at(-1);
  }
});

Deno.test("all addresses of one IPv6 network count as one", async () => {
  await using server = startInMemory({ maxPerAddress: 1 });
  await server.join("alice", "2001:db8:0:1::1");
  const refused = await server.connect("2001:db8:0:1:ffff::2");
  assert((await refused.rest()).at(-1)!.startsWith("error: too many connections"));
  await server.join("bob", "2001:db8:0:2::1");
});

Deno.test("a connection beyond those in all is told why and closed", async () => {
  await using server = startInMemory({ maxClients: 2 });
  await server.join("alice", "10.0.0.1");
  await server.join("bob", "10.0.0.2");
  const refused = await server.connect("10.0.0.3");
  assertEquals((await refused.rest()).at(-1), "error: the room is full (2 connections); try again later");
});

Deno.test("input beyond the rate is delayed and never dropped", async () => {
  await using server = startInMemory({ rate: 100, burst: 10 });
  const bob = await server.join("bob", "10.0.0.2");
  const alice = await server.join("alice", "10.0.0.1");
  const start = performance.now();
  await alice.say(...Array.from({ length: 40 }, (_, i) => `line ${i}`));
  for (let i = 0; i < 40; i++) assertEquals(await bob.until("<alice>"), `<alice> line ${i}`);
  const took = performance.now() - start;
  // 10 at once and 30 at 100 a second.
  assert(took >= 250, `40 lines took ${took} ms`);
});

Deno.test("a flood from one address delays no other", async () => {
  await using server = startInMemory({ rate: 10, burst: 10 });
  const alice = await server.join("alice", "10.0.0.1");
  const bob = await server.join("bob", "10.0.0.2");
  await alice.say(...Array.from({ length: 200 }, (_, i) => `flood ${i}`));
  await bob.say("/ping still here");
  await bob.until("pong still here");
  assert(bob.seen.filter((line) => line.includes("flood")).length < 100);
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

Deno.test("a member that does not read delays no one, and is told what it missed when it goes on", async () => {
  await using server = startInMemory();
  const stuck = await server.join("stuck");
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  const text = "x".repeat(8000);
  // About 48 MB in the log's measure, which is more than it keeps in memory.
  for (let i = 0; i < 3000; i++) {
    await alice.say(`${i} ${text}`);
    if (i % 100 === 99) await bob.until(`<alice> ${i} `);
  }
  const missed = Number(/you missed (\d+) messages/.exec(await stuck.until("missed"))![1]);
  const next = Number(/^<alice> (\d+) /.exec(await stuck.until("<alice>"))![1]);
  const before = stuck.seen.filter((line) => line.startsWith("<alice>")).length - 1;
  assert(
    missed > 0 && before + missed >= next - 2 && before + missed <= next + 2,
    `${before} + ${missed} ≠ ${next}`,
  );
  assertEquals(await stuck.until("<alice> 2999 "), `<alice> 2999 ${text}`);
});

Deno.test("someone who does not read what it asked for is not read either, and nothing can be whispered to it", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  const asking = alice.say(
    ...Array.from({ length: 5000 }, (_, i) => `/ping ${i} ${"x".repeat(100)}`),
    "end of asking",
  );
  let refused = "";
  for (let i = 0; refused === ""; i++) {
    await bob.say(`/msg alice ${"y".repeat(8000)}`);
    const answer = (await bob.next())!;
    if (answer.startsWith("error")) refused = answer;
    assert(i < 100, "alice may be whispered to without end");
  }
  assertEquals(refused, "error: alice is not reading; your message was not sent");
  assert(!bob.seen.includes("<alice> end of asking"));
  for (let i = 0; i < 5000; i++) await alice.until(`-- pong ${i} `);
  await asking;
  await bob.until("<alice> end of asking");
});

Deno.test("someone who has begun a line joins when it ends, however late, and then says it", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const alice = await server.connect("10.0.0.1");
  await alice.raw("hel");
  // Who connects later and says nothing is in the room first.
  const carol = await server.connect("10.0.0.3");
  await carol.until("-- you are 10.0.0.3");
  await bob.say("/who");
  assertEquals(await bob.until("here: "), "-- 2 here: 10.0.0.3, bob");
  await alice.raw("lo\n");
  await alice.until("-- you are 10.0.0.1");
  assertEquals(await bob.until("<"), "<10.0.0.1> hello");
});
