import { assert, assertEquals } from "@std/assert";
import { Conversation } from "../../../lib/client/core/conversation.ts";
import { highlight, mentions } from "../../../lib/wire/mention.ts";
import { Ignored } from "../../../lib/client/core/ignore.ts";
import { parseReceived } from "../../../lib/wire/received.ts";
import { BANNER, WELCOME } from "../../../lib/wire/hello.ts";
import { fakeServer } from "../../helpers/servers.ts";

const HELLO = '{"kind":"welcome","version":1,"log":"L","seq":0,"name":"alice","taken":0}';

/** A conversation with a server that the test plays; `heard` fills with what its events were. */
function converse() {
  const { server, connection } = fakeServer();
  const conversation = new Conversation(connection, { name: "alice" });
  const heard: string[] = [];
  const ended = (async () => {
    for await (const event of conversation.events()) heard.push(event.kind);
  })();
  return { server, conversation, heard, ended };
}

Deno.test("lines that come before the welcome are not kept without end", async () => {
  const { server, conversation, heard, ended } = converse();
  using _ = conversation;
  await server.say(WELCOME, BANNER);
  await server.until("/hello");
  for (let i = 0; i < 100; i++) await server.say(...Array.from({ length: 100 }, () => "x".repeat(100)));
  server[Symbol.dispose]();
  await ended;
  assert(heard.length < 100, `${heard.length} of 10,000 lines were kept`);
});

Deno.test("a flood of what shows nothing does not keep timers, keys and signals from their turn", async () => {
  const { server, conversation, ended } = converse();
  await server.say(WELCOME, BANNER);
  await server.until("/hello");
  await server.say(HELLO);
  let flooding = true;
  const flood = (async () => {
    const garbage = "{\n".repeat(30_000);
    while (flooding) await server.raw(garbage);
  })();
  let longest = 0;
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1));
    longest = Math.max(longest, performance.now() - start);
  }
  flooding = false;
  conversation[Symbol.dispose]();
  server[Symbol.dispose]();
  await flood.catch(() => {});
  await ended;
  assert(longest < 300, `a timer of 1 ms took ${longest} ms`);
});

Deno.test("a second welcome on one connection is none", async () => {
  const { server, conversation, heard, ended } = converse();
  using _ = conversation;
  await server.say(WELCOME, BANNER);
  await server.until("/hello");
  await server.say(
    ...Array.from({ length: 50 }, () => HELLO),
    '{"kind":"closed","text":"bye","retry":false}',
  );
  await ended;
  assertEquals(heard.filter((kind) => kind === "welcome").length, 1);
});

Deno.test("a server that says that it closes, and does not, is left", async () => {
  const { server, conversation, heard, ended } = converse();
  using _ = conversation;
  await server.say(WELCOME, BANNER);
  await server.until("/hello");
  await server.say(HELLO, '{"kind":"closed","text":"go away","retry":false}');
  await ended;
  assertEquals([heard.at(-1), conversation.closed], ["closed", "go away"]);
});

Deno.test("names that are none are not taken from a server", () => {
  const said = (name: string) =>
    parseReceived(JSON.stringify({ seq: 1, time: "2026-11-22T20:14:03Z", kind: "said", name, text: "x" }));
  assert(said("a".repeat(128)) !== undefined);
  assertEquals(said("a".repeat(129)), undefined);
  assertEquals(said("a\u{10EFFF}b"), undefined);
  assertEquals(parseReceived(HELLO.replace("alice", "a".repeat(129))), undefined);
});

/** Texts that are made to take long to search. */
const ADVERSARIAL: Record<string, string> = {
  "schemes that never come to a link": "a-".repeat(32_000),
  "links in links": "a://".repeat(16_000),
  "combining marks": "a" + "\u0301".repeat(16_000) + "\u0316".repeat(16_000),
  "names that almost are one's own": "alice.".repeat(10_000),
  "almost addresses": "alice.a".repeat(9_000),
  "mentions in one word": "alice,".repeat(10_000),
  "words": "alice ".repeat(10_000),
};

for (const [what, text] of Object.entries(ADVERSARIAL)) {
  Deno.test(`a text of ${what} is looked at in no time`, () => {
    const start = performance.now();
    mentions(text, "alice");
    highlight(text, "alice", (name) => name);
    new Ignored().hides({ kind: "line", text: `<${text}> x` });
    const took = performance.now() - start;
    assert(took < 150, `it took ${took} ms`);
  });
}
