import { assertEquals } from "@std/assert";
import type { Direct, Entry, Message } from "../../../lib/wire/entries.ts";
import { json } from "../../../lib/wire/formats/json.ts";

const time = Date.UTC(2026, 10, 22, 20, 14, 3, 120);
const start = '{"seq":41,"time":"2026-11-22T20:14:03.120Z"';
const numbered = { seq: 41, time };
const said: Message = { ...numbered, kind: "said", name: "alice", text: "hello", authorKey: "A" };

/** What everyone gets, and what the member with the key "A" gets, without the beginning that all of them share. */
const ENTRIES: [name: string, entry: Entry, line: string, own?: string][] = [
  [
    "said",
    said,
    ',"kind":"said","name":"alice","text":"hello"}',
    ',"kind":"said","name":"alice","text":"hello","own":true}',
  ],
  [
    "an action",
    { ...said, kind: "action", text: "waves" },
    ',"kind":"action","name":"alice","text":"waves"}',
    ',"kind":"action","name":"alice","text":"waves","own":true}',
  ],
  [
    "joined",
    { ...numbered, kind: "joined", names: ["alice", "bob"], memberKeys: ["A", "B"] },
    ',"kind":"joined","names":["alice","bob"]}',
  ],
  [
    "more names than the text format shows",
    { ...numbered, kind: "joined", names: ["a", "b", "c", "d", "e", "f"], reason: undefined, memberKeys: [] },
    ',"kind":"joined","names":["a","b","c","d","e","f"]}',
  ],
  [
    "left",
    { ...numbered, kind: "left", names: ["alice"], memberKeys: ["A"] },
    ',"kind":"left","names":["alice"]}',
  ],
  [
    "left, and why",
    { ...numbered, kind: "left", names: ["alice"], reason: "tea", memberKeys: ["A"] },
    ',"kind":"left","names":["alice"],"reason":"tea"}',
  ],
  [
    "a change of name",
    { ...numbered, kind: "renamed", name: "bob", to: "rob" },
    ',"kind":"renamed","name":"bob","to":"rob"}',
  ],
  [
    "text that JSON must escape",
    { ...said, text: '"\\ é😀' },
    ',"kind":"said","name":"alice","text":"\\"\\\\ é😀"}',
    ',"kind":"said","name":"alice","text":"\\"\\\\ é😀","own":true}',
  ],
];

for (const [name, entry, line, own = line] of ENTRIES) {
  Deno.test(`json shows an entry, and never whose key it is: ${name}`, () => {
    assertEquals([json.entry(entry), json.own(entry, "A")], [`${start}${line}\n`, `${start}${own}\n`]);
  });
}

Deno.test("json marks history, and in it what is one's own", () => {
  const shown = `${start},"kind":"said","name":"alice","text":"hello"`;
  assertEquals(json.history(said, { own: false, now: time }), `${shown},"history":true}\n`);
  assertEquals(json.history(said, { own: true, now: time }), `${shown},"own":true,"history":true}\n`);
});

const DIRECT: [line: Direct, shown: string][] = [
  [
    { kind: "welcome", version: 1, log: "L", seq: 7, name: "alice", taken: 3 },
    '{"kind":"welcome","version":1,"log":"L","seq":7,"name":"alice","taken":3}',
  ],
  [
    { kind: "rooms", rooms: [{ name: "kitchen", members: 2, messages: 5 }] },
    '{"kind":"rooms","rooms":[{"name":"kitchen","members":2,"messages":5}]}',
  ],
  [
    { kind: "mention", room: "kitchen", name: "bob", seq: 41 },
    '{"kind":"mention","room":"kitchen","name":"bob","seq":41}',
  ],
  [{ kind: "private", name: "alice", text: "psst" }, '{"kind":"private","name":"alice","text":"psst"}'],
  [{ kind: "private", to: "bob", text: "psst" }, '{"kind":"private","to":"bob","text":"psst"}'],
  [{ kind: "notice", text: "hi" }, '{"kind":"notice","text":"hi"}'],
  [{ kind: "pong", text: "" }, '{"kind":"pong","text":""}'],
  [{ kind: "error", text: 'no "bob"' }, '{"kind":"error","text":"no \\"bob\\""}'],
  [
    { kind: "closed", text: "bye", retry: false, fault: false },
    '{"kind":"closed","text":"bye","retry":false}',
  ],
  [
    { kind: "closed", text: "full", retry: true, fault: true },
    '{"kind":"closed","text":"full","retry":true}',
  ],
];

for (const [line, shown] of DIRECT) {
  Deno.test(`json shows a direct line: ${shown}`, () => assertEquals(json.direct(line), `${shown}\n`));
}
