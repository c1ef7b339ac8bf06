import { assert, assertEquals, assertMatch } from "@std/assert";
import { startInMemory } from "../helpers/servers.ts";

const GREETING = ["Welcome to this chatroom!", "-- parley 1; /help lists the commands"];

Deno.test("someone who says nothing joins under the address", async () => {
  await using server = startInMemory();
  const alice = await server.connect("192.168.55.20");
  assertEquals(await alice.take(3), [...GREETING, "-- you are 192.168.55.20"]);
});

Deno.test("someone who names himself at once is never announced under an address", async () => {
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

Deno.test("what is said reaches everyone but, in text, who said it", async () => {
  await using server = startInMemory();
  const [alice, bob, carol] = [
    await server.join("alice"),
    await server.join("bob"),
    await server.join("carol"),
  ];
  await alice.say("one", "/me waves", "//etc/hosts");
  for (const peer of [bob, carol]) {
    assertEquals(await peer.until("<alice>"), "<alice> one");
    assertEquals(await peer.take(2), ["* alice waves", "<alice> /etc/hosts"]);
  }
  await bob.say("two");
  assertEquals(await alice.until("<"), "<bob> two");
});

Deno.test("what is empty, also after cleaning, says nothing", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("", "\r", "\x00\x1b\u202e", "end");
  assertEquals(await bob.until("<"), "<alice> end");
});

Deno.test("controls and overrides reach nobody, and nobody can forge another kind of line", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("a\x1b[31mb\x07\u009b1mc\u202ed\te\u2028f");
  assertEquals(await bob.until("<"), "<alice> a[31mb1mcd e f");
  await alice.say("x\r-- bob left", "error: no");
  assertEquals(await bob.take(2), ["<alice> x-- bob left", "<alice> error: no"]);
});

Deno.test("bytes that are not UTF-8 become U+FFFD, also in the middle of a sequence", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.raw(new Uint8Array([0xe2, 0x82, 0x0a, 0xff, 0x41, 0x0a]));
  assertEquals(await bob.until("<"), "<alice> \ufffd");
  assertEquals(await bob.next(), "<alice> \ufffdA");
});

Deno.test("/name tells everyone, oneself included", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/name Alison");
  assertEquals(await alice.until("is now"), "-- alice is now Alison");
  assertEquals(await bob.until("is now"), "-- alice is now Alison");
});

for (
  const [name, why] of [
    ["bob", 'error: the name "bob" is taken; /name NAME takes another one'],
    ["BOB", 'error: the name "BOB" is taken; /name NAME takes another one'],
    ["you", 'error: the name "you" is reserved'],
    ["Server", 'error: the name "Server" is reserved'],
    ["1st", 'error: "1st" is not allowed'],
    ["10.0.0.9", 'error: "10.0.0.9" is not allowed'],
    ["a\u3164", "is not allowed"],
    ["a b", "is not allowed"],
    ["x".repeat(33), "error: a name has at most 32 characters; this one has 33"],
    ["", "error: a name is missing"],
  ]
) {
  Deno.test(`/name refuses "${name}" with an error line, and the room sees nothing`, async () => {
    await using server = startInMemory();
    const [alice, bob] = [await server.join("alice"), await server.join("bob")];
    await alice.say(`/name ${name}`, "still alice");
    assert((await alice.until("error: ")).includes(why));
    assertEquals(await bob.next(), "<alice> still alice");
  });
}

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

Deno.test("/msg reaches one member only, and the sender as the receipt", async () => {
  await using server = startInMemory();
  const [alice, bob, carol] = [
    await server.join("alice"),
    await server.join("bob"),
    await server.join("carol"),
  ];
  await alice.say("/msg BOB psst, you", "/msg nobody hi", "/msg bob", "done");
  assertEquals(await alice.until("[to"), "[to bob] psst, you");
  assertEquals(await alice.until("error"), 'error: no one here is called "nobody"');
  await alice.until("error: to whom, and what?");
  assertEquals(await bob.until("["), "[alice] psst, you");
  await carol.until("<alice> done");
  assert(!carol.seen.some((line) => line.includes("psst")));
});

Deno.test("/who is the roster", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await server.join("bob");
  await alice.say("/who");
  assertEquals(await alice.until("here:"), "-- 2 here: alice, bob");
});

