import { assert, assertEquals, assertMatch } from "@std/assert";
import { startInMemory } from "../helpers/servers.ts";

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
  assertEquals((await other.untilKind("error")).text, 'the name "Alice" is taken');
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

Deno.test("/json and /text switch the format from the next entry on; lines in stay the same", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.until("-- bob joined");
  await alice.say("/json");
  assertEquals((await alice.untilKind("notice")).kind, "notice");
  await bob.say("one", "/me two", "/msg alice three");
  const received = [await alice.json(), await alice.json(), await alice.json()];
  const kinds = received.map(({ kind, name, text }) => `${kind} ${name} ${text}`).sort();
  assertEquals(kinds, ["action bob two", "private bob three", "said bob one"]);
  await alice.say("four");
  assertEquals((await alice.untilKind("said")).own, true);
  await alice.say("/text");
  await alice.until("-- lines are plain text");
  await bob.say("five");
  assertEquals(await alice.until("<"), "<bob> five");
});

Deno.test("every answer is an object in the JSON format", async () => {
  await using server = startInMemory();
  const alice = await server.joinJson("alice");
  await alice.untilKind("joined");
  await alice.say("/who", "/nope", "/ping 1", "/msg alice me");
  assertEquals(await alice.json(), { kind: "notice", text: "1 here: alice", names: ["alice"] });
  assertMatch((await alice.json()).text, /^there is no command "\/nope"/);
  assertEquals(await alice.json(), { kind: "pong", text: "1" });
  assertEquals(await alice.json(), { kind: "private", name: "alice", text: "me" });
  assertEquals(await alice.json(), { kind: "private", to: "alice", text: "me" });
  await alice.say("/quit");
  assertEquals(await alice.json(), { kind: "closed", text: "bye", retry: false });
  assertEquals(await alice.next(), undefined);
});

Deno.test("all members see the same entries in the same order, each once", async () => {
  await using server = startInMemory();
  const peers = await Promise.all(Array.from({ length: 8 }, (_, i) => server.joinJson(`peer${i}`)));
  await Promise.all(peers.map(async (peer, i) => {
    for (let n = 0; n < 50; n++) await peer.say(`${i}:${n}`);
  }));
  const streams = await Promise.all(peers.map(async (peer) => {
    const entries = [];
    for (let said = 0; said < 400;) {
      const { kind, seq, text } = JSON.parse(await peer.until('"seq"'));
      if (kind === "said") said++, entries.push({ seq, text });
    }
    return entries;
  }));
  for (const stream of streams) assertEquals(stream, streams[0]);
  assertEquals(new Set(streams[0].map(({ seq }) => seq)).size, 400);
  assert(streams[0].every(({ seq }, i) => i === 0 || seq > streams[0][i - 1].seq));
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

Deno.test("/history shows the last messages, as many as asked for, one's own too", async () => {
  await using server = startInMemory({ history: 2 });
  const alice = await server.join("alice");
  await alice.say("/history");
  assertEquals(await alice.until("nothing"), "-- nothing was said yet");
  await alice.say("one", "two", "three", "/ping");
  await alice.until("pong");
  await alice.say("/history 2");
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> two$/);
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> three$/);
  for (const call of ["/history 99", "/history"]) {
    await alice.say(call);
    assertMatch((await alice.next())!, /^\d\d:\d\d <alice> one$/);
    await alice.take(2);
  }
  await alice.say(...Array.from({ length: 50 }, (_, i) => `number ${i}`), "/ping again");
  await alice.until("pong again");
  await alice.say("/history");
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> number 0$/);
  await alice.take(49);
  await alice.say("/history since 25:00");
  assertMatch((await alice.next())!, /^error: that is not how \/history is used/);
});
