import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { MAX_HISTORY, sizeOf } from "../../lib/log/log.ts";
import { MAX_KEYS, MemoryLog, MemoryLogs } from "../../lib/log/memory.ts";
import type { Draft, Entry } from "../../lib/wire/entries.ts";
import { SlowLogs } from "../helpers/logs.ts";
import { logContract } from "./contract.ts";

logContract("MemoryLogs", () => new MemoryLogs());
logContract("MemoryLogs that take their time", () => new SlowLogs(new MemoryLogs()));

const ALL = Number.MAX_SAFE_INTEGER;

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });

const size = (entries: Entry[]) => entries.reduce((sum, entry) => sum + sizeOf(entry), 0);

Deno.test("MemoryLog gives each life an id of its own", () => {
  assertNotEquals(new MemoryLog().id, new MemoryLog().id);
});

Deno.test("MemoryLog keeps the newest entries up to its bound in bytes", () => {
  const maxBytes = 10_000;
  const log = new MemoryLog({ maxBytes });
  for (let i = 1; i <= 100; i++) {
    log.append([said("x".repeat(i * 7 % 500)), {
      kind: "joined",
      names: ["b", "c"],
      memberKeys: ["B", "C"],
    }]);
    const kept = log.read(0, ALL);
    assert(size(kept) <= maxBytes, `${size(kept)} bytes after ${log.last} entries`);
    assertEquals(kept.map((entry) => entry.seq), kept.map((_, j) => log.last - kept.length + 1 + j));
  }
  const kept = log.read(0, ALL);
  assert(size(kept) > maxBytes - 1500, `only ${size(kept)} bytes are left`);
});

Deno.test("MemoryLog.read() begins with the first entry that is left", () => {
  const log = new MemoryLog({ maxBytes: 2000 });
  for (let i = 0; i < 100; i++) log.append([said("x")]);
  const [{ seq: first }] = log.read(0, ALL);
  assert(first > 1);
  for (const after of [0, 1, first - 2, first - 1]) {
    assertEquals(log.read(after, 1).map((entry) => entry.seq), [first], `after ${after}`);
  }
  assertEquals(log.read(first, 1).map((entry) => entry.seq), [first + 1]);
});

Deno.test("MemoryLog keeps the newest entry, however large, and all numbers go on", () => {
  const log = new MemoryLog({ maxBytes: 1000 });
  log.append([said("a")]);
  log.append([said("x".repeat(5000))]);
  assertEquals(log.read(0, ALL).map((entry) => entry.seq), [2]);
  log.append([said("b")]);
  assertEquals(log.read(0, ALL).map((entry) => entry.seq), [3]);
  assertEquals(log.last, 3);
});

Deno.test("MemoryLog gives a batch the time at which it took it", () => {
  let time = 1000;
  const log = new MemoryLog({ now: () => time++ });
  log.append([said("a"), said("b")]);
  log.append([said("c")]);
  assertEquals(log.read(0, ALL).map((entry) => entry.time), [1000, 1000, 1001]);
  assertEquals(log.history({ limit: MAX_HISTORY, since: 1001 }).map((message) => message.text), ["c"]);
});

Deno.test("what is known of clients that left is forgotten after an hour, and beyond 65,536 of them, the oldest first", () => {
  let now = 0;
  const log = new MemoryLog({ now: () => now });
  assertEquals(MAX_KEYS, 65_536);
  const keys = Array.from({ length: MAX_KEYS }, (_, i) => `key${i}`);
  for (const key of keys) log.append([], new Map([[key, 7]]));
  assertEquals(new Set(keys.map((key) => log.lastLine(key))), new Set([7]));
  log.append([], new Map([["one more", 7]]));
  assertEquals([log.lastLine("key0"), log.lastLine("key1"), log.lastLine("one more")], [0, 7, 7]);
  now = 3_600_000;
  assertEquals(log.lastLine("key1"), 7);
  now++;
  assertEquals([log.lastLine("key1"), log.lastLine("one more")], [0, 0]);
});