Deno.test("/help lists every command, and is answered to the one who asked", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/help", "/ping over");
  await alice.until("-- pong over");
  const commands = ["name", "me", "msg", "who", "history", "help", "quit", "json", "text", "hello", "ping"];
  for (const command of commands) {
    assert(alice.seen.some((line) => line.startsWith(`-- /${command}`)), command);
  }
  await alice.say("done");
  assertEquals(await bob.next(), "<alice> done");
});

Deno.test("an unknown command gets an error line with the one that was meant, and the room sees nothing", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/nmae x", "/", "/ name x", "/xyzzy", "done");
  assertMatch(await alice.until("error"), /^error: there is no command "\/nmae"; did you mean \/name\?/);
  assertMatch(await alice.until("error"), /^error: there is no command "\/";/);
  assertMatch(await alice.until("error"), /^error: there is no command "\/";/);
  assertMatch(await alice.until("error"), /^error: there is no command "\/xyzzy"; \/help lists them/);
  assertEquals(await bob.next(), "<alice> done");
});

Deno.test("/ping is answered with pong and its text", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await alice.say("/ping", "/ping 1 2");
  assertEquals(await alice.until("pong"), "-- pong");
  assertEquals(await alice.until("pong"), "-- pong 1 2");
});

Deno.test("a line at the cap is said; one beyond it is refused and nothing of it reaches the room", async () => {
  await using server = startInMemory({ maxLine: 100 });
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("x".repeat(100), "y".repeat(101), "é".repeat(51), "z");
  assertEquals(await bob.until("<"), `<alice> ${"x".repeat(100)}`);
  assertEquals(await bob.next(), "<alice> z");
  assertEquals(await alice.until("error"), "error: that line is too long: 100 bytes are the most");
  assertEquals(await alice.until("error"), "error: that line is too long: 100 bytes are the most");
});

Deno.test("the end of input is a /quit after the lines before it", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.raw("one\ntwo");
  await alice.connection.closeWrite();
  assertEquals(await bob.take(3), ["<alice> one", "<alice> two", "-- alice left"]);
  assertEquals((await alice.rest()).at(-1), "-- bye");
});

Deno.test("/quit tells the others why, and the last line is followed by the end", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/quit tea time", "never said");
  assertEquals(await bob.next(), "-- alice left: tea time");
  assertEquals((await alice.rest()).at(-1), "-- bye");
  await bob.say("/who");
  assertEquals(await bob.next(), "-- 1 here: bob");
});

Deno.test("who leaves still gets what was said before", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await bob.say(...Array.from({ length: 1000 }, (_, i) => `line ${i}`));
  await alice.until("<bob> line 0");
  await bob.say("/ping all taken");
  await bob.until("all taken");
  await alice.connection.closeWrite();
  assertEquals((await alice.rest()).filter((line) => line.startsWith("<bob>")).length, 999);
});

Deno.test("an HTTP request is closed at once, and nothing of it is said", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const browser = await server.connect();
  await browser.raw("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nhello room\n");
  assertEquals((await browser.rest()).at(-1), "error: this is a chat room; it does not speak HTTP");
  await bob.say("/who");
  assertEquals(await bob.next(), "-- 1 here: bob");
});

Deno.test("presence that comes at once is told together, and more than five names become a count", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  const names = Array.from({ length: 20 }, (_, i) => `guest${i}`);
  const peers = await Promise.all(names.map((name, i) => server.join(name, `10.0.0.${i}`)));
  let told = 0;
  let lines = 0;
  for (; told < names.length; lines++) {
    const who = /^-- (.*) joined$/.exec(await alice.until("joined"))![1];
    told += /^\d+$/.test(who) ? Number(who) : who.split(", ").length;
  }
  assertEquals(told, names.length);
  assert(lines <= 5, `${lines} lines`);
  await peers[0].say("hello");
  await alice.until("<guest0> hello");
});

Deno.test("a name that is taken again at once is told to have left first", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await bob.say("/quit");
  await bob.rest();
  await server.join("bob");
  assertEquals(await alice.until("left"), "-- bob left");
  assertEquals(await alice.until("joined"), "-- bob joined");
  assertEquals(alice.seen.filter((line) => line === "-- bob joined").length, 2);
});
