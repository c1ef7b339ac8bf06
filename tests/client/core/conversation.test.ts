import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Conversation,
  type ConversationEvent,
  type ConversationOptions,
} from "../../../lib/client/core/conversation.ts";
import { RoomError } from "../../../lib/client/core/standing.ts";
import { TrustError } from "../../../lib/client/trust.ts";
import { BANNER, WELCOME } from "../../../lib/wire/hello.ts";
import type { Json, Peer } from "../../helpers/peer.ts";
import { fakeServer } from "../../helpers/servers.ts";

/** A conversation with servers that the test plays: each connection is another one. */
class Talk implements Disposable {
  readonly conversation: Conversation;
  readonly #events: ReadableStreamDefaultReader<ConversationEvent>;
  readonly #waiting: ((server: Peer) => void)[] = [];
  readonly #servers: Peer[] = [];
  readonly first: Peer;
  refuse?: Error;

  constructor(options: ConversationOptions = {}) {
    const { server, connection } = fakeServer();
    this.first = server;
    const connect = () => {
      if (this.refuse !== undefined) return Promise.reject(this.refuse);
      const { server, connection } = fakeServer();
      const next = this.#waiting.shift();
      if (next === undefined) this.#servers.push(server);
      else next(server);
      return Promise.resolve(connection);
    };
    this.conversation = new Conversation(connection, { name: "alice", connect, firstDelay: 10, ...options });
    // A stream keeps reading while no test waits for an event.
    this.#events = ReadableStream.from(this.conversation.events())
      .pipeThrough(new TransformStream(undefined, undefined, { highWaterMark: 1e6 })).getReader();
  }

