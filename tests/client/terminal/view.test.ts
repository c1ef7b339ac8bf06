import { assertEquals } from "@std/assert";
import type { ConversationEvent } from "../../../lib/client/core/conversation.ts";
import { Answers } from "../../../lib/client/core/answers.ts";
import { Roster } from "../../../lib/client/core/roster.ts";
import type { Terminal } from "../../../lib/cli/terminal/terminal.ts";
import { View } from "../../../lib/client/terminal/view.ts";

/** A view, what it printed, and what it asked for. */
function watch({ plain = false } = {}) {
  const printed: string[] = [];
  const asked: string[] = [];
  const terminal = { print: (lines: string) => void printed.push(lines), refresh() {} };
  const answers = new Answers();
  const view = new View(terminal as unknown as Terminal, {
    plain,
    bell: false,
    notify: false,
    self: () => "alice",
    people: new Roster(),
    answers,
    askWho: () => void asked.push("/who"),
    giveBack: (text) => asked.push(text) > 0 && text === "into the line",
  });
  const show = (...events: ConversationEvent[]) => {
    events.forEach((event) => view.show(event));
    return printed.splice(0).join("").replace(/\p{Cc}\[[0-9;]*m/gu, "");
  };
  return { view, show, asked, answers };
}

function said(day: number, text: string, history = false): ConversationEvent {
  const time = new Date(2026, 0, day, 20, 14).getTime();
  return { seq: day, time, kind: "said", name: "bob", text, own: false, history };
}

const WELCOME: ConversationEvent = { kind: "welcome", version: 1, log: "L", seq: 0, name: "alice", taken: 0 };

Deno.test("View begins another day with its date, in the history too", () => {
  const { show } = watch();
  assertEquals(
    show(said(3, "one", true), said(3, "two", true), { kind: "notice", text: "n" }, said(4, "three")),
    "-- Saturday, 3 January 2026\n20:14 <bob> one\n20:14 <bob> two\n-- n\n" +
      "-- Sunday, 4 January 2026\n20:14 <bob> three\n",
  );
});

Deno.test("View begins the day that it is with its date, once", () => {
  const { show } = watch();
  const now = new Date();
  const clock = now.toTimeString().slice(0, 5);
  const date = now.toLocaleDateString("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const event: ConversationEvent = {
    seq: 1,
    time: now.getTime(),
    kind: "said",
    name: "bob",
    text: "hi",
    own: false,
    history: false,
  };
  assertEquals(show(event, event), `-- ${date}\n${clock} <bob> hi\n${clock} <bob> hi\n`);
});

Deno.test("View shows an answer between a heading and an end, with its own days", () => {
  const { show, answers } = watch();
  assertEquals(show(said(4, "one")), "-- Sunday, 4 January 2026\n20:14 <bob> one\n");
  const [begins, , ends] = answers.ask("/search two");
  assertEquals(
    show(
      { kind: "pong", text: begins.slice(6) },
      said(4, "two", true),
      said(3, "two, too", true),
      { kind: "pong", text: ends.slice(6) },
      said(4, "three"),
    ),
    "-- /search two: what was found, newest first\n" +
      "-- Sunday, 4 January 2026\n20:14 <bob> two\n" +
      "-- Saturday, 3 January 2026\n20:14 <bob> two, too\n" +
      "-- end of /search\n" +
      "20:14 <bob> three\n",
  );
});

Deno.test("View asks who is there, and tells a newcomer in brief, once", () => {
  const { show, asked } = watch();
  const names = Array.from({ length: 100 }, (_, i) => `n${i}`);
  assertEquals(show(WELCOME), "-- you are alice\n");
  assertEquals(asked, ["/who"]);
  const help = "-- Tab completes, Up repeats, Ctrl-D leaves; /help lists the commands\n";
  const roster: ConversationEvent[] = [
    { kind: "notice", text: `101 here: ${names.join(", ")}`, names },
    { kind: "notice", text: "and: alice", names: ["alice"] },
  ];
  assertEquals(show(...roster), `-- 101 here; /who lists them\n${help}`);
  assertEquals(show(...roster), `-- 101 here: ${names.join(", ")}\n-- and: alice (you)\n`);
  assertEquals(
    show(WELCOME, { kind: "notice", text: "1 here: alice", names: ["alice"] }),
    [
      "-- you are alice\n",
      "-- 1 here: alice (you)\n",
    ].join(""),
  );
});

Deno.test("View gives back what could not be said, and says how it comes back", () => {
  const { show, asked } = watch();
  assertEquals(
    show({ kind: "error", text: "too long", said: "into the line" }, {
      kind: "error",
      text: "no such command",
    }),
    "error: too long\nerror: no such command\n",
  );
  assertEquals(
    show({ kind: "unconfirmed", text: "perhaps" }),
    "error: not confirmed, and perhaps not said: perhaps\n-- Up brings back what was not said\n",
  );
  assertEquals(asked, ["into the line", "perhaps"]);
});

Deno.test("View tells in a plain terminal what was not said, because it cannot come back", () => {
  const { show, asked } = watch({ plain: true });
  assertEquals(
    show({ kind: "error", text: "too long", said: "x" }, { kind: "unconfirmed", text: "perhaps" }),
    "error: too long\n-- not said: x\nerror: not confirmed, and perhaps not said: perhaps\n",
  );
  assertEquals(asked, []);
  const [, help] = show(WELCOME, { kind: "notice", text: "1 here: alice", names: ["alice"] }).split(
    /(?=-- Ctrl)/,
  );
  assertEquals(help, "-- Ctrl-D leaves; /help lists the commands\n");
});

Deno.test("View counts down to the next attempt, and stops when there is a connection again", () => {
  const { view, show } = watch();
  using _ = view;
  assertEquals(view.status, undefined);
  const lost = show({ kind: "lost", delay: 1500 });
  assertEquals(lost.split("\n")[1].slice(6), "-- connection lost");
  assertEquals(view.status, "connection lost, trying again in 2 s");
  assertEquals(show({ kind: "lost", delay: 29_000 }), "", "it is told once");
  assertEquals(view.status, "connection lost, trying again in 29 s");
  assertEquals(show({ kind: "lost", delay: -1 }), "");
  assertEquals(view.status, "connection lost, trying again");
  assertEquals(show({ kind: "back" }).slice(6), "-- connected again\n");
  assertEquals(view.status, undefined);
});
