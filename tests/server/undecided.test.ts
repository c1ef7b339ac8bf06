import { assert, assertEquals } from "@std/assert";
import { Authenticator } from "../../lib/server/access/authenticator.ts";
import { UndecidedConnections } from "../../lib/server/access/undecided.ts";
import { startInMemory } from "../helpers/servers.ts";

const GREETING = ["Welcome to this chatroom!", "-- parley 1; /help lists the commands"];

Deno.test("those who never give the password take no member's place, however few there are", async () => {
  await using server = startInMemory({ maxClients: 2, authenticator: new Authenticator("s3cret") });
  for (let i = 0; i < 40; i++) {
    const silent = await server.connect(`10.0.1.${i}`);
    if (i % 2 === 0) await silent.raw("\n");
  }
  for (const name of ["alice", "bob"]) {
    const member = await server.connect("10.0.0.1");
    await member.say("s3cret", `/name ${name}`);
    await member.until(`-- you are ${name}`);
  }
  const carol = await server.connect("10.0.0.2");
  await carol.say("s3cret", "/name carol");
  assertEquals((await carol.rest()).at(-1), "error: the room is full (2 connections); try again later");
});

Deno.test("those who say nothing yet, or have begun a line, take no member's place", async () => {
  await using server = startInMemory({ maxClients: 1 });
  for (let i = 0; i < 20; i++) await (await server.connect(`10.0.1.${i}`)).raw("half a li");
  for (let i = 0; i < 20; i++) await server.connect(`10.0.2.${i}`);
  await server.join("alice");
});

Deno.test("of more than 256 silent ones the longest silent is greeted at once, in order", () => {
  const undecided = new UndecidedConnections();
  const greeted: number[] = [];
  for (let i = 0; i < 258; i++) {
    const connection = {
      fromBrowser: false,
      greet() {
        greeted.push(i);
        undecided.delete(connection);
      },
    };
    undecided.add(connection);
  }
  assertEquals([greeted, undecided.size], [[0, 1], 256]);
});

Deno.test("a silent connection is greeted after 200 ms, and one that sends anything at once", async () => {
  await using server = startInMemory();
  const silent = await server.connect();
  const began = performance.now();
  const other = await server.connect("10.0.0.2");
  await other.raw("\n");
  const greeted: string[] = [];
  await Promise.all([
    silent.take(2).then((lines) => (assertEquals(lines, GREETING), greeted.push("silent"))),
    other.take(2).then((lines) => (assertEquals(lines, GREETING), greeted.push("other"))),
  ]);
  assertEquals(greeted, ["other", "silent"]);
  assert(performance.now() - began >= 190);
});

Deno.test("empty lines before any other are no password and no first line, and nobody joins by them", async () => {
  await using server = startInMemory({ authenticator: new Authenticator("s3cret") });
  const alice = await server.connect();
  await alice.say("", "\r", "s3cret", "", "", '/hello {"name":"alice","format":"json"}');
  assertEquals(await alice.take(3), [...GREETING, "-- password:"]);
  assertEquals((await alice.json()).name, "alice");
});

Deno.test("a last line without its end is said when the connection ends or breaks, but not from a client with a key", async () => {
  await using server = startInMemory();
  const ear = await server.join("ear");
  for (const end of ["closeWrite", "close"] as const) {
    const nc = await server.join("nc", "10.0.0.2");
    await nc.raw(`half a line, then ${end}`);
    await nc.connection[end]();
    assertEquals(await ear.until("<"), `<nc> half a line, then ${end}`);
    await ear.until("-- nc left");
  }
  const rich = await server.connect("10.0.0.3");
  await rich.say('/hello {"name":"rich","format":"json","client":"k"}', "whole");
  await rich.untilKind("said");
  await rich.raw("half");
  await rich.connection.closeWrite();
  await rich.rest();
  await ear.say("/msg ear done");
  await ear.until("[to ear] done");
  assertEquals(ear.seen.filter((line) => line.startsWith("<rich>")), ["<rich> whole"]);
});

Deno.test("a request of which only the beginning comes is said by nobody, and is no try at the password", async () => {
  for (const authenticator of [undefined, new Authenticator("s3cret")]) {
    await using server = startInMemory({ authenticator });
    const ear = await server.connect("10.0.0.1");
    await ear.say(...authenticator ? ["s3cret"] : [], "/name ear", "/ping in");
    await ear.until("pong in");
    for (const head of ["GET /", "GET /ch", "GET /chat HTTP", "GET /chat HTTP/1.1", "M-SEARCH * HT"]) {
      for (const end of ["closeWrite", "close"] as const) {
        const browser = await server.connect("10.0.0.2");
        await browser.raw(head);
        await browser.connection[end]();
        assertEquals((await browser.rest()).filter((line) => line.startsWith("error")), []);
      }
    }
    const nc = await server.connect("10.0.0.3");
    await nc.say(...authenticator ? ["s3cret"] : [], "/name nc");
    await nc.raw("GET /out of here");
    await nc.connection.closeWrite();
    await ear.until("-- nc left");
    assertEquals(ear.seen.filter((line) => /<|10\.0\.0\.2/.test(line)), ["<nc> GET /out of here"]);
  }
});
