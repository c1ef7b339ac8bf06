import { assert, assertEquals } from "@std/assert";
import type { ConversationEvent } from "../../lib/client/core/conversation.ts";
import { testWith } from "../helpers/needs.ts";
import { render, renderDay, renderJson, renderOwn } from "../../lib/client/render.ts";

const noon = new Date(2026, 10, 22, 12, 5).getTime();
const entry = { seq: 1, time: noon };
const mine = { own: true, history: false };
const past = { own: false, history: true };
const live = { own: false, history: false };

const WELCOME = { kind: "welcome", version: 1, log: "l", seq: 0, name: "a", taken: 0 } as const;

const CASES: [ConversationEvent, string][] = [
  [{ kind: "line", text: "as it is" }, "as it is\n"],
  [{ ...entry, ...live, kind: "said", name: "alice", text: "hi" }, "<alice> hi\n"],
  [{ ...entry, ...mine, kind: "said", name: "alice", text: "hi" }, "<You> hi\n"],
  [{ ...entry, ...past, kind: "said", name: "alice", text: "hi" }, "12:05 <alice> hi\n"],
  [{ ...entry, ...mine, kind: "action", name: "alice", text: "waves" }, "* alice waves\n"],
  [{ ...entry, kind: "joined", names: ["a", "b"] }, "-- a, b joined\n"],
  [{ ...entry, kind: "left", names: ["a"], reason: "tea" }, "-- a left: tea\n"],
  [{ ...entry, kind: "renamed", name: "a", to: "b" }, "-- a is now b\n"],
  [{ kind: "private", name: "a", text: "psst" }, "[a] psst\n"],
  [{ kind: "private", to: "a", text: "psst" }, "[to a] psst\n"],
  [{ kind: "notice", text: "n" }, "-- n\n"],
  [{ kind: "error", text: "e" }, "error: e\n"],
  [{ kind: "pong", text: "" }, "-- pong\n"],
  [{ kind: "closed", text: "c", retry: true }, "-- c\n"],
  [{ kind: "lost", delay: 1200 }, "-- connection lost, trying again in 2 s\n"],
  [{ kind: "back" }, "-- connected again\n"],
  [{ kind: "error", text: "too long", said: "hi" }, "error: too long\n"],
  [{ kind: "unconfirmed", text: "hi" }, "error: not confirmed, and perhaps not said: hi\n"],
  [{ kind: "welcome", version: 1, log: "l", seq: 0, name: "a", taken: 0 }, "-- you are a\n"],
  [{ ...WELCOME, room: "lobby" }, "-- you are a\n"],
  [{ ...WELCOME, room: "hall" }, "-- you are a in hall\n"],
  [{ ...WELCOME, room: "lobby", from: "hall" }, "-- you are a in lobby\n"],
  [{ kind: "mention", room: "hall", name: "b", seq: 3 }, "-- b mentioned you in hall\n"],
  [{ kind: "rooms", rooms: [{ name: "hall", members: 1, messages: 2 }] }, ""],
  [
    { kind: "unread", count: 2, since: noon, before: 3, shown: true },
    "-- 2 new since 12:05; /history shows the 3 before them\n",
  ],
];

for (const [event, line] of CASES) {
  Deno.test(`render() shows ${JSON.stringify(event)}`, () => {
    assertEquals(render(event, { color: false, now: noon }), line);
    const colored = render(event, { color: true, now: noon });
    assertEquals(colored.replace(/\p{Cc}\[[0-9;]*m/gu, ""), line);
  });
}

const CLOCKED: [ConversationEvent, string][] = [
  [{ ...entry, ...live, kind: "said", name: "alice", text: "hi" }, "12:05 <alice> hi\n"],
  [{ ...entry, ...past, kind: "said", name: "alice", text: "hi" }, "12:05 <alice> hi\n"],
  [{ ...entry, kind: "joined", names: ["a"] }, "12:05 -- a joined\n"],
  [{ ...entry, kind: "joined", names: ["me"] }, ""],
  [{ kind: "private", name: "a", text: "psst" }, "13:00 [a] psst\n"],
  [{ kind: "notice", text: "n" }, "-- n\n"],
  [{ kind: "error", text: "e" }, "error: e\n"],
];

for (const [event, line] of CLOCKED) {
  Deno.test(`render() with a clock shows ${JSON.stringify(event)}`, () => {
    const now = new Date(2026, 10, 23, 13, 0).getTime();
    assertEquals(render(event, { color: false, now, self: "me", clock: true }), line);
  });
}

testWith(
  { permissions: [], others: { "NO_COLOR to be unset": !Deno.noColor } },
  "render() highlights one's own name, and leaves links whole",
  () => {
    const link = "https://example.com/me?q=me";
    const shown = render({ ...entry, ...live, kind: "said", name: "a", text: `me: ${link}` }, {
      color: true,
      now: noon,
      self: "me",
    });
    assert(shown.includes("\x1b[1mme\x1b["), JSON.stringify(shown));
    assert(shown.includes(link), JSON.stringify(shown));
    assertEquals(shown.split("\x1b[1m").length, 2, JSON.stringify(shown));
  },
);

testWith(
  { permissions: [], others: { "NO_COLOR to be unset": !Deno.noColor } },
  "render() shows a name in the hue that it has, one's own as well",
  () => {
    const options = { color: true, now: noon, self: "me", hueOf: (name: string) => name === "me" ? 0 : 1 };
    const shown = (event: ConversationEvent) => render(event, options);
    assertEquals(
      shown({ ...entry, ...live, kind: "said", name: "a", text: "hi" }),
      "<\x1b[38;5;130ma\x1b[39m> hi\n",
    );
    assertEquals(
      shown({ ...entry, ...mine, kind: "said", name: "me", text: "me" }),
      "<\x1b[38;5;131mYou\x1b[39m> me\n",
    );
  },
);

Deno.test("renderDay() names the day", () => {
  assertEquals(renderDay(noon, false), "-- Sunday, 22 November 2026\n");
});

Deno.test("renderJson() writes times as the wire does", () => {
  const line = renderJson({ seq: 1, time: 0, ...live, kind: "said", name: "a", text: "t" });
  assertEquals(JSON.parse(line).time, "1970-01-01T00:00:00.000Z");
});

Deno.test("renderOwn() shows what was said as one's own", () => {
  assertEquals(renderOwn("hi", false), "<You> hi\n");
});
