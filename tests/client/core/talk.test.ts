import { assert, assertEquals } from "@std/assert";
import { Conversation, type ConversationEvent } from "../../../lib/client/core/conversation.ts";
import { OutputError, untilClosed } from "../../../lib/cli/output.ts";
import { render } from "../../../lib/client/render.ts";
import { talk } from "../../../lib/client/core/talk.ts";
import { Authenticator } from "../../../lib/server/access/authenticator.ts";
import { fakeServer, startInMemory } from "../../helpers/servers.ts";

async function* lines(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

Deno.test("talk() says all of its input, waits until all of it is confirmed, and ends well", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const { connection } = await server.connect();
  using chat = new Conversation(connection, { name: "ci" });
  const own: string[] = [];
  const show = (event: ConversationEvent) =>
    void (event.kind === "said" && event.own && own.push(event.text));
  const input = Array.from({ length: 300 }, (_, i) => `line ${i}`);
  assertEquals(await talk(chat, { input: lines(...input), show, showOwn() {}, follow: false }), {});
  assertEquals(own, input);
  for (const line of input) assertEquals(await bob.until("<ci>"), `<ci> ${line}`);
});

Deno.test("talk() says what was refused", async () => {
  await using server = startInMemory({ maxLine: 100 });
  const { connection } = await server.connect();
  using chat = new Conversation(connection);
  const input = lines("x".repeat(101), "fine");
  const outcome = await talk(chat, { input, show() {}, showOwn() {}, follow: false });
  assertEquals(outcome.problem, "the server refused something of what was said");
});

Deno.test("talk() refuses at once what no server takes, says the rest, and tells in the end", async () => {
  await using server = startInMemory({ maxLine: 32_000 });
  const bob = await server.join("bob");
  const { connection } = await server.connect();
  using chat = new Conversation(connection, { name: "ci" });
  const errors: string[] = [];
  async function* input() {
    yield "x".repeat(32_000);
    yield `\x1b[2J${"y".repeat(32_000)}`;
    yield { head: "z".repeat(64) };
    yield "after";
  }
  const show = (event: ConversationEvent) => void (event.kind === "error" && errors.push(event.text));
  const outcome = await talk(chat, { input: input(), show, showOwn() {}, follow: false });
  assertEquals(outcome.problem, "not all of the input was said");
  const why = "not said, because no server takes a line of more than 32000 bytes: ";
  assertEquals(errors, [`${why}[2J${"y".repeat(37)}…`, `${why}${"z".repeat(40)}…`]);
  assertEquals(await bob.until("<ci> x"), `<ci> ${"x".repeat(32_000)}`);
  assertEquals(await bob.until("<ci>"), "<ci> after");
});

async function* broken(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
  throw new Error("the input broke");
}

Deno.test("talk() ends with the sentence of an input that fails, once what came before is confirmed", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const { connection } = await server.connect();
  using chat = new Conversation(connection, { name: "ci" });
  const outcome = await talk(chat, { input: broken("one", "two"), show() {}, showOwn() {}, follow: false });
  assertEquals(outcome, { problem: "the input broke" });
  assertEquals([await bob.until("<ci>"), await bob.until("<ci>")], ["<ci> one", "<ci> two"]);
});

Deno.test("talk() with follow takes an input that fails for one that has ended", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const { connection } = await server.connect();
  using chat = new Conversation(connection, { name: "ci" });
  const heard = Promise.withResolvers<void>();
  const show = (event: ConversationEvent) => void (event.kind === "said" && !event.own && heard.resolve());
  const talking = talk(chat, { input: broken(), show, showOwn() {}, follow: true });
  await bob.until("ci joined");
  await bob.say("still there");
  await heard.promise;
  await chat.leave();
  assertEquals(await talking, {});
});

Deno.test("talk() says that a connection was lost before all was confirmed", async () => {
  const { server, connection } = fakeServer();
  using chat = new Conversation(connection);
  const talking = talk(chat, { input: lines("hello"), show() {}, showOwn() {}, follow: false });
  await server.say("Welcome to this chatroom!", "-- parley 1; ready");
  await server.until("/hello");
  await server.say('{"kind":"welcome","version":1,"log":"x","seq":0,"name":"alice"}');
  await server.until("/once 1 hello");
  server[Symbol.dispose]();
  assertEquals((await talking).problem, "the connection was lost before all was confirmed");
});

Deno.test("talk() with follow stays when the input has ended, and says why the server closed", async () => {
  const server = startInMemory();
  const { connection } = await server.connect();
  using chat = new Conversation(connection);
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
  using chat = new Conversation(connection);
  const show = () => Promise.reject(new OutputError("closed", { cause: new Deno.errors.BrokenPipe() }));
  assertEquals(await untilClosed(talk(chat, { input: lines(), show, showOwn() {}, follow: true })), {});
});

