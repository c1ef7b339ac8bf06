import { assertEquals } from "@std/assert";
import { Answers, type Framing } from "../../../lib/client/core/answers.ts";
import type { ConversationEvent } from "../../../lib/client/core/conversation.ts";

const PAST = said("lunch", true);
const LIVE = said("now", false);
const HEADING = "/history 5: what was said before";
const END = "end of /history";

function said(text: string, history: boolean): ConversationEvent {
  return { seq: 1, time: 0, kind: "said", name: "bob", text, own: false, history };
}

/** The pong that answers a line. */
function pong(line: string): ConversationEvent {
  return { kind: "pong", text: line.replace("/ping ", "") };
}

/** What is shown around events while a command is being answered. */
function framed(line: string, ...events: ConversationEvent[]): Framing[] {
  const answers = new Answers();
  const [begins, , ends] = answers.ask(line);
  return [pong(begins), ...events, pong(ends), PAST].map((event) => answers.note(event));
}

Deno.test("Answers sends a command whose answer is messages between two pings, and other lines alone", () => {
  const answers = new Answers();
  const lines = answers.ask("/History 5");
  assertEquals(lines.map((line) => Answers.isOwn(line)), [true, false, true]);
  assertEquals(lines[1], "/History 5");
  for (const line of ["hi", "/who", "//history", "/ping answer", "/nothing", "/toString"]) {
    assertEquals(answers.ask(line), [line]);
    assertEquals(Answers.isOwn(line), false);
  }
});

const CASES: [what: string, events: ConversationEvent[], framings: Framing[]][] = [
  ["begins and ends an answer", [PAST, PAST], [{ heading: HEADING }, {}, { end: END, hidden: true }]],
  ["shows nothing around an answer of no messages", [{ kind: "notice", text: "nothing was said yet" }], [
    {},
    { end: undefined, hidden: true },
  ]],
  ["lets what is said before the answer stay outside", [LIVE, PAST], [{}, { heading: HEADING }, {
    end: END,
    hidden: true,
  }]],
  ["ends the answer before what is said after it", [PAST, LIVE], [{ heading: HEADING }, { end: END }, {
    end: undefined,
    hidden: true,
  }]],
  ["ends it when the connection breaks", [PAST, { kind: "lost", delay: 1 }, { kind: "back" }, PAST], [
    { heading: HEADING },
    { end: END },
    { end: undefined },
    {},
    {},
  ]],
];

for (const [what, events, framings] of CASES) {
  Deno.test(`Answers ${what}`, () => {
    assertEquals(framed("/history 5", ...events), [{ hidden: true }, ...framings, {}]);
  });
}

Deno.test("Answers tells several answers apart, and leaves other pongs and the first history alone", () => {
  const answers = new Answers();
  assertEquals(answers.note(PAST), {});
  const [a, , b] = answers.ask("/search lunch");
  const [c, , d] = answers.ask(" /history ");
  const events = [a, PAST, b, c, PAST, d].map((event) => typeof event === "string" ? pong(event) : event);
  assertEquals(events.map((event) => answers.note(event)).map(({ heading, end }) => heading ?? end), [
    undefined,
    "/search lunch: what was found, newest first",
    "end of /search",
    undefined,
    "/history: what was said before",
    "end of /history",
  ]);
  assertEquals(answers.note({ kind: "pong", text: "answer 99 ends" }), {});
});
