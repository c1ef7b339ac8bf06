import { assert, assertEquals } from "@std/assert";
import { ClientConnection, type ClientEvent } from "../../../lib/client/core/connection.ts";
import { fakeServer, startInMemory } from "../../helpers/servers.ts";

const WELCOME = "Welcome to this chatroom!";
const BANNER = "-- parley 1; /help lists the commands";
const ANSWER = '{"kind":"welcome","version":1,"log":"x","seq":7,"name":"alice","taken":0}';

/** The next event of this kind. */
async function until<K extends ClientEvent["kind"]>(
  events: AsyncGenerator<ClientEvent>,
  kind: K,
): Promise<ClientEvent & { kind: K }> {
  for (let next; !(next = await events.next()).done;) {
    if (next.value.kind === kind) return next.value as ClientEvent & { kind: K };
  }
  throw new Error(`the end came before "${kind}"`);
}

Deno.test("the client negotiates with parley, and gets its own lines back as receipts", async () => {
  await using server = startInMemory();
  const peer = await server.connect("10.0.0.1");
  const chat = new ClientConnection(peer.connection, { name: "alice" });
  const events = chat.events();
  const sent = chat.send("hello");
  assertEquals(await until(events, "line"), { kind: "line", text: WELCOME });
  assertEquals((await until(events, "welcome")).name, "alice");
  const said = await until(events, "said");
  await sent;
  assertEquals([chat.rich, said.own, said.text, said.history], [true, true, "hello", false]);
  await chat.end();
  assertEquals((await until(events, "closed")).text, "bye");
  assert((await events.next()).done);
});

Deno.test("the client sends nothing before the second line, and then /hello first", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection, { name: "alice" });
  const events = chat.events();
  const sent = chat.send("typed early");
  const first = events.next();
  for (const byte of `${WELCOME}\r\n${BANNER}\r\n`) await server.raw(byte);
  assertEquals((await first).value, { kind: "line", text: WELCOME });
  await server.say(ANSWER);
  await until(events, "welcome");
  await sent;
  assertEquals(await server.take(2), ['/hello {"name":"alice","format":"json"}', "typed early"]);
});

Deno.test("the password is said to no server that does not say that it is parley", async () => {
  for (
    const greeting of [`${WELCOME}\n`, `${WELCOME}\n-- password:\n`, `<eve> hi\n${WELCOME}\n${BANNER}\n`, ""]
  ) {
    const { server, connection } = fakeServer();
    using chat = new ClientConnection(connection, { name: "alice", password: "s3cret" });
    const events = chat.events();
    const sent = chat.send("hello");
    if (greeting !== "") await server.raw(greeting);
    await until(events, greeting === "" ? "silent" : "plain");
    await sent;
    if (greeting === "") assertEquals(await server.next(), "", "the greeting is asked for");
    assertEquals(await server.next(), "hello");
  }
});

Deno.test("a welcome without a line end is shown at once, and then plain text is spoken", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection);
  const events = chat.events();
  const sent = chat.send("hello");
  await server.raw(WELCOME);
  assertEquals((await events.next()).value, { kind: "line", text: WELCOME });
  assertEquals((await events.next()).value, { kind: "plain" });
  await sent;
  assertEquals([await server.next(), chat.rich], ["hello", false]);
  await server.raw("<10.0.0.2> hi\n");
  assertEquals((await events.next()).value, { kind: "line", text: "<10.0.0.2> hi" });
});

for (
  const line of [
    `<10.0.0.1> ${BANNER}`,
    `${WELCOME}\n<10.0.0.1> x\n${BANNER}`,
    `${WELCOME}${BANNER}`,
    `\n${BANNER}`,
  ]
) {
  Deno.test(`the client says no /hello to a server that begins with ${JSON.stringify(line)}`, async () => {
    const { server, connection } = fakeServer();
    using chat = new ClientConnection(connection, { name: "alice" });
    const events = chat.events();
    const sent = chat.send("hello");
    await server.say(line);
    await until(events, "plain");
    await sent;
    assertEquals(await server.next(), "hello");
  });
}

Deno.test("a second line that comes late is negotiated with then", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection, { name: "alice" });
  const events = chat.events();
  await until(events, "silent");
  await server.say(WELCOME, BANNER, ANSWER);
  await until(events, "welcome");
  assertEquals(await server.take(2), ["", '/hello {"name":"alice","format":"json"}']);
  assertEquals(chat.waited, true);
});

Deno.test("a second line that comes after something was said is negotiated with by commands", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection, { name: "alice" });
  const events = chat.events();
  const sent = chat.send("early");
  await until(events, "silent");
  await sent;
  await server.say(WELCOME, BANNER, '{"kind":"notice","text":"json"}');
  assertEquals((await until(events, "notice")).text, "json");
  assertEquals([await server.take(4), chat.rich], [["", "early", "/json", "/name alice"], true]);
});

Deno.test("what comes between /hello and its answer is forgotten", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection);
  const events = chat.events();
  await server.say(WELCOME, BANNER, "-- you are 10.0.0.1", "20:14 <bob> hi", ANSWER);
  assertEquals((await events.next()).value.kind, "line");
  assertEquals((await events.next()).value.kind, "welcome");
});

Deno.test("what a server says that closes instead of answering is shown", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection);
  await server.say(WELCOME, BANNER, "error: the room is full");
  await server.connection.closeWrite();
  const lines = [];
  for await (const event of chat.events()) lines.push(event.kind === "line" ? event.text : event.kind);
  assertEquals(lines, [WELCOME, BANNER, "error: the room is full"]);
});

Deno.test("what a hostile server sends is cleaned, and a line without end is left out", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection);
  const events = chat.events();
  const said = server.say("\x1b]0;title\x07 \x9b31m", "x".repeat(70_000), "after");
  await until(events, "plain");
  assertEquals((await events.next()).value, { kind: "line", text: "]0;title 31m" });
  assertEquals((await events.next()).value.kind, "error");
  assertEquals((await events.next()).value, { kind: "line", text: "after" });
  await said;
});

Deno.test("a server that waits for the client's first bytes is asked for its greeting with one empty line", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection, { name: "alice" });
  const events = chat.events();
  const first = events.next();
  assertEquals(await server.next(), "");
  await server.say(WELCOME, BANNER, ANSWER);
  await first;
  await until(events, "welcome");
  assertEquals([await server.next(), chat.waited], ['/hello {"name":"alice","format":"json"}', true]);
});

Deno.test("a server that greets at once is asked for nothing, and one that is known to wait is asked at once", async () => {
  for (const knock of [false, true]) {
    const { server, connection } = fakeServer();
    using chat = new ClientConnection(connection, {}, { knock });
    const events = chat.events();
    const first = events.next();
    if (knock) assertEquals(await server.next(), "");
    await server.say(WELCOME, BANNER, ANSWER);
    await first;
    await until(events, "welcome");
    assertEquals([await server.next(), chat.waited], ['/hello {"format":"json"}', knock]);
  }
});
