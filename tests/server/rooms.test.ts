import { assert, assertEquals } from "@std/assert";
import { Authenticator } from "../../lib/server/access/authenticator.ts";
import { startInMemory } from "../helpers/servers.ts";
import { StoppedLog } from "../helpers/logs.ts";
import { hello, overLogs, recorded, untilText } from "./harness.ts";

overLogs(
  "/join goes to another room; in it one reads and says what is said there, and nothing else",
  async (server) => {
    const alice = await server.join("alice");
    const bob = await server.join("bob");
    await alice.until("bob joined");
    await bob.say("hi lobby", "/join #Kitchen");
    assertEquals(await alice.until("bob left"), "-- bob left");
    assertEquals(await bob.until("you are"), "-- you are bob in kitchen");
    await bob.say("hi kitchen");
    await alice.say("/who", "/join kitchen");
    assertEquals(await alice.until("here:"), "-- 1 here: alice");
    assertEquals(await alice.until("you are"), "-- you are alice in kitchen");
    assert((await alice.next())!.endsWith(" <bob> hi kitchen"));
    assertEquals(await bob.until("joined"), "-- alice joined");
    await alice.say("hi bob");
    assertEquals(await bob.until("hi bob"), "<alice> hi bob");
    assertEquals(alice.seen.filter((line) => line.includes("hi kitchen")).length, 1);
    await alice.say("/search hi", "/rooms", "/join kitchen", "/j lobby");
    assertEquals(await alice.until("already"), "-- you are in kitchen already");
    assertEquals(await alice.until("you are"), "-- you are alice");
    assert((await alice.next())!.endsWith(" <bob> hi lobby"));
  },
);

overLogs(
  "/rooms lists the rooms, with their members and messages, also those that nobody is in",
  async (server) => {
    const alice = await server.joinJson("alice");
    await alice.say("/join kitchen", "hi", "/join 2nd-floor", "/list");
    const answer = await alice.until("rooms:");
    assertEquals(JSON.parse(answer), {
      kind: "notice",
      text:
        "3 rooms: lobby (0 here, 0 messages), 2nd-floor (1 here, 0 messages), kitchen (0 here, 1 message)",
      rooms: [
        { name: "lobby", members: 0, messages: 0 },
        { name: "2nd-floor", members: 1, messages: 0 },
        { name: "kitchen", members: 0, messages: 1 },
      ],
    });
  },
);

overLogs(
  "a room in /hello is where one begins; the welcome says how many messages were said there",
  async (server) => {
    const first = await hello(server, { name: "alice", room: "kitchen" });
    assertEquals([first.welcome.room, first.welcome.messages], ["kitchen", 0]);
    await first.peer.say("one", "two");
    await untilText(first.peer, "two");
    const { welcome, peer } = await hello(server, { name: "bob", room: "#KITCHEN" });
    assertEquals([welcome.room, welcome.messages], ["kitchen", 2]);
    await untilText(peer, "two");
    const lobby = await hello(server, { name: "carol" });
    assertEquals([lobby.welcome.room, lobby.welcome.messages], ["lobby", 0]);
  },
);

Deno.test("a room in /hello that cannot be joined closes the connection with the reason, late as well", async () => {
  await using server = startInMemory();
  for (const room of ["a b", "", "#", "\u0430lice-in-latin", "x".repeat(33)]) {
    const peer = await server.connect();
    await peer.say(
      `/hello ${JSON.stringify({ name: "alice", format: "json", room })}`,
      "said in the wrong room",
    );
    const closed = await peer.untilKind("closed");
    assertEquals(closed.retry, false);
    assert(/is not allowed|a room is missing|at most 32/.test(closed.text), closed.text);
    await peer.rest();
  }
  const late = await server.connect();
  await late.until("you are");
  await late.say('/hello {"format":"json","room":"a b"}', "said in the wrong room");
  assert((await late.untilKind("closed")).text.includes("is not allowed"));
  const reader = await server.join("reader");
  await reader.say("/history", "/rooms");
  assertEquals(await reader.until(/rooms?: /), "-- 1 room: lobby (1 here, 0 messages)");
  assert(!reader.seen.some((line) => line.includes("wrong room")));
});

