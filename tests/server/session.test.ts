import { assert, assertEquals } from "@std/assert";
import { startInMemory } from "../helpers/servers.ts";

Deno.test("what is said reaches everyone but, in text, whoever said it", async () => {
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

Deno.test("what is empty, even if only after cleaning, says nothing", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say(
    "",
    "\r",
    "\x00\x1b\u202e",
    "\u200b",
    " \u2060",
    "\u2800",
    "\u3164",
    "\u00ad",
    "\ufe0f",
    "\u034f",
  );
  await alice.say("\u{e0001}\u{e0061}", "\ufeff", "/me \u200b", "/msg bob \u2800", "/once 1 \u3164", "end");
  assertEquals(await bob.until("<"), "<alice> end");
});

Deno.test("controls and overrides reach nobody, and nobody can forge another kind of line", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("a\x1b[31mb\x07\u009b1mc\u202ed\te\u2028f");
  assertEquals(await bob.until("<"), "<alice> a[31mb1mcd e f");
  await alice.say("x\u0085-- bob left", "a\vb\fc\ufeffd", "error: no");
  assertEquals(await bob.take(3), ["<alice> x -- bob left", "<alice> a b cd", "<alice> error: no"]);
});

Deno.test("bytes that are not UTF-8 become U+FFFD, even in the middle of a sequence", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.raw(new Uint8Array([0xe2, 0x82, 0x0a, 0xff, 0x41, 0x0a]));
  assertEquals(await bob.until("<"), "<alice> \ufffd");
  assertEquals(await bob.next(), "<alice> \ufffdA");
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

Deno.test("whoever leaves still gets what was said before", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await bob.say(...Array.from({ length: 1000 }, (_, i) => `line ${i}`));
  await alice.until("<bob> line 0");
  await bob.say("/ping all taken");
  await bob.until("all taken");
  await alice.connection.closeWrite();
  assertEquals((await alice.rest()).filter((line) => line.startsWith("<bob>")).length, 999);
});

Deno.test("of an HTTP request nothing is said, whatever comes behind it", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const browser = await server.connect();
  await browser.raw("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nhello room\n");
  assertEquals(await browser.next(), "HTTP/1.1 405 Method Not Allowed");
  assertEquals((await browser.rest()).at(-1), "GET and HEAD can be done here, not POST");
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
