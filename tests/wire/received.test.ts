import { assertEquals } from "@std/assert";
import type { Direct, Entry, Message } from "../../lib/wire/entries.ts";
import { json } from "../../lib/wire/formats/json.ts";
import { parseReceived, type Received } from "../../lib/wire/received.ts";

const numbered = { seq: 41, time: Date.UTC(2026, 10, 22, 20, 14, 3, 120) };
const said: Message = { ...numbered, kind: "said", name: "alice", text: '"hé" \\ 😀', authorKey: "A" };
const unmarked = { own: false, history: false };

const ENTRIES: Entry[] = [
  said,
  { ...said, kind: "action", text: "waves" },
  { ...numbered, kind: "joined", names: ["alice", "bob"], memberKeys: ["A", "B"] },
  { ...numbered, kind: "left", names: ["alice"], memberKeys: ["A"] },
  { ...numbered, kind: "left", names: ["alice"], reason: "tea", memberKeys: ["A"] },
  { ...numbered, kind: "renamed", name: "bob", to: "rob" },
];

/** An entry as a client learns of it. */
function received(entry: Entry): Received {
  const { authorKey: _, memberKeys: __, ...rest } = { authorKey: "", memberKeys: [], ...entry };
  return (rest.kind === "said" || rest.kind === "action" ? { ...rest, ...unmarked } : rest) as Received;
}

for (const entry of ENTRIES) {
  Deno.test(`parseReceived() restores what json made of an entry: ${json.entry(entry).trim()}`, () => {
    assertEquals(parseReceived(json.entry(entry)), received(entry));
  });
}

Deno.test("parseReceived() tells one's own entries and history", () => {
  const { authorKey: _, ...fields } = said;
  const past = (own: boolean) => parseReceived(json.history(said, { own, now: said.time }));
  assertEquals(parseReceived(json.own(said, "A")), { ...fields, own: true, history: false });
  assertEquals(past(false), { ...fields, own: false, history: true });
  assertEquals(past(true), { ...fields, own: true, history: true });
});

const DIRECT: Direct[] = [
  { kind: "welcome", version: 1, log: "L", seq: 7, name: "alice", taken: 3 },
  {
    kind: "welcome",
    version: 1,
    log: "L",
    seq: 7,
    name: "alice",
    taken: 3,
    room: "kitchen",
    title: "the ship",
    messages: 5,
  },
  { kind: "rooms", rooms: [{ name: "kitchen", members: 2, messages: 5 }] },
  { kind: "mention", room: "kitchen", name: "bob", seq: 41 },
  { kind: "notice", text: "1 room: …", rooms: [{ name: "lobby", members: 1, messages: 0 }] },
  { kind: "private", name: "alice", text: "psst" },
  { kind: "private", to: "bob", text: "psst" },
  { kind: "notice", text: "hi" },
  { kind: "error", text: "no" },
  { kind: "pong", text: "" },
];

for (const line of DIRECT) {
  Deno.test(`parseReceived() restores a direct line: ${line.kind}`, () => {
    assertEquals(parseReceived(json.direct(line)), line as Received);
  });
}

Deno.test("parseReceived() restores a closing line, which does not say whose fault it was", () => {
  for (const retry of [false, true]) {
    const line = json.direct({ kind: "closed", text: "bye", retry, fault: true });
    assertEquals(parseReceived(line), { kind: "closed", text: "bye", retry });
  }
});

Deno.test("parseReceived() reads a welcome without a highest number handled", () => {
  assertEquals(parseReceived('{"kind":"welcome","version":1,"log":"L","seq":0,"name":"alice"}'), {
    kind: "welcome",
    version: 1,
    log: "L",
    seq: 0,
    name: "alice",
    taken: 0,
  });
});

const TIME = '"time":"2026-11-22T20:14:03.120Z"';

