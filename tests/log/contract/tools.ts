import { assert } from "@std/assert";
import type { Log } from "../../../lib/log/log.ts";
import type { Logs } from "../../../lib/log/logs.ts";
import { type Draft, type Entry, isMessage } from "../../../lib/wire/entries.ts";

/** More bytes, entries or rooms than there are. */
export const ALL = Number.MAX_SAFE_INTEGER;

/** A message of alice. */
export const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });

/** One draft of every kind, and texts that a file might not return unchanged. */
export const DRAFTS: Draft[] = [
  said("hello"),
  { kind: "action", name: "bob", text: "waves", authorKey: "B", line: 41 },
  { kind: "joined", names: ["carol", "dave"], memberKeys: ["C", "D"] },
  { kind: "left", names: ["carol", "dave"], reason: "tea", memberKeys: ["C", "D"] },
  { kind: "left", names: ["fe80::1%eth0~2"], reason: undefined, memberKeys: ["E"] },
  { kind: "renamed", name: "bob", to: "Ωmega" },
  said(`'; -- "\\ % \u{1f468}\u200d\u{1f469} \ufffd é `),
  said(" "),
  said("007"),
  said("x".repeat(32_000)),
];

/** Opens a room's log, with a listener that keeps what it is handed. */
export async function openIn(logs: Logs, room = "lobby"): Promise<{ log: Log; handed: Entry[] }> {
  const log = await logs.open(room);
  const handed: Entry[] = [];
  log.follow((entries) => handed.push(...entries));
  return { log, handed };
}

/** All pages, one after the other. */
export async function readAll(log: Log, after: number, bytes: number): Promise<Entry[][]> {
  const pages: Entry[][] = [];
  for (let page; (page = await log.read(after, bytes)).length > 0; after = page[page.length - 1].seq) {
    pages.push(page);
  }
  return pages;
}

/** The numbers of entries. */
export const seqs = (entries: Entry[]) => entries.map((entry) => entry.seq);

/** The texts of messages. */
export const texts = (entries: Entry[]) => entries.map((entry) => isMessage(entry) ? entry.text : entry.kind);

/** Makes sure that numbers grow from entry to entry. They may skip some, because others may number entries as well. */
export function assertGrowing(entries: Entry[]): void {
  let last = 0;
  for (const { seq } of entries) {
    assert(Number.isSafeInteger(seq) && seq > last, `${seq} after ${last}`);
    last = seq;
  }
}

/** Without the fields that are not set. */
export const plain = (value: object[]) => JSON.parse(JSON.stringify(value));

/** Registers a test of logs that are empty and not shared. */
export type TestLogs = (promise: string, run: (logs: Logs) => Promise<void>) => void;

/** Registers a test of the log of one room. */
export type TestLog = (promise: string, run: (log: Log, handed: Entry[]) => Promise<void>) => void;