Deno.test("talk() shows its own lines if the server does not send them back", async () => {
  const { server, connection } = fakeServer();
  using chat = new Conversation(connection);
  const shown: string[] = [];
  const showOwn = (text: string) => void shown.push(text);
  const talking = talk(chat, { input: lines("one", "two"), show() {}, showOwn, follow: false });
  await server.say("hello, I am no parley");
  assertEquals(await server.rest(), ["one", "two"]);
  server[Symbol.dispose]();
  assertEquals(await talking, {});
  assertEquals(shown, ["one", "two"]);
});

/** Talks with a server that has a password; returns how that ended, and what was shown. */
async function talkAtGate(
  passwords: string[],
  { given, input = ["hello"] }: { given?: string; input?: string[] },
) {
  await using server = startInMemory({ authenticator: new Authenticator("s3cret") });
  const { connection } = await server.connect();
  using chat = new Conversation(connection, { name: "alice", password: given });
  const shown: string[] = [];
  const outcome = await talk(chat, {
    input: lines(...input),
    show: (event) => void shown.push(render(event, { color: false, now: 0, self: chat.name })),
    showOwn() {},
    password: () => Promise.resolve(passwords.shift()),
    follow: false,
  });
  return { outcome, shown: shown.join("").trim().split("\n") };
}

const INSIDE = ["Welcome to this chatroom!", "-- you are alice", "<You> hello", "-- bye"];

Deno.test("talk() sends the password with /hello, and says nothing before it is right", async () => {
  const { outcome, shown } = await talkAtGate([], { given: "s3cret" });
  assertEquals([outcome, shown], [{}, INSIDE]);
});

Deno.test("talk() asks for the password if there is one, and again if it was wrong", async () => {
  const { outcome, shown } = await talkAtGate(["wrong", "s3cret"], {});
  const [welcome, ...rest] = INSIDE;
  assertEquals([outcome, shown], [{}, [welcome, "error: wrong password; try again in 1 s", ...rest]]);
});

Deno.test("talk() ends if there is no password to give, and takes no line of input for one", async () => {
  const { outcome, shown } = await talkAtGate([], { input: ["s3cret"] });
  assertEquals(shown, INSIDE.slice(0, 1));
  assertEquals(
    outcome.problem,
    "the room has a password, and none was given that is right: --password-file FILE",
  );
});

Deno.test("talk() says what the server says of a third wrong password", async () => {
  const { outcome } = await talkAtGate(["1", "2", "3"], {});
  assertEquals(outcome.problem, "wrong password, for the 3rd time; try again in 4 s");
});

Deno.test("talk() carries out what is for the client alone, and sends the rest", async () => {
  await using server = startInMemory();
  const { connection } = await server.connect();
  using chat = new Conversation(connection);
  const shown: string[] = [];
  const show = (event: ConversationEvent) => void (event.kind === "notice" && shown.push(event.text));
  const locally = (line: string) =>
    line.startsWith("!") ? { answer: [line], send: line === "!!", refused: line === "!no" } : undefined;
  const { problem } = await talk(chat, {
    input: lines("!here", "!!", "/ping", "!no"),
    show,
    showOwn() {},
    locally,
    follow: false,
  });
  assertEquals(shown, ["!here", "!!"]);
  assertEquals(problem, "the server refused something of what was said");
});

Deno.test("talk() leaves with /quit at once, even if there is no connection to say so on", async () => {
  const { server, connection } = fakeServer();
  const away = Promise.withResolvers<void>();
  using chat = new Conversation(connection, { connect: () => Promise.reject(new Error("away")) });
  async function* input() {
    await away.promise;
    yield "not said";
    yield "/quit bye";
  }
  const talking = talk(chat, {
    input: input(),
    show: (event) => void (event.kind === "lost" && away.resolve()),
    showOwn() {},
    follow: true,
  });
  await server.say("Welcome to this chatroom!", "-- parley 1; ready");
  await server.until("/hello");
  await server.say('{"kind":"welcome","version":1,"log":"x","seq":0,"name":"alice"}');
  server[Symbol.dispose]();
  assertEquals((await talking).problem, "you left before all was said");
});

Deno.test("talk() says it in a sentence when the connection breaks while the password is typed", async () => {
  const { server, connection } = fakeServer();
  using chat = new Conversation(connection);
  const talking = talk(chat, {
    input: lines("hello"),
    show() {},
    showOwn() {},
    password() {
      server[Symbol.dispose]();
      return Promise.resolve("s3cret");
    },
    follow: false,
  });
  await server.say("Welcome to this chatroom!", "-- parley 1; ready");
  await server.until("/hello");
  await server.say('{"kind":"notice","text":"password:"}');
  assertEquals((await talking).problem, "the connection was lost");
});
