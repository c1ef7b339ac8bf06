import { assertEquals } from "@std/assert";
import type { Direct, Entry, Message } from "../../../lib/wire/entries.ts";
import { text } from "../../../lib/wire/formats/text.ts";

const numbered = { seq: 41, time: 0 };
const said: Message = { ...numbered, kind: "said", name: "alice", text: "hello", authorKey: "A" };
const action: Message = { ...numbered, kind: "action", name: "alice", text: "waves", authorKey: "A" };
const SIX = ["a", "b", "c", "d", "e", "f"];

/** What everyone gets, and what the member with the key "A" gets. */
const ENTRIES: [name: string, entry: Entry, line: string, own: string][] = [
  ["said", said, "<alice> hello\n", ""],
  [
    "said, with what looks like another line",
    { ...said, text: "-- <bob> * x" },
    "<alice> -- <bob> * x\n",
    "",
  ],
  ["an action", action, "* alice waves\n", ""],
  [
    "one joined",
    { ...numbered, kind: "joined", names: ["alice"], memberKeys: ["A"] },
    "-- alice joined\n",
    "",
  ],
  [
    "several joined",
    { ...numbered, kind: "joined", names: ["bob", "alice", "carol"], memberKeys: ["B", "A", "C"] },
    "-- bob, alice, carol joined\n",
    "-- bob, carol joined\n",
  ],
  [
    "five names are named",
    { ...numbered, kind: "joined", names: SIX.slice(0, 5), memberKeys: ["A", "B", "C", "D", "E"] },
    "-- a, b, c, d, e joined\n",
    "-- b, c, d, e joined\n",
  ],
  [
    "six become a count, unless one of them is one's own",
    { ...numbered, kind: "joined", names: SIX, memberKeys: ["B", "C", "D", "E", "F", "A"] },
    "-- 6 joined\n",
    "-- a, b, c, d, e joined\n",
  ],
  [
    "57 become a count of the others",
    {
      ...numbered,
      kind: "joined",
      names: Array.from({ length: 57 }, (_, i) => `n${i}`),
      memberKeys: ["A", ...Array.from({ length: 56 }, (_, i) => `k${i}`)],
    },
    "-- 57 joined\n",
    "-- 56 joined\n",
  ],
  [
    "one left",
    { ...numbered, kind: "left", names: ["bob"], memberKeys: ["B"] },
    "-- bob left\n",
    "-- bob left\n",
  ],
  [
    "one left, and why",
    { ...numbered, kind: "left", names: ["bob"], reason: "tea", memberKeys: ["B"] },
    "-- bob left: tea\n",
    "-- bob left: tea\n",
  ],
  [
    "several left, and why",
    { ...numbered, kind: "left", names: SIX, reason: "kicked", memberKeys: SIX },
    "-- 6 left: kicked\n",
    "-- 6 left: kicked\n",
  ],
  [
    "a change of name, one's own included",
    { ...numbered, kind: "renamed", name: "bob", to: "rob" },
    "-- bob is now rob\n",
    "-- bob is now rob\n",
  ],
];

for (const [name, entry, line, own] of ENTRIES) {
  Deno.test(`text shows an entry: ${name}`, () => {
    assertEquals([text.entry(entry), text.own(entry, "A"), text.own(entry, "Z")], [
      line,
      own,
      entry.kind === "said" || entry.kind === "action" ? "" : line,
    ]);
  });
}

/** In the zone of whoever runs this. */
const local = (...[year, month, ...rest]: [number, number, number, number, number, number?]) =>
  new Date(year, month - 1, ...rest).getTime();

const now = local(2026, 11, 22, 20, 30);

const PAST: [name: string, time: number, now: number, stamp: string][] = [
  ["today", local(2026, 11, 22, 20, 14, 59), now, "20:14"],
  ["early today", local(2026, 11, 22, 0, 0), now, "00:00"],
  ["with leading zeros", local(2026, 11, 22, 8, 5), now, "08:05"],
  ["yesterday", local(2026, 11, 21, 23, 59, 59), local(2026, 11, 22, 0, 0), "2026-11-21 23:59"],
  ["a month ago", local(2026, 10, 22, 20, 30), now, "2026-10-22 20:30"],
  ["a year ago", local(2025, 11, 22, 20, 30), now, "2025-11-22 20:30"],
  ["a date with leading zeros", local(2026, 2, 3, 4, 5), now, "2026-02-03 04:05"],
];

for (const [name, time, now, stamp] of PAST) {
  Deno.test(`text shows history with the local time: ${name}`, () => {
    for (const own of [false, true]) {
      assertEquals(text.history({ ...said, time }, { own, now }), `${stamp} <alice> hello\n`);
      assertEquals(text.history({ ...action, time }, { own, now }), `${stamp} * alice waves\n`);
    }
  });
}

const DIRECT: [line: Direct, shown: string][] = [
  [
    { kind: "welcome", version: 1, log: "L", seq: 7, name: "192.168.55.20", taken: 0 },
    "-- you are 192.168.55.20\n",
  ],
  [
    { kind: "welcome", version: 1, log: "L", seq: 7, name: "alice", taken: 0, room: "lobby" },
    "-- you are alice\n",
  ],
  [
    { kind: "welcome", version: 1, log: "L", seq: 7, name: "alice", taken: 0, room: "kitchen" },
    "-- you are alice in kitchen\n",
  ],
  [
    {
      kind: "rooms",
      rooms: [{ name: "lobby", members: 2, messages: 1 }, { name: "kitchen", members: 1, messages: 0 }],
    },
    "-- lobby (2 here, 1 message), kitchen (1 here, 0 messages)\n",
  ],
  [{ kind: "mention", room: "kitchen", name: "bob", seq: 41 }, "-- bob mentioned you in kitchen\n"],
  [{ kind: "private", name: "alice", text: "psst" }, "[alice] psst\n"],
  [{ kind: "private", to: "bob", text: "psst" }, "[to bob] psst\n"],
  [{ kind: "notice", text: "2 here: alice, bob" }, "-- 2 here: alice, bob\n"],
  [{ kind: "pong", text: "" }, "-- pong\n"],
  [{ kind: "pong", text: "17" }, "-- pong 17\n"],
  [{ kind: "error", text: 'no one here is called "bob"' }, 'error: no one here is called "bob"\n'],
  [{ kind: "closed", text: "bye", retry: false, fault: false }, "-- bye\n"],
  [{ kind: "closed", text: "too slow", retry: true, fault: true }, "error: too slow\n"],
];

for (const [line, shown] of DIRECT) {
  Deno.test(`text shows a direct line: ${shown.trim()}`, () => assertEquals(text.direct(line), shown));
}