const NOTHING: [name: string, line: string][] = [
  ["nothing", ""],
  ["plain text", "<alice> hello"],
  ["half an object", '{"kind":"notice","text":"h'],
  ["two objects", '{"kind":"notice","text":"a"}{"kind":"notice","text":"b"}'],
  ["null", "null"],
  ["a number", "41"],
  ["a text", '"notice"'],
  ["an array", '[{"kind":"notice","text":"hi"}]'],
  ["no kind", '{"text":"hi"}'],
  ["an unknown kind", '{"kind":"poll","text":"hi"}'],
  ["a kind that is inherited", '{"kind":"toString","text":"hi"}'],
  ["a kind in another case", '{"kind":"Notice","text":"hi"}'],
  ["a kind that is no text", '{"kind":["notice"],"text":"hi"}'],
  ["said without a text", `{"seq":1,${TIME},"kind":"said","name":"a"}`],
  ["said with a number as text", `{"seq":1,${TIME},"kind":"said","name":"a","text":1}`],
  ["said without a name", `{"seq":1,${TIME},"kind":"said","text":"hi"}`],
  ["said without a number", `{${TIME},"kind":"said","name":"a","text":"hi"}`],
  ["said with a text as number", `{"seq":"1",${TIME},"kind":"said","name":"a","text":"hi"}`],
  ["said with an endless number", `{"seq":1e999,${TIME},"kind":"said","name":"a","text":"hi"}`],
  ["said without a time", '{"seq":1,"kind":"said","name":"a","text":"hi"}'],
  ["said at no time", '{"seq":1,"time":"noon","kind":"said","name":"a","text":"hi"}'],
  ["said at a number", '{"seq":1,"time":41,"kind":"action","name":"a","text":"hi"}'],
  ["joined without names", `{"seq":1,${TIME},"kind":"joined"}`],
  ["joined with one text as names", `{"seq":1,${TIME},"kind":"joined","names":"alice"}`],
  ["joined with an object as names", `{"seq":1,${TIME},"kind":"joined","names":{"0":"alice","length":1}}`],
  ["joined with a number among the names", `{"seq":1,${TIME},"kind":"joined","names":["alice",1]}`],
  ["left for a reason that is no text", `{"seq":1,${TIME},"kind":"left","names":["alice"],"reason":null}`],
  ["renamed to nothing", `{"seq":1,${TIME},"kind":"renamed","name":"bob"}`],
  ["a welcome without a name", '{"kind":"welcome","version":1,"log":"L","seq":0}'],
  ["a welcome without a log", '{"kind":"welcome","version":1,"seq":0,"name":"alice"}'],
  ["rooms that are none", '{"kind":"rooms","rooms":[41]}'],
  ["rooms without an end", '{"kind":"rooms","rooms":{"name":"a"}}'],
  ["a room without members", '{"kind":"notice","text":"","rooms":[{"name":"a","messages":1}]}'],
  ["a mention without a room", '{"kind":"mention","name":"a","seq":1}'],
  ["a welcome with a number as room", '{"kind":"welcome","version":1,"log":"L","seq":0,"name":"a","room":1}'],
  ["a welcome with a text as version", '{"kind":"welcome","version":"1","log":"L","seq":0,"name":"alice"}'],
  ["a welcome with a text as cursor", '{"kind":"welcome","version":1,"log":"L","seq":"0","name":"alice"}'],
  [
    "a welcome with a text as taken",
    '{"kind":"welcome","version":1,"log":"L","seq":0,"name":"a","taken":"9"}',
  ],
  ["private from nobody", '{"kind":"private","text":"psst"}'],
  ["private to a number", '{"kind":"private","to":1,"text":"psst"}'],
  ["a notice without a text", '{"kind":"notice"}'],
  ["a closing line without a text", '{"kind":"closed","retry":true}'],
];

for (const [name, line] of NOTHING) {
  Deno.test(`parseReceived() returns nothing for ${name}`, () =>
    assertEquals(parseReceived(line), undefined));
}

Deno.test("parseReceived() takes only true for a mark", () => {
  const line = `{"seq":1,${TIME},"kind":"said","name":"a","text":"hi","own":"yes","history":1}`;
  assertEquals(parseReceived(line), {
    seq: 1,
    time: numbered.time,
    kind: "said",
    name: "a",
    text: "hi",
    ...unmarked,
  });
  assertEquals(parseReceived('{"kind":"closed","text":"bye","retry":"yes"}'), {
    kind: "closed",
    text: "bye",
    retry: false,
  });
});

// Controls, an escape sequence, a line break and an override, hidden behind JSON escapes.
const BAD = String.raw`\u001b[2Jx\u0007\r\n\u009b\u202ey`;
const CLEAN = "[2Jx y";

const HOSTILE: [line: string, cleaned: Received][] = [
  [
    `{"seq":1,${TIME},"kind":"said","name":"${BAD}","text":"${BAD}"}`,
    { seq: 1, time: numbered.time, kind: "said", name: CLEAN, text: CLEAN, ...unmarked },
  ],
  [
    `{"seq":1,${TIME},"kind":"left","names":["${BAD}","b"],"reason":"${BAD}"}`,
    { seq: 1, time: numbered.time, kind: "left", names: [CLEAN, "b"], reason: CLEAN },
  ],
  [
    `{"seq":1,${TIME},"kind":"renamed","name":"${BAD}","to":"${BAD}"}`,
    { seq: 1, time: numbered.time, kind: "renamed", name: CLEAN, to: CLEAN },
  ],
  [
    `{"kind":"welcome","version":1,"log":"${BAD}","seq":0,"name":"${BAD}","taken":0}`,
    { kind: "welcome", version: 1, log: CLEAN, seq: 0, name: CLEAN, taken: 0 },
  ],
  [
    `{"kind":"welcome","version":1,"log":"L","seq":0,"name":"a","taken":0,"room":"${BAD}","title":"${BAD}"}`,
    { kind: "welcome", version: 1, log: "L", seq: 0, name: "a", taken: 0, room: CLEAN, title: CLEAN },
  ],
  [
    `{"kind":"rooms","rooms":[{"name":"${BAD}","members":1,"messages":2}]}`,
    { kind: "rooms", rooms: [{ name: CLEAN, members: 1, messages: 2 }] },
  ],
  [
    `{"kind":"mention","room":"${BAD}","name":"${BAD}","seq":1}`,
    { kind: "mention", room: CLEAN, name: CLEAN, seq: 1 },
  ],
  [`{"kind":"private","name":"${BAD}","text":"${BAD}"}`, { kind: "private", name: CLEAN, text: CLEAN }],
  [`{"kind":"private","to":"${BAD}","text":"${BAD}"}`, { kind: "private", to: CLEAN, text: CLEAN }],
  [`{"kind":"notice","text":"${BAD}"}`, { kind: "notice", text: CLEAN }],
  [`{"kind":"error","text":"${BAD}"}`, { kind: "error", text: CLEAN }],
  [`{"kind":"pong","text":"${BAD}"}`, { kind: "pong", text: CLEAN }],
  [`{"kind":"closed","text":"${BAD}","retry":true}`, { kind: "closed", text: CLEAN, retry: true }],
];

for (const [line, cleaned] of HOSTILE) {
  Deno.test(`parseReceived() cleans every text of a hostile server: ${cleaned.kind}`, () => {
    assertEquals(parseReceived(line), cleaned);
  });
}