  /** The server of the next connection. */
  next(): Promise<Peer> {
    const server = this.#servers.shift();
    return server !== undefined
      ? Promise.resolve(server)
      : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Greets, and answers `/hello`; returns what was in it. */
  async welcome(server: Peer, welcome: object = {}): Promise<Json> {
    await server.say(WELCOME, BANNER);
    const hello = JSON.parse((await server.until("/hello")).slice("/hello ".length));
    const answer = { kind: "welcome", version: 1, log: "L", seq: 10, name: "alice", taken: 0, ...welcome };
    await server.say(JSON.stringify(answer));
    return hello;
  }

  /** The next event of this kind. */
  async until<K extends ConversationEvent["kind"]>(kind: K): Promise<ConversationEvent & { kind: K }> {
    for (let next; !(next = await this.#events.read()).done;) {
      if (next.value.kind === kind) return next.value as ConversationEvent & { kind: K };
    }
    throw new Error(`it ended before "${kind}"`);
  }

  /** The kinds of all remaining events, up to the end. */
  async rest(): Promise<string[]> {
    const kinds = [];
    for (let next; !(next = await this.#events.read()).done;) kinds.push(next.value.kind);
    return kinds;
  }

  [Symbol.dispose](): void {
    this.conversation[Symbol.dispose]();
  }
}

const TIME = "2026-11-22T20:14:03.120Z";

function said(seq: number, text: string, own?: number): string {
  const fields = own === undefined ? {} : { own: true, line: own };
  return JSON.stringify({ seq, time: TIME, kind: "said", name: "x", text, ...fields });
}

Deno.test("Conversation goes on after what it saw, and says again what was not taken", async () => {
  using talk = new Talk();
  const hello = await talk.welcome(talk.first);
  assertEquals([hello.name, hello.format, hello.since], ["alice", "json", undefined]);
  await talk.until("welcome");
  for (const text of ["one", "two", "/who", "three"]) await talk.conversation.send(text);
  await talk.first.until("/once 3 three");
  await talk.first.say(said(11, "one", 1));
  await talk.until("said");
  talk.first[Symbol.dispose]();
  await talk.until("lost");
  const moving = talk.until("back");
  const second = await talk.next();
  const again = await talk.welcome(second, { seq: 11, taken: 2 });
  assertEquals([again.client, again.log, again.since, again.time], [hello.client, "L", 11, TIME]);
  await moving;
  await talk.conversation.send("four");
  assertEquals(await second.take(2), ["/once 3 three", "/once 4 four"]);
  await second.say(said(12, "two", 2));
  await talk.until("said");
  assertEquals(talk.conversation.unanswered.map(({ text }) => text), ["three", "four"]);
});

Deno.test("Conversation forgets what comes before the answer to /hello", async () => {
  using talk = new Talk();
  await talk.first.say(WELCOME, BANNER);
  const started = talk.until("welcome");
  await talk.first.until("/hello");
  await talk.first.say(said(50, "from the stream before"));
  await talk.first.say(
    '{"kind":"welcome","version":1,"log":"L","seq":10,"name":"alice","taken":0}',
    said(11, "one"),
  );
  await started;
  assertEquals((await talk.until("said")).seq, 11);
});

Deno.test("Conversation tells what became of a line that was taken and is not among what follows", async () => {
  using talk = new Talk();
  await talk.welcome(talk.first);
  await talk.until("welcome");
  for (const text of ["one", "two", "/msg bob three"]) await talk.conversation.send(text);
  await talk.first.until("/once 3");
  talk.first[Symbol.dispose]();
  await talk.until("lost");
  const told = talk.until("unconfirmed");
  const second = await talk.next();
  await talk.welcome(second, { taken: 3 });
  assertEquals((await told).text, "/msg bob three");
  await second.say(said(11, "two", 2));
  assertEquals((await talk.until("unconfirmed")).text, "one");
});

Deno.test("Conversation tries again until there is a connection, and says that it was lost each time", async () => {
  using talk = new Talk();
  await talk.welcome(talk.first);
  await talk.until("welcome");
  talk.refuse = new Deno.errors.ConnectionRefused("no");
  talk.first[Symbol.dispose]();
  const delays = [];
  for (let i = 0; i < 4; i++) delays.push((await talk.until("lost")).delay);
  delays.forEach((delay, i) => assert(delay >= 5 * 2 ** i && delay <= 10 * 2 ** i, `${delay} ms`));
  talk.refuse = undefined;
  const back = talk.until("back");
  await talk.welcome(await talk.next());
  await back;
});

Deno.test("Conversation gives up when it was without a connection for too long", async () => {
  using talk = new Talk({ patience: 0 });
  await talk.welcome(talk.first);
  await talk.until("welcome");
  talk.refuse = new Deno.errors.ConnectionRefused("no");
  talk.first[Symbol.dispose]();
  assertEquals((await talk.rest()).filter((kind) => kind !== "lost"), []);
});

Deno.test("Conversation waits longer each time that it is turned away, says why, and gives up in the end", async () => {
  using talk = new Talk({ patience: 500 });
  await talk.welcome(talk.first);
  await talk.until("welcome");
  talk.first[Symbol.dispose]();
  const delays = [];
  const turned = (async () => {
    while (true) {
      const server = await talk.next();
      await server.say(WELCOME, BANNER, "error: your address is banned");
      server[Symbol.dispose]();
    }
  })();
  for (let i = 0; i < 3; i++) {
    delays.push((await talk.until("lost")).delay);
    assertEquals((await talk.until("line")).text, "error: your address is banned");
  }
  assert(delays[2] > delays[0], delays.join());
  await talk.rest();
  turned.catch(() => {});
});

Deno.test("Conversation does not come back to a server that is not trusted any more", async () => {
  using talk = new Talk();
  await talk.welcome(talk.first);
  await talk.until("welcome");
  talk.refuse = new TrustError("another one");
  talk.first[Symbol.dispose]();
  await assertRejects(() => talk.rest(), TrustError, "another one");
});

Deno.test("Conversation comes back if the server says that it makes sense, and only then", async () => {
  using talk = new Talk();
  await talk.welcome(talk.first);
  await talk.until("welcome");
  await talk.first.say('{"kind":"closed","text":"the server is shutting down","retry":true}');
  await talk.first.connection.closeWrite();
  const back = talk.until("back");
  const second = await talk.next();
  await talk.welcome(second);
  await back;
  await second.say('{"kind":"closed","text":"you were kicked","retry":false}');
  await second.connection.closeWrite();
  assertEquals(await talk.rest(), ["closed"]);
  assertEquals(talk.conversation.closed, "you were kicked");
});

Deno.test("Conversation asks again for the name that it wants, and never for an address", async () => {
  for (const [name, asked] of [["alice", "alice"], [undefined, undefined]]) {
    using talk = new Talk({ name });
    assertEquals((await talk.welcome(talk.first, { name: "10.0.0.1" })).name, asked);
    await talk.until("welcome");
    talk.first[Symbol.dispose]();
    const second = await talk.next();
    assertEquals((await talk.welcome(second, { name: "10.0.0.1" })).name, asked);
    await second.say(
      `{"seq":11,"time":"${TIME}","kind":"renamed","name":"10.0.0.1","to":"bob"}`,
    );
    await talk.until("renamed");
    second[Symbol.dispose]();
    assertEquals((await talk.welcome(await talk.next(), { name: "bob" })).name, "bob");
  }
});

Deno.test("Conversation does not come back to another program", async () => {
  using talk = new Talk();
  await talk.first.say("hello, I am no parley");
  await talk.until("line");
  talk.first[Symbol.dispose]();
  assertEquals(await talk.rest(), []);
});

Deno.test("Conversation takes a bounded number of lines that are not answered", async () => {
  using talk = new Talk();
  await talk.welcome(talk.first);
  await talk.until("welcome");
  for (let i = 1; i < 512; i++) await talk.conversation.send(`${i}`);
  let taken = false;
  const sending = talk.conversation.send("512").then(() => taken = true);
  await talk.first.until("/once 512");
  assertEquals(taken, false);
  await talk.first.say(said(11, "1", 1));
  await talk.until("said");
  await sending;
});

Deno.test("Conversation goes to another room although the receipt of what was handled before never comes", async () => {
  using talk = new Talk();
  await talk.welcome(talk.first);
  await talk.until("welcome");
  await talk.conversation.send("one");
  await talk.first.until("/once 1 one");
  const going = talk.conversation.send("/join kitchen");
  talk.first[Symbol.dispose]();
  await talk.until("lost");
  const second = await talk.next();
  await talk.welcome(second, { taken: 1 });
  await talk.until("back");
  await second.say(said(11, "from someone"), '{"kind":"pong","text":"settled 1?"}');
  assertEquals(await second.take(2), ["/ping settled 1?", "/ping settled 2?"]);
  await second.say('{"kind":"pong","text":"settled 2?"}');
  assertEquals(await second.take(2), ["/join kitchen", "/ping moved 1?"]);
  await second.say(
    '{"kind":"welcome","version":1,"log":"K","seq":3,"name":"alice","taken":1,"room":"kitchen"}',
    '{"kind":"pong","text":"moved 1?"}',
  );
  assertEquals((await talk.until("unconfirmed")).text, "one");
  assertEquals((await talk.until("welcome")).from, "lobby");
  assertEquals(await going, "sent");
  second[Symbol.dispose]();
  await talk.until("lost");
  const again = await talk.welcome(await talk.next(), { log: "K", seq: 3, room: "kitchen" });
  assertEquals([again.room, again.log, again.since], ["kitchen", "K", 3]);
  await talk.until("back");
});

Deno.test("Conversation asks for the new room, and not for what it missed in the old one, when it breaks after /join", async () => {
  using talk = new Talk();
  assertEquals((await talk.welcome(talk.first, { room: "lobby" })).room, undefined);
  await talk.until("welcome");
  talk.conversation.send("/join kitchen");
  await talk.first.until("/join kitchen");
  talk.first[Symbol.dispose]();
  const hello = await talk.welcome(await talk.next(), { log: "K", room: "kitchen" });
  assertEquals([hello.room, hello.log, hello.since], ["kitchen", undefined, undefined]);
  assertEquals((await talk.until("welcome")).from, "lobby");
});

Deno.test("Conversation says nothing in a room that it did not ask for, and leaves it", async () => {
  using talk = new Talk({ room: "kitchen" });
  talk.conversation.send("for the kitchen");
  await talk.welcome(talk.first);
  await assertRejects(() => talk.rest(), RoomError, "this server has one room only, the lobby");
  assertEquals(await talk.first.next(), "/quit");
  talk.conversation[Symbol.dispose]();
  assertEquals(await talk.first.rest(), []);
});
