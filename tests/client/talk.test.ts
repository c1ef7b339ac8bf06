import { assert, assertEquals } from "@std/assert";
import { ClientConnection, type ClientEvent } from "../../lib/client/connection.ts";
import { OutputError } from "../../lib/output.ts";
import { talk } from "../../lib/client/talk.ts";
import { fakeServer } from "../helpers/line_server.ts";
import { startInMemory } from "../helpers/server.ts";

async function* lines(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

Deno.test("talk() says all of its input, waits until all of it is confirmed, and ends well", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const { connection } = await server.connect();
  using chat = new ClientConnection(connection, { name: "ci" });
  const own: string[] = [];
  const show = (event: ClientEvent) => void (event.kind === "said" && event.own && own.push(event.text));
  const input = Array.from({ length: 300 }, (_, i) => `line ${i}`);
  assertEquals(await talk(chat, { input: lines(...input), show, showOwn() {}, follow: false }), {});
  assertEquals(own, input);
  for (const line of input) assertEquals(await bob.until("<ci>"), `<ci> ${line}`);
});

Deno.test("talk() says what was refused", async () => {
  await using server = startInMemory({ maxLine: 100 });
  const { connection } = await server.connect();
  using chat = new ClientConnection(connection);
  const input = lines("x".repeat(101), "fine");
  const outcome = await talk(chat, { input, show() {}, showOwn() {}, follow: false });
  assertEquals(outcome.problem, "the server refused something of what was said");
});

Deno.test("talk() says that a connection was lost before all was confirmed", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection);
  const talking = talk(chat, { input: lines("hello"), show() {}, showOwn() {}, follow: false });
  await server.say("Welcome to this chatroom!", "-- parley 1; ready");
  await server.until("hello");
  server[Symbol.dispose]();
  assertEquals((await talking).problem, "the connection was lost before all was confirmed");
});

Deno.test("talk() with follow stays when the input has ended, and says why the server closed", async () => {
  const server = startInMemory();
  const { connection } = await server.connect();
  using chat = new ClientConnection(connection);
  const kinds: string[] = [];
  const talking = talk(chat, {
    input: lines(),
    show(event) {
      kinds.push(event.kind);
      if (event.kind === "welcome") server.stop();
    },
    showOwn() {},
    follow: true,
  });
  assertEquals((await talking).problem, "the server is shutting down");
  assert(kinds.includes("closed"));
  await server[Symbol.asyncDispose]();
});

Deno.test("talk() ends quietly when nobody reads its output any more", async () => {
  await using server = startInMemory();
  const { connection } = await server.connect();
  using chat = new ClientConnection(connection);
  const show = () => Promise.reject(new OutputError("closed"));
  assertEquals(await talk(chat, { input: lines(), show, showOwn() {}, follow: true }), {});
});

Deno.test("talk() shows its own lines where the server does not give them back", async () => {
  const { server, connection } = fakeServer();
  using chat = new ClientConnection(connection);
  const shown: string[] = [];
  const showOwn = (text: string) => void shown.push(text);
  const talking = talk(chat, { input: lines("one", "two"), show() {}, showOwn, follow: false });
  await server.say("hello, I am no parley");
  assertEquals(await server.rest(), ["one", "two"]);
  server[Symbol.dispose]();
  assertEquals(await talking, {});
  assertEquals(shown, ["one", "two"]);
});
