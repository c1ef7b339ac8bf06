import { assert, assertEquals } from "@std/assert";
import { Authenticator } from "../../../lib/server/access/authenticator.ts";
import { MemoryLog } from "../../../lib/log/memory.ts";
import type { Peer } from "../../helpers/peer.ts";
import { startInMemory, type TestServer } from "../../helpers/servers.ts";

const PASSWORD = "s3cret";
const GREETING = ["Welcome to this chatroom!", "-- parley 1; /help lists the commands", "-- password:"];
const INSIDE = "192.168.55.1";
const OUTSIDE = "192.168.55.66";

function start(limits: ConstructorParameters<typeof Authenticator>[1] = {}): TestServer {
  return startInMemory({ authenticator: new Authenticator(PASSWORD, limits) });
}

/** Someone in the room who has read everything so far. */
async function member(server: TestServer, name: string): Promise<Peer> {
  const peer = await server.connect(INSIDE);
  await peer.say(PASSWORD, `/name ${name}`);
  await peer.until(`-- you are ${name}`);
  return peer;
}

Deno.test("whoever has the password says it in the first line, and then is in the room as without one", async () => {
  await using server = start();
  const alice = await member(server, "alice");
  const bob = await server.connect(OUTSIDE);
  assertEquals(await bob.take(3), GREETING);
  await bob.say(`${PASSWORD}\r`, "/name bob", "hello");
  assertEquals(await bob.next(), "-- you are bob");
  assertEquals(await alice.until("bob"), "-- bob joined");
  assertEquals(await alice.next(), "<bob> hello");
});

Deno.test("whoever says nothing after the password joins under the address", async () => {
  await using server = start();
  const bob = await server.connect(OUTSIDE);
  await bob.say(PASSWORD);
  assertEquals(await bob.take(4), [...GREETING, `-- you are ${OUTSIDE}`]);
});

Deno.test("/hello may hold the password, and sets up the rest", async () => {
  await using server = start();
  const bob = await server.connect(OUTSIDE);
  await bob.say(`/hello {"name":"bob","format":"json","password":"${PASSWORD}"}`);
  await bob.take(3);
  const { kind, name } = await bob.json();
  assertEquals([kind, name], ["welcome", "bob"]);
});

Deno.test("/hello without the password is kept until that comes, alone or in another /hello", async () => {
  await using server = start();
  for (const password of [PASSWORD, `/hello {"name":"bob","format":"json","password":"${PASSWORD}"}`]) {
    const bob = await server.connect(OUTSIDE);
    await bob.say('/hello {"name":"bob","format":"json"}', password, "/quit");
    await bob.take(3);
    assertEquals(await bob.json(), { kind: "notice", text: "password:" });
    assertEquals((await bob.json()).name, "bob");
    await bob.rest();
  }
});

Deno.test("/hello after the password is the first line", async () => {
  await using server = start();
  const bob = await server.connect(OUTSIDE);
  await bob.say(PASSWORD, '/hello {"name":"bob","format":"json"}');
  assertEquals((await bob.untilKind("welcome")).name, "bob");
});

Deno.test("a /hello that cannot be read is no guess", async () => {
  await using server = start();
  const bob = await server.connect(OUTSIDE);
  await bob.say("/hello {", '/hello {"password":1}', PASSWORD);
  const lines = [
    ...GREETING,
    /^error: \/hello takes/,
    "-- password:",
    /^error: "password"/,
    "-- password:",
    /you are/,
  ];
  for (const line of lines) {
    const next = await bob.next() ?? "the end";
    assert(typeof line === "string" ? next === line : line.test(next), next);
  }
});

for (const password of ["/hello kitty", "/name bob", "/help", "//quit", "/quit"]) {
  Deno.test(`"${password}" can be a password`, async () => {
    await using server = startInMemory({ authenticator: new Authenticator(password) });
    const bob = await server.connect(OUTSIDE);
    await bob.say(password);
    assertEquals(await bob.take(4), [...GREETING, `-- you are ${OUTSIDE}`]);
  });
}

