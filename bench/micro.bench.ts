/**
 * What each step of a message's way costs: `deno task bench:micro`. Each measures a number of messages, so that what is
 * shown is to be divided by it; `deno task bench` does that.
 *
 * @module
 */
import { Batch } from "../lib/fanout/batch.ts";
import { numbered } from "../lib/log/log.ts";
import { MemoryLog } from "../lib/log/memory.ts";
import { parseLine } from "../lib/server/parse_line.ts";
import { MEMBER_COMMANDS } from "../lib/server/commands/member.ts";
import { clean } from "../lib/wire/clean.ts";
import type { Draft } from "../lib/wire/entries.ts";
import { FORMATS } from "../lib/wire/formats/formats.ts";
import { LineReader } from "../lib/wire/lines.ts";

const COUNT = 1000;
const TEXT = "a message of sixty-four bytes, as the loads of the bench have it";
const WIDE = "eine Nachricht mit Umlauten: äöü ÄÖÜ ß, und einem Zeichen: 👍🏽";
const CHUNK = new TextEncoder().encode(`${TEXT}\n`.repeat(COUNT));
const PIECES = Array.from(
  { length: Math.ceil(CHUNK.length / 100) },
  (_, i) => CHUNK.subarray(100 * i, 100 * i + 100),
);
const DRAFTS: Draft[] = Array.from(
  { length: COUNT },
  (_, i) => ({ kind: "said", name: "alice", text: TEXT, authorKey: `key ${i % 100}` }),
);
const ENTRIES = numbered(DRAFTS, 0, 0);

function measure(name: string, run: () => void): void {
  Deno.bench(`${name}, ${COUNT.toLocaleString("en")} messages`, run);
}

measure("bytes to lines, many at once", () => {
  for (const _ of new LineReader(8192).push(CHUNK));
});

measure("bytes to lines, cut anywhere", () => {
  const reader = new LineReader(8192);
  for (const piece of PIECES) for (const _ of reader.push(piece));
});

measure("cleaning a text with nothing to clean", () => {
  for (let i = 0; i < COUNT; i++) clean(TEXT);
});

measure("cleaning a text of several scripts", () => {
  for (let i = 0; i < COUNT; i++) clean(WIDE);
});

measure("cleaning a text with control characters", () => {
  for (let i = 0; i < COUNT; i++) clean(`\x1b[31m${TEXT}\x07`);
});

measure("reading what a line asks for", () => {
  for (let i = 0; i < COUNT; i++) parseLine(TEXT, { bytes: 64, maxLine: 8192, commands: MEMBER_COMMANDS });
});

measure("into the log in memory, 10 at a time", () => {
  const log = new MemoryLog();
  log.follow(() => {});
  for (let i = 0; i < COUNT; i += 10) log.append(DRAFTS.slice(i, i + 10));
});

measure("encoding for all, text, 10 at a time", () => {
  for (let i = 0; i < COUNT; i += 10) new Batch(ENTRIES.slice(i, i + 10)).shared(FORMATS.text);
});

measure("encoding for all, JSON, 10 at a time", () => {
  for (let i = 0; i < COUNT; i += 10) new Batch(ENTRIES.slice(i, i + 10)).shared(FORMATS.json);
});

measure("encoding for the one who said it, JSON, 10 at a time", () => {
  for (let i = 0; i < COUNT; i += 10) {
    new Batch(ENTRIES.slice(i, i + 10)).encode(FORMATS.json, `key ${i % 100}`);
  }
});
