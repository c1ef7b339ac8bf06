import { assert, assertEquals, assertMatch } from "@std/assert";
import { startInMemory } from "../helpers/servers.ts";

const GREETING = ["Welcome to this chatroom!", "-- parley 1; /help lists the commands"];

Deno.test("someone who says nothing joins under the address", async () => {
  await using server = startInMemory();
  const alice = await server.connect("192.168.55.20");
  assertEquals(await alice.take(3), [...GREETING, "-- you are 192.168.55.20"]);
});

Deno.test("someone who takes a name at once is never announced under an address", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", "10.0.0.1");
  const alice = await server.connect("10.0.0.2");
  await alice.say("/name alice", "hello");
  assertEquals(await alice.take(3), [...GREETING, "-- you are alice"]);
  assertEquals(await bob.take(2), ["-- alice joined", "<alice> hello"]);
});

Deno.test("a second connection from one address gets ~2, a third ~3, and a number that became free is used again", async () => {
  await using server = startInMemory();
  const peers = [];
  for (const name of ["10.0.0.1", "10.0.0.1~2", "10.0.0.1~3"]) {
    const peer = await server.connect("10.0.0.1");
    await peer.until(`-- you are ${name}`);
    peers.push(peer);
  }
  await peers[1].say("/quit");
  await peers[0].until("-- 10.0.0.1~2 left");
  const again = await server.connect("10.0.0.1");
  await again.until("-- you are 10.0.0.1~2");
});

Deno.test("a first line with a name that cannot be had joins under the address and says why", async () => {
  await using server = startInMemory();
  await server.join("bob");
  const other = await server.connect("10.0.0.7");
  await other.say("/name Bob");
  assertEquals(await other.take(4), [
    ...GREETING,
    "-- you are 10.0.0.7",
    'error: the name "Bob" is taken; /name NAME takes another one',
  ]);
});

Deno.test("a newcomer is shown the last messages, and nothing else of what was", async () => {
  await using server = startInMemory({ history: 3 });
  const alice = await server.join("alice");
  await alice.say("one", "two", "/me three", "four", "/ping");
  await alice.until("pong");
  const bob = await server.join("bob");
  const times = await bob.take(3);
  assertEquals(times.map((line) => line!.replace(/^\d\d:\d\d /, "")), [
    "<alice> two",
    "* alice three",
    "<alice> four",
  ]);
  const carol = await server.joinJson("carol");
  const past = [await carol.json(), await carol.json(), await carol.json()];
  assertEquals(past.map(({ kind, history, text }) => [kind, history, text]), [
    ["said", true, "two"],
    ["action", true, "three"],
    ["said", true, "four"],
  ]);
});

Deno.test("/hello sets name and format at once; the welcome is followed by every entry, without a gap", async () => {
  await using server = startInMemory();
  const alice = await server.connect();
  await alice.say('/hello {"name":"alice","format":"json"}', "hi");
  await alice.take(2);
  const welcome = await alice.json();
  assertEquals({ ...welcome, log: "" }, {
    kind: "welcome",
    version: 1,
    log: "",
    seq: 0,
    name: "alice",
    taken: 0,
    room: "lobby",
    messages: 0,
  });
  assertMatch(welcome.log, /^[0-9a-f-]{36}$/);
  const [joined, said] = [await alice.json(), await alice.json()];
  assertEquals({ ...joined, time: "" }, { seq: 1, time: "", kind: "joined", names: ["alice"] });
  assertEquals({ ...said, time: "" }, {
    seq: 2,
    time: "",
    kind: "said",
    name: "alice",
    text: "hi",
    own: true,
  });
  assertEquals(new Date(said.time).toISOString(), said.time);
});

Deno.test("a late /hello starts the stream over", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  await bob.say("before");
  await bob.say("/ping");
  await bob.until("pong");
  const alice = await server.connect("10.0.0.9");
  await alice.until("-- you are 10.0.0.9");
  await bob.until("-- 10.0.0.9 joined");
  await alice.say('/hello {"name":"alice","format":"json"}');
  const welcome = await alice.untilKind("welcome");
  assertEquals(welcome.name, "alice");
  const past = await alice.json();
  assertEquals([past.kind, past.text, past.history], ["said", "before", true]);
  const renamed = await alice.json();
  assertEquals([renamed.kind, renamed.seq, renamed.to], ["renamed", welcome.seq + 1, "alice"]);
  assertEquals(await bob.until("is now"), "-- 10.0.0.9 is now alice");
});

Deno.test("/hello with a name that is taken says so, and the welcome says which name it is instead", async () => {
  await using server = startInMemory();
  await server.join("alice");
  const other = await server.connect("10.0.0.9");
  await other.say('/hello {"name":"Alice","format":"json"}');
  assertEquals((await other.untilKind("welcome")).name, "10.0.0.9");
  assertEquals(
    (await other.untilKind("error")).text,
    'the name "Alice" is taken; /name NAME takes another one',
  );
});

for (
  const [hello, why] of [
    ["{bad", "/hello takes a JSON object"],
    ["", "/hello takes a JSON object"],
    ["[]", "/hello takes a JSON object"],
    ['{"name":1}', '"name" in /hello must be a string'],
    ['{"format":"xml"}', '"format" in /hello must be "text" or "json"'],
  ]
) {
  Deno.test(`/hello ${hello} is refused, and one is in the room all the same`, async () => {
    await using server = startInMemory();
    const alice = await server.connect("10.0.0.9");
    await alice.say(`/hello ${hello}`);
    await alice.until("-- you are 10.0.0.9");
    assert((await alice.until("error: ")).includes(why));
  });
}

Deno.test("/hello is refused after the first line", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await alice.say('/hello {"name":"bob"}');
  assertEquals(await alice.until("error"), "error: /hello can only be the first line");
});