Deno.test("before the password is right one learns nothing of the room, and the room nothing of one", async () => {
  const log = new MemoryLog();
  await using server = startInMemory({ log, authenticator: new Authenticator(PASSWORD) });
  const alice = await member(server, "alice");
  await alice.say("a secret");
  const mallory = await server.connect(OUTSIDE);
  await mallory.say(
    '/hello {"name":"alice","format":"json","client":"hers","log":"x","since":0}',
    "/who",
    "/history",
  );
  await alice.say("/msg mallory hi", `/msg ${OUTSIDE} hi`, "another secret", "/who", "/quit");
  const seen = await alice.rest();
  assertEquals(seen.filter((line) => line.includes("here: ")), ["-- 1 here: alice"]);
  assert(!seen.join().includes("joined") && !seen.join().includes("[to"), seen.join("\n"));
  await mallory.until("wrong password");
  await mallory.until("wrong password");
  assertEquals(mallory.seen, [
    ...GREETING,
    '{"kind":"notice","text":"password:"}',
    '{"kind":"error","text":"wrong password; try again in 1 s"}',
    '{"kind":"notice","text":"password:"}',
    '{"kind":"error","text":"wrong password; try again in 2 s"}',
  ]);
  assertEquals(log.last, 4, "alice came, said two things, and left");
});

Deno.test("whoever has copied someone's client key learns and changes nothing without the password", async () => {
  await using server = start();
  const alice = await server.connect(INSIDE);
  await alice.say(`/hello {"name":"alice","format":"json","client":"k","password":"${PASSWORD}"}`);
  const { log, seq } = await alice.untilKind("welcome");
  await alice.say("a secret");
  await alice.until("a secret");
  const mallory = await server.connect(OUTSIDE);
  const hello = { format: "json", client: "k", log, since: seq };
  await mallory.say(
    `/hello ${JSON.stringify({ ...hello, password: "guess" })}`,
    `/hello ${JSON.stringify(hello)}`,
  );
  await mallory.until("wrong password");
  await alice.say("/who");
  assertEquals((await alice.untilKind("notice")).text, "1 here: alice");
  await mallory.connection.closeWrite();
  assert(!(await mallory.rest()).join().includes("secret") && !mallory.seen.join().includes("alice"));
  await alice.say("still here");
  await alice.until("still here");
});

Deno.test("a wrong password is told, what follows is read later, and the third ends the connection", async () => {
  await using server = start();
  const mallory = await server.connect(OUTSIDE);
  const began = performance.now();
  await mallory.say("1", "2", "3", PASSWORD);
  assertEquals(await mallory.rest(), [
    ...GREETING,
    "error: wrong password; try again in 1 s",
    "-- password:",
    "error: wrong password; try again in 2 s",
    "-- password:",
    "error: wrong password, for the 3rd time; try again in 4 s",
  ]);
  assert(performance.now() - began >= 2990, "it was to wait three seconds");
});

Deno.test("an address that waits is told how long, and the others are let in", async () => {
  await using server = start();
  const waiting = await server.connect(OUTSIDE);
  assertEquals(await waiting.take(3), GREETING);
  const mallory = await server.connect(OUTSIDE);
  await mallory.say("guess");
  await mallory.until("error");
  await waiting.say(PASSWORD);
  const why = "error: a wrong password was given from your address; try again in 1 s";
  assertEquals(await waiting.rest(), [why]);
  const later = await server.connect(OUTSIDE);
  assertEquals(await later.rest(), [...GREETING.slice(0, 2), why]);
  await member(server, "alice");
});

