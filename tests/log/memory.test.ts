import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { MAX_HISTORY, sizeOf } from "../../lib/log/log.ts";
import { MAX_KEYS, MAX_KEYS_PER_SOURCE, MemoryLog, MemoryLogs } from "../../lib/log/memory.ts";
import type { Draft, Entry } from "../../lib/wire/entries.ts";
import { handled, SlowLogs } from "../helpers/logs.ts";
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
  for (const key of keys) log.append([], handled({ [key]: 7 }));
  assertEquals(new Set(keys.map((key) => log.lastLine(key))), new Set([7]));
  log.append([], handled({ "one more": 7 }));
  assertEquals([log.lastLine("key0"), log.lastLine("key1"), log.lastLine("one more")], [0, 7, 7]);
  now = 3_600_000;
  assertEquals(log.lastLine("key1"), 7);
  now++;
  assertEquals([log.lastLine("key1"), log.lastLine("one more")], [0, 0]);
});

Deno.test("of one source 256 clients that left are remembered, the latest; beyond the limit for all, those of who has most go", () => {
  const log = new MemoryLog({ now: () => 0 });
  assertEquals(MAX_KEYS_PER_SOURCE, 256);
  for (let i = 0; i < 300; i++) log.append([], handled({ [`a${i}`]: 1 }, "A"));
  assertEquals([log.lastLine("a43"), log.lastLine("a44"), log.lastLine("a299")], [0, 1, 1]);
  for (let i = 0; i < MAX_KEYS - 256; i++) log.append([], handled({ [`b${i}`]: 1 }));
  log.append([], handled({ last: 1 }));
  assertEquals([log.lastLine("a44"), log.lastLine("a45")], [0, 1]);
  assertEquals([log.lastLine("b0"), log.lastLine("last")], [1, 1]);
});

/** Says something in a room, and leaves it. */
async function sayIn(logs: MemoryLogs, room: string, ...texts: string[]): Promise<void> {
  await using log = logs.open(room);
  for (const text of texts) log.append([said(text)]);
}

const kept = (log: MemoryLog) => log.read(0, ALL).map((entry) => entry.seq);

Deno.test("rooms share the memory, and what has to go goes from the room that has most", () => {
  const logs = new MemoryLogs({ maxBytes: 200_000 });
  const [small, middle, large] = ["small", "middle", "large"].map((room) => logs.open(room));
  for (let i = 0; i < 10; i++) small.append([said("x".repeat(1000))]);
  for (let i = 0; i < 30; i++) middle.append([said("x".repeat(1000))]);
  for (let i = 0; i < 200; i++) {
    large.append([said("x".repeat(1000))]);
    const bytes = [small, middle, large].reduce((sum, { bytes }) => sum + bytes, 0);
    assert(bytes <= 200_000, `${bytes} bytes`);
  }
  assertEquals([kept(small).length, kept(middle).length], [10, 30]);
  assert(kept(large).length > 40, `only ${kept(large).length} are left`);
  for (let i = 0; i < 200; i++) middle.append([said("x".repeat(1000))]);
  assertEquals(kept(small).length, 10);
  assert(
    Math.abs(kept(middle).length - kept(large).length) <= 2,
    `${kept(middle).length}, ${kept(large).length}`,
  );
  assertEquals([middle.messages(middle.last), large.messages(large.last), large.last], [230, 200, 200]);
  assertEquals(large.messages(large.last - 7), 193);
});

Deno.test("a room's last entry stays, however much others say", () => {
  const logs = new MemoryLogs({ maxBytes: 50_000 });
  const [one, other] = [logs.open("one"), logs.open("other")];
  one.append([said("x".repeat(2000)), said("y".repeat(20_000))]);
  for (let i = 0; i < 100; i++) other.append([said("x".repeat(1000))]);
  assertEquals([kept(one), one.last], [[2], 2]);
  assert(other.bytes + one.bytes <= 50_000);
});

Deno.test("history() goes back as far as entries are kept", () => {
  const log = new MemoryLog({ maxBytes: 300_000 });
  for (let i = 0; i < 3000; i++) {
    log.append([said(`${i}`), { kind: "joined", names: ["b"], memberKeys: ["B"] }]);
  }
  const [{ seq: first }] = log.read(0, ALL);
  assert(first > 1 && first < 5000);
  for (const before of [first, first + 1, first + 50, 5500, 6000, 7000]) {
    const expected = log.read(0, ALL).filter(({ seq, kind }) => kind === "said" && seq < before).slice(-200);
    assertEquals(log.history({ limit: 200, before }).map(({ seq }) => seq), expected.map(({ seq }) => seq));
  }
});

Deno.test("thousands of rooms fit into the memory, and the one that nobody was in for the longest time goes first", async () => {
  const maxBytes = 1_000_000;
  const logs = new MemoryLogs({ maxBytes });
  const lobby = logs.open("lobby");
  for (let i = 0; i < 100; i++) lobby.append([said("x".repeat(1000))]);
  await sayIn(logs, "room 0", "hi");
  for (let i = 1; i < 2000; i++) {
    await sayIn(logs, `room ${i}`, "hi");
    // Someone looks in now and then.
    await logs.open("room 0")[Symbol.asyncDispose]();
  }
  const names = logs.list(ALL).map(({ name }) => name);
  assert(names.length > 300 && names.length < 1000, `${names.length} rooms`);
  assertEquals(names.slice(0, 2), ["lobby", "room 0"]);
  assertEquals(
    names.slice(2),
    Array.from({ length: names.length - 2 }, (_, i) => `room ${2000 - names.length + 2 + i}`),
  );
  // The lobby keeps what it has.
  assertEquals(lobby.history({ limit: 200 }).length, 100);
  assertEquals(lobby.messages(100), 100);
});

Deno.test("rooms that are open never go, even if they alone fill the memory", () => {
  const logs = new MemoryLogs({ maxBytes: 20_000 });
  const open = Array.from({ length: 100 }, (_, i) => logs.open(`room ${i}`));
  for (const log of open) log.append([said("one"), said("two")]);
  assertEquals(logs.list(ALL).length, 100);
  for (const log of open) assertEquals(kept(log), [2]);
});

Deno.test("a room that shrank gives its memory back", () => {
  const logs = new MemoryLogs({ maxBytes: 200_000 });
  const [one, other] = [logs.open("one"), logs.open("other")];
  for (let i = 0; i < 1000; i++) one.append([said("")]);
  for (let i = 0; i < 1000; i++) other.append([said("x".repeat(1000))]);
  for (const log of [one, other]) {
    const entries = log.read(0, ALL);
    assertEquals(entries.map(({ seq }) => seq), entries.map((_, i) => log.last - entries.length + 1 + i));
    assertEquals(log.history({ limit: 200 }).length, Math.min(200, entries.length));
  }
});
