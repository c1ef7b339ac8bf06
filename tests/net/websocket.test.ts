import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { startInMemory } from "../helpers/servers.ts";
import { Browser } from "../helpers/web.ts";
import { clientFrame, OPCODES } from "../helpers/websocket.ts";

const GREETING = ["Welcome to this chatroom!", "-- parley 1; /help lists the commands"];

/** A server in memory with someone in the room, and a browser that has come to it. */
async function scene(options = {}) {
  const server = startInMemory(options);
  const bob = await server.join("bob", "10.0.0.2");
  const open = async (from = "10.0.0.1") => await Browser.open((await server.connect(from)).connection);
  return { server, bob, open, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

Deno.test("a browser is greeted at once, joins with its first line, and talks with whoever is at nc", async () => {
  await using room = await scene();
  const alice = await room.open();
  assertEquals([await alice.next(), await alice.next()], GREETING);
  await room.bob.say("/who");
  assertEquals(await room.bob.until("here:"), "-- 1 here: bob");
  await alice.say("/name alice", "hello");
  await alice.until("-- you are alice");
  assertEquals(await room.bob.until("<"), "<alice> hello");
  await room.bob.say("hi");
  assertEquals(await alice.until("<"), "<bob> hi");
});

Deno.test("a message carries whole lines: its end ends a line, and it may have several", async () => {
  await using room = await scene();
  const alice = await room.open();
  await alice.say("/name alice", "one\ntwo\r\nthree", "four\n", "", "\n\n", "five");
  await alice.raw(concat([
    clientFrame("s", { fin: false }),
    clientFrame("", { opcode: OPCODES.ping }),
    clientFrame("ix\nse", { opcode: OPCODES.continuation, fin: false }),
    clientFrame("ven", { opcode: OPCODES.continuation }),
  ]));
  for (const text of ["one", "two", "three", "four", "five", "six", "seven"]) {
    assertEquals(await room.bob.until("<"), `<alice> ${text}`);
  }
});

Deno.test("JSON Lines, /once and coming back work over it as over TCP", async () => {
  await using room = await scene();
  const hello = { name: "alice", format: "json", client: "k" };
  const first = await room.open();
  await first.say(`/hello ${JSON.stringify(hello)}`, "/once 1 one", "/once 1 one");
  const { log, seq } = JSON.parse(await first.until('"welcome"'));
  const said = JSON.parse(await first.until('"said"'));
  assertEquals([said.text, said.own, said.line], ["one", true, 1]);
  first.close();
  await room.bob.say("missed");
  const second = await room.open();
  await second.say(`/hello ${JSON.stringify({ ...hello, log, since: seq })}`);
  assertEquals(JSON.parse(await second.until('"welcome"')).taken, 1);
  assertEquals(JSON.parse(await second.until('"said"')).text, "one");
  assertEquals(JSON.parse(await second.until('"said"')).text, "missed");
  await room.bob.say("/who");
  assertEquals(await room.bob.until("here:"), "-- 2 here: alice, bob");
});

Deno.test("a ping is answered with what it held; of several at once the last one is enough", async () => {
  await using room = await scene();
  const alice = await room.open();
  await alice.raw(clientFrame("one", { opcode: OPCODES.ping }));
  await alice.say("/ping");
  await alice.until("-- pong");
  assertEquals(alice.pongs, ["one"]);
  await alice.raw(
    concat(Array.from({ length: 1000 }, (_, i) => clientFrame(`${i}`, { opcode: OPCODES.ping }))),
  );
  await alice.say("/ping again");
  await alice.until("-- pong again");
  assertEquals(alice.pongs.at(-1), "999");
  assert(alice.pongs.length < 1000);
});

Deno.test("a close is answered with its code, after what is still to be read, and is a /quit", async () => {
  await using room = await scene();
  for (const [payload, code] of [[Uint8Array.of(0x03, 0xe9), 1001], [new Uint8Array(0), 1005]] as const) {
    const alice = await room.open();
    await alice.say("/name alice");
    await alice.until("you are");
    await alice.raw(clientFrame(payload, { opcode: OPCODES.close }));
    assertEquals((await alice.rest()).at(-1), "-- bye");
    assertEquals(alice.code, code);
    assertEquals(await room.bob.until("left"), "-- alice left");
  }
});

Deno.test("whoever the server closes gets the reason as the last line, and then a close frame", async () => {
  const room = await scene();
  const alice = await room.open();
  await alice.say("/name alice", "/quit");
  assertEquals((await alice.rest()).at(-1), "-- bye");
  assertEquals(alice.code, 1000);
  const carol = await room.open();
  await carol.say("/name carol");
  await carol.until("you are");
  const stopping = room.server.stop();
  assertEquals((await carol.rest()).at(-1), "-- the server is shutting down");
  assertEquals(carol.code, 1000);
  await stopping;
});

const BROKEN: [what: string, bytes: Uint8Array<ArrayBuffer>, code: number][] = [
  ["binary", clientFrame("x", { opcode: OPCODES.binary }), 1003],
  ["unmasked", clientFrame("x", { masked: false }), 1002],
  ["compressed", clientFrame("x", { reserved: 0x40 }), 1002],
  ["a fragmented ping", clientFrame("x", { opcode: OPCODES.ping, fin: false }), 1002],
  ["no UTF-8", clientFrame(Uint8Array.of(0xff)), 1007],
  ["longer than 1 MiB", clientFrame("", { length: 1024 * 1024 + 1 }), 1009],
];

for (const [what, bytes, code] of BROKEN) {
  Deno.test(`what is ${what} closes a WebSocket with ${code}, and the room sees only that it is gone`, async () => {
    await using room = await scene();
    const alice = await room.open();
    await alice.say("/name alice", "before");
    assertEquals(await room.bob.until("<"), "<alice> before");
    await alice.raw(concat([bytes, clientFrame("after")]));
    await alice.rest();
    assertEquals(alice.code, code);
    assertEquals(await room.bob.until("left"), "-- alice left: connection lost");
    assert(!room.bob.seen.join().includes("after"));
  });
}

Deno.test("a line that is too long is refused within a message, and the others are said", async () => {
  await using room = await scene();
  const alice = await room.open();
  await alice.say("/name alice", `short\n${"x".repeat(9000)}\nlast`);
  assertEquals(await room.bob.until("<"), "<alice> short");
  assertEquals(await room.bob.until("<"), "<alice> last");
  await alice.until("error: that line is too long");
});

Deno.test("half a message is not said when the connection ends", async () => {
  await using room = await scene();
  const alice = await room.open();
  await alice.say("/name alice");
  await alice.until("you are");
  await alice.raw(clientFrame("half", { fin: false }));
  alice.close();
  assertEquals(await room.bob.until("left"), "-- alice left: connection lost");
  assert(!room.bob.seen.join().includes("half"));
});

Deno.test("pings and empty frames are paid for, so that a flood of them is slowed down as lines are", async () => {
  await using server = startInMemory({ rate: 100, burst: 2 });
  const alice = await Browser.open((await server.connect()).connection);
  await alice.say("/ping one");
  await alice.until("pong one");
  const began = performance.now();
  for (let i = 0; i < 20; i++) {
    await alice.raw(clientFrame("", { opcode: i % 2 === 0 ? OPCODES.ping : OPCODES.pong }));
  }
  await alice.say("/ping two");
  await alice.until("pong two");
  assert(performance.now() - began > 100);
});

Deno.test("many WebSockets and TCP members in both formats see the same, each once and in order", async () => {
  await using room = await scene();
  const browsers = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const browser = await room.open();
    await browser.say(`/hello ${JSON.stringify({ name: `w${i}`, format: i % 2 === 0 ? "json" : "text" })}`);
    await browser.until(i % 2 === 0 ? '"welcome"' : "you are");
    return browser;
  }));
  await Promise.all(
    browsers.map((browser, i) => browser.say(...Array.from({ length: 20 }, (_, n) => `${i}:${n}`))),
  );
  const heard: string[] = [];
  while (heard.length < 400) heard.push((await room.bob.until("<w")).replace(/^<w\d+> /, ""));
  for (const [i, browser] of browsers.entries()) {
    const seen: string[] = [];
    const own = i % 2 === 0 ? 400 : 380;
    while (seen.length < own) {
      const line = await browser.next() ?? "";
      const text = i % 2 === 0
        ? JSON.parse(line).kind === "said" ? JSON.parse(line).text : undefined
        : /^<w\d+> (.*)/.exec(line)?.[1];
      if (text !== undefined) seen.push(text);
    }
    assertEquals(seen, i % 2 === 0 ? heard : heard.filter((text) => !text.startsWith(`${i}:`)));
  }
});

Deno.test("a browser that does not read delays nobody, and gets everything when it goes on", async () => {
  await using room = await scene({ maxLine: 8192 });
  const alice = await room.open();
  await alice.say("/name alice");
  await alice.until("you are");
  const carol = await room.server.join("carol", "10.0.0.3");
  const text = "x".repeat(4000);
  for (let i = 0; i < 100; i++) await room.bob.say(`${i} ${text}`);
  for (let i = 0; i < 100; i++) assertEquals(await carol.until("<bob>"), `<bob> ${i} ${text}`);
  for (let i = 0; i < 100; i++) assertEquals(await alice.until("<bob>"), `<bob> ${i} ${text}`);
});