Deno.test("/join of what is no room is refused, and one stays where one is", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await alice.say("/join", "/join a/b", "/join server", "still here", "/who");
  assertEquals(await alice.until("error"), "error: a room is missing: /join kitchen");
  assert((await alice.until("error")).includes('"a/b" is not allowed'));
  assertEquals(await alice.until("error"), 'error: the name "server" is reserved');
  assertEquals(await alice.until("here:"), "-- 1 here: alice");
});

Deno.test("what was said before /join is answered before the welcome, in one chunk as well", async () => {
  await using server = startInMemory();
  const { peer } = await hello(server, { name: "alice", client: "k" });
  await peer.say(
    "/once 1 first\n/once 2 /msg alice psst\n/join kitchen\n/once 3 second\n/join lobby\n/once 4 third",
  );
  const told: unknown[] = [];
  while (told.length < 5) {
    const { kind, own, line, room, history } = await peer.json();
    if ((own && !history) || kind === "welcome") told.push(own ? line : room);
  }
  assertEquals(told, [1, "kitchen", 3, "lobby", 4]);
});

Deno.test("/msg, /kick and names reach over all rooms", async () => {
  const { readable, writable } = new TransformStream<string, string>();
  await using server = startInMemory({ typed: readable });
  const operator = writable.getWriter();
  const alice = await server.join("alice");
  const bob = await server.join("bob");
  await bob.say("/join kitchen");
  await bob.until("in kitchen");
  await alice.say("/msg bob come", "/name bob");
  assertEquals(await bob.until("come"), "[alice] come");
  assertEquals(await alice.until("error"), 'error: the name "bob" is taken; /name NAME takes another one');
  await operator.write("/say kitchen dinner");
  assertEquals(await bob.until("dinner"), "<server> dinner");
  await operator.write("/kick bob noise");
  assertEquals(await bob.until("error"), "error: you were kicked: noise");
  await operator.close();
});

Deno.test("/close ends a room with all that was said in it, and whoever is there is told why", async () => {
  const { readable, writable } = new TransformStream<string, string>();
  const { output, shown } = recorded();
  await using server = startInMemory({ typed: readable, output });
  const operator = writable.getWriter();
  const alice = await server.join("alice");
  await alice.say("/join kitchen", "secret");
  await alice.until("in kitchen");
  const bob = await server.join("bob");
  await bob.say("/join kitchen");
  await bob.until("secret");
  await operator.write("/close kitchen");
  for (const peer of [alice, bob]) {
    assertEquals(await peer.until("error"), "error: the operator has closed the room kitchen");
    await peer.rest();
  }
  const carol = await server.joinJson("carol");
  await carol.say("/join kitchen");
  const { room, messages, seq } = await carol.untilKind("welcome");
  assertEquals([room, messages, seq], ["kitchen", 0, 0]);
  await operator.write("/close lobby");
  await operator.write("/close cellar");
  await operator.write("/say kitchen done");
  await carol.until("done");
  assert(shown().includes("error: the lobby stays: everyone begins there\n"));
  assert(shown().includes("error: there is no room called cellar; /rooms lists them\n"));
  await operator.close();
});

Deno.test("/operator gives the operator's commands to whoever knows the password, and is slow for whoever guesses", async () => {
  await using server = startInMemory({ operators: new Authenticator("open sesame") });
  const alice = await server.join("alice", "10.0.0.1");
  const bob = await server.join("bob", "10.0.0.2");
  await bob.say("/kick alice", "/operator guess");
  assert((await bob.until("error")).startsWith('error: there is no command "/kick"'));
  assertEquals(await bob.until("error"), "error: wrong password; try again in 1 s");
  await alice.say("/operator open sesame", "/kick bob");
  assertEquals(await alice.until("operator"), "-- you are an operator now; /help lists what you can do");
  assertEquals(await bob.until("kicked"), "error: you were kicked");
  await alice.say("/help", "/stats", "/quit");
  await alice.until("/ban ADDRESS");
  await alice.until("connections:");
  assertEquals(await alice.until("bye"), "-- bye");
  await using without = startInMemory();
  const carol = await without.join("carol");
  await carol.say("/operator x", "/operator");
  assert((await carol.until("error")).includes("this server has no operator's password"));
  assert((await carol.until("error")).includes("what is the password?"));
});

