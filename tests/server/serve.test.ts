import { assert, assertEquals } from "@std/assert";
import { connectTcp } from "../../lib/net/tcp.ts";
import { testWith } from "../helpers/needs.ts";
import { startInMemory, startTcp, TestOutput } from "../helpers/servers.ts";

Deno.test("the console shows who connects and what happens, from everyone", async () => {
  const output = new TestOutput();
  await using server = startInMemory({ output });
  const alice = await server.join("alice", "192.168.55.20");
  await alice.say("hello", "/me waves", "\x1b[2Jsneaky");
  await output.until("sneaky");
  assertEquals(
    output.text,
    "192.168.55.20 connected\n-- alice joined\n<alice> hello\n* alice waves\n<alice> [2Jsneaky\n",
  );
});

Deno.test("a console that is stuck delays nobody, and goes on where it stopped", async () => {
  const output = new TestOutput();
  const release = output.stick();
  await using server = startInMemory({ output });
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("hello");
  await bob.until("<alice> hello");
  release();
  await output.until("<alice> hello");
});

Deno.test("a console on a disk that is full goes on where it stopped when there is space again", async () => {
  const output = new TestOutput();
  await using server = startInMemory({ output });
  const [alice, bob] = [
    await server.join("alice", "192.168.55.20"),
    await server.join("bob", "192.168.55.20"),
  ];
  await output.until("bob joined");
  const before = output.text;
  const failed = output.fail(new Error("No space left on device (os error 28)"));
  await alice.say("one", "two");
  await bob.until("<alice> two");
  await failed;
  assertEquals(output.text, before);
  await alice.say("three");
  output.mend();
  await output.until("three");
  assertEquals(output.text, `${before}<alice> one\n<alice> two\n<alice> three\n`);
});

Deno.test("a console that fails for good is not waited for at the end", async () => {
  const output = new TestOutput();
  await using server = startInMemory({ output });
  output.fail(new Error("No space left on device (os error 28)"));
  await server.join("alice");
  await server.stop();
});

Deno.test("a console that nobody reads any more ends nothing else", async () => {
  const output = new TestOutput();
  output.broken = true;
  await using server = startInMemory({ output });
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("hello");
  await bob.until("<alice> hello");
});

Deno.test("at the end everyone is told and gets what was not read, and the console too", async () => {
  const output = new TestOutput();
  await using server = startInMemory({ output });
  const [alice, bob] = [await server.join("alice"), await server.joinJson("bob")];
  await alice.say("last words");
  await bob.until("last words");
  await server.stop();
  assertEquals((await alice.rest()).at(-1), "-- the server is shutting down");
  const closed = JSON.parse((await bob.rest()).at(-1)!);
  assertEquals(closed, { kind: "closed", text: "the server is shutting down", retry: true });
  assert(output.text.includes("<alice> last words\n"), output.text);
  assert(output.text.endsWith("-- the server is shutting down\n"), output.text);
});

Deno.test("at the end nobody who does not read is waited for", async () => {
  await using server = startInMemory();
  const stuck = await server.join("stuck");
  const alice = await server.join("alice");
  for (let i = 0; i < 100; i++) await alice.say("x".repeat(8000));
  await alice.say("/ping");
  await alice.until("pong");
  await server.stop();
  assert(!stuck.seen.includes("-- the server is shutting down"));
});

testWith(["net"], "members talk over TCP", async () => {
  await using server = startTcp();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("hello");
  assertEquals(await bob.until("<"), "<alice> hello");
  const carol = await server.connect();
  await carol.until("-- you are 127.0.0.1");
});

testWith(
  ["net"],
  "members talk over IPv6, and IPv4 members of an IPv6 server are shown under IPv4 addresses",
  async () => {
    await using server = startTcp({ hostname: "::" });
    using six = await connectTcp({ hostname: "::1", port: server.address.port });
    using four = await connectTcp({ hostname: "127.0.0.1", port: server.address.port });
    assertEquals([six.peer, four.peer], ["::1", "127.0.0.1"]);
    const { Peer } = await import("../helpers/peer.ts");
    await new Peer(six).until("-- you are ::1");
    await new Peer(four).until("-- you are 127.0.0.1");
  },
);

testWith(["net"], "a host name can be listened on", async () => {
  await using server = startTcp({ hostname: "localhost" });
  await server.join("alice");
});

testWith(["net"], "bytes may come one by one, in the middle of a character and of a line end", async () => {
  await using server = startTcp();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  for (const byte of new TextEncoder().encode("grüß 🎉\r\n")) await alice.raw(new Uint8Array([byte]));
  assertEquals(await bob.until("<"), "<alice> grüß 🎉");
});

testWith(["net"], "a peer that resets leaves the room, and nobody else notices more than that", async () => {
  await using server = startTcp();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await bob.say(...Array.from({ length: 100 }, () => "unread"));
  await alice.until("unread");
  // Closing with unread input makes the operating system send a reset.
  alice[Symbol.dispose]();
  assert((await bob.until("alice left")).startsWith("-- alice left"));
  await bob.say("/who");
  assertEquals(await bob.next(), "-- 1 here: bob");
});

testWith(["net"], "connections that are reset before they are accepted stall nobody", async () => {
  await using server = startTcp();
  const alice = await server.join("alice");
  for (let i = 0; i < 200; i++) (await Deno.connect(server.address)).close();
  const bob = await server.join("bob");
  await bob.say("hello");
  assertEquals(await alice.until("<"), "<bob> hello");
});
