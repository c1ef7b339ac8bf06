import { assert, assertEquals } from "@std/assert";
import { startInMemory } from "../helpers/servers.ts";

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
  // The server takes note of it a moment later.
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
  assertEquals(await bob.until("here: "), "-- 2 here: bob, 10.0.0.3");
  await alice.raw("lo\n");
  await alice.until("-- you are 10.0.0.1");
  assertEquals(await bob.until("<"), "<10.0.0.1> hello");
});