Deno.test("guessing from many connections at once is one guess", async () => {
  await using server = start();
  const peers = [];
  for (let i = 0; i < 16; i++) peers.push(await server.connect(OUTSIDE));
  for (const peer of peers) await peer.say("guess");
  const [first, ...others] = peers;
  assertEquals(await first.until("error"), "error: wrong password; try again in 1 s");
  for (const peer of others) {
    assertEquals(
      (await peer.rest()).at(-1),
      "error: a wrong password was given from your address; try again in 1 s",
    );
  }
});

Deno.test("whoever is silent at the door is told why it is closed, and the next one gets the place", async () => {
  await using server = start({ maxPerSource: 1, patience: 100 });
  const silent = await server.connect(OUTSIDE);
  await silent.take(3);
  const other = await server.connect(OUTSIDE);
  // It is greeted at once.
  await other.say("");
  const crowded = "error: too many connections from your address have not given the password yet (1)";
  assertEquals(await other.rest(), [...GREETING.slice(0, 2), crowded]);
  assertEquals(await silent.rest(), ["error: no password was given within 1 s"]);
  assertEquals(await (await server.connect(OUTSIDE)).take(3), GREETING);
});

Deno.test("whoever was let in takes no place at the door, and is not put out", async () => {
  await using server = start({ maxPerSource: 1, maxTotal: 1, patience: 100 });
  const alice = await member(server, "alice");
  const silent = await server.connect(INSIDE);
  assertEquals((await silent.rest()).at(-1), "error: no password was given within 1 s");
  await alice.say("/ping still here");
  await alice.until("-- pong still here");
});

Deno.test("a door that is full of silent ones says so", async () => {
  await using server = start({ maxTotal: 4, maxPerSource: 2 });
  for (const from of [OUTSIDE, "10.0.0.1", "10.0.0.2", "10.0.0.3"]) {
    await (await server.connect(from)).take(3);
  }
  const late = await server.connect(INSIDE);
  assertEquals((await late.rest()).at(-1), "error: too many connections wait at the door; try again later");
});

Deno.test("a door that a few addresses fill with silence is open to the others", async () => {
  await using server = start({ maxTotal: 4, maxPerSource: 2 });
  const others: Peer[] = [];
  for (const from of [OUTSIDE, OUTSIDE, "10.0.0.1", "10.0.0.1"]) others.push(await server.connect(from));
  for (const peer of others) await peer.take(3);
  await member(server, "alice");
  const why = "error: too many connections from your address wait at the door; give the password sooner";
  assertEquals(await others[0].rest(), [why]);
});

Deno.test("whoever does not read the answers at the door is not read either", async () => {
  await using server = start();
  const greedy = await server.connect(OUTSIDE);
  let written = 0;
  const flood = (async () => {
    while (written < 100) {
      await greedy.raw("/hello {}\n".repeat(2000));
      written++;
    }
  })().catch(() => {});
  for (let i = 0; i < 20; i++) await member(server, `m${i}`);
  assert(written < 50, `${written} times 20 KB were read of one who does not read`);
  greedy.connection.close();
  await flood;
});

Deno.test("a request of HTTP is no try at the password, and a line that is too long is a wrong password", async () => {
  await using server = start();
  const browser = await server.connect(OUTSIDE);
  await browser.say("POST / HTTP/1.1", "Host: 192.168.55.13", "", PASSWORD);
  assertEquals((await browser.rest()).at(-1), "GET and HEAD can be done here, not POST");
  const long = await server.connect(OUTSIDE);
  await long.say("x".repeat(10_000));
  assertEquals(await long.until("error"), "error: wrong password; try again in 1 s");
});

Deno.test("whoever ends their input without the password is told, and so is everyone at a shutdown", async () => {
  await using server = start();
  const [ended, waiting] = [await server.connect(OUTSIDE), await server.connect(OUTSIDE)];
  await ended.connection.closeWrite();
  assertEquals(await ended.rest(), [...GREETING, "error: no password was given"]);
  await waiting.take(3);
  const stopping = server.stop();
  assertEquals(await waiting.rest(), ["-- the server is shutting down"]);
  await stopping;
});