Deno.test("/history before SEQ shows what came before an entry", async () => {
  await using server = startInMemory();
  const { peer } = await hello(server, { name: "alice" });
  for (let i = 1; i <= 60; i++) await peer.say(`m${i}`);
  const { seq } = (await untilText(peer, "m60")).at(-1)!;
  await peer.say(
    `/history before ${seq}`,
    "/ping 1",
    `/history before ${seq - 50} 3`,
    "/ping 2",
    "/history before 1",
  );
  const texts = async (end: string) =>
    (await untilText(peer, end)).filter(({ history }) => history).map(({ text }) => text);
  assertEquals(await texts("1"), Array.from({ length: 50 }, (_, i) => `m${i + 10}`));
  assertEquals(await texts("2"), ["m7", "m8", "m9"]);
  await untilText(peer, "nothing was said before that");
});

overLogs("what was seen before is told as seen: the history holds what came since", async (server) => {
  const { peer, welcome: { log } } = await hello(server, { name: "alice" });
  for (let i = 1; i <= 30; i++) await peer.say(`m${i}`);
  const entries = await untilText(peer, "m30");
  const { seq } = entries.find(({ text }) => text === "m5")!;
  const past = async (seen: object) => {
    const { peer } = await hello(server, { name: "bob", seen });
    await peer.say("/ping end", "/quit");
    return (await untilText(peer, "end")).filter(({ history }) => history).map(({ text }) => text);
  };
  assertEquals(await past({ log, seq }), Array.from({ length: 25 }, (_, i) => `m${i + 6}`));
  assertEquals(await past({ log, seq: entries.at(-1)!.seq }), []);
  assertEquals((await past({ log: "another", seq })).length, 20);
  assertEquals((await past({ log, seq: 10_000 })).length, 20);
});

Deno.test("whoever asks for a room in a /hello that cannot be read says nothing in another one", async () => {
  await using server = startInMemory();
  const faulty = [
    '{"room":"kitchen","watch":"yes"}',
    '{"room":7}',
    '{"room":null}',
    '{"seen":null,"room":"kitchen"}',
    '{"room" : "kitchen"',
  ];
  for (const json of faulty) {
    const peer = await server.connect();
    await peer.say(`/hello ${json}`, "said in the wrong room");
    assert((await peer.rest()).at(-1)!.startsWith("error: "), json);
  }
  const reader = await server.join("reader");
  await reader.say("/history");
  assertEquals(await reader.until("said"), "-- nothing was said yet");
});

Deno.test("a /hello that comes while its sender is joining in silence is answered by one welcome, from its room", async () => {
  const log = new StoppedLog();
  await using server = startInMemory({ log });
  log.stop();
  const peer = await server.connect();
  await log.asked;
  await peer.say('/hello {"name":"alice","format":"json","client":"k","room":"kitchen"}');
  log.goOn();
  const welcome = await peer.untilKind("welcome");
  assertEquals([welcome.room, welcome.name], ["kitchen", "alice"]);
});

Deno.test("a room that cannot be joined now can be tried again, and one with a name that is none cannot", async () => {
  await using server = startInMemory();
  for (let i = 0; i < 32; i++) await hello(server, { name: `n${i}`, room: `r${i}` });
  for (const [room, retry] of [["one-more", true], ["a b", false]] as const) {
    const peer = await server.connect();
    await peer.say(`/hello {"format":"json","room":"${room}"}`);
    assertEquals((await peer.untilKind("closed")).retry, retry);
  }
});
