import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { SqliteLogsOptions } from "../../../lib/log/sqlite/logs.ts";
import { DatabaseSync } from "node:sqlite";
import type { Draft } from "../../../lib/wire/entries.ts";
import { handled, openLobby, openTemporaryLogs, SlowLogs } from "../../helpers/logs.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";
import { logContract } from "../contract.ts";

const ALL = Number.MAX_SAFE_INTEGER;

logContract("SqliteLogs", openTemporaryLogs, ["read", "write"]);
logContract("SqliteLogs that take their time", async () => new SlowLogs(await openTemporaryLogs()), [
  "read",
  "write",
]);

const said = (text: string, line?: number): Draft => ({
  kind: "said",
  name: "alice",
  text,
  authorKey: "A",
  line,
});

/** Runs something with the path of a room's file. */
function withFile(promise: string, run: (path: string) => Promise<void>): void {
  testWith(["read", "write"], promise, async () => {
    await using folder = await Folder.make();
    await run(folder.file("room.db"));
  });
}

async function texts(path: string, options?: SqliteLogsOptions): Promise<string[]> {
  await using log = await openLobby(path, options);
  return log.read(0, ALL).map((entry) => entry.kind === "said" ? entry.text : entry.kind);
}

withFile("SqliteLog goes on where it ended: id, numbers, entries, and what was taken", async (path) => {
  let id;
  {
    await using log = await openLobby(path);
    id = log.id;
    log.append(
      [said("one", 3), { kind: "joined", names: ["b", "c"], memberKeys: ["B", "C"] }],
      handled({ A: 3 }),
    );
  }
  await using log = await openLobby(path);
  assertEquals([log.id, log.last, log.lastLine("A")], [id, 2, 3]);
  log.append([said("two")]);
  assertEquals(log.read(0, ALL).map((entry) => entry.seq), [1, 2, 3]);
  assertEquals(log.history({ limit: 2 }).map(({ text, line }) => [text, line]), [["one", 3], [
    "two",
    undefined,
  ]]);
});

withFile("SqliteLog gives each file an id of its own", async (path) => {
  await using one = await openLobby(path);
  await using other = await openLobby(`${path}2`);
  assertNotEquals(one.id, other.id);
});

withFile("SqliteLog keeps all of a batch or nothing", async (path) => {
  await using log = await openLobby(path);
  const handed: number[] = [];
  log.follow((entries) => handed.push(...entries.map((entry) => entry.seq)));
  const bad = { kind: "shouted", name: "a", text: "b", by: "A" } as unknown as Draft;
  let failed = false;
  try {
    log.append([said("one"), bad], handled({ A: 1 }));
  } catch {
    failed = true;
  }
  assert(failed);
  assertEquals([log.last, log.lastLine("A"), log.read(0, ALL), handed], [0, 0, [], []]);
  log.append([said("two")]);
  assertEquals(handed, [1]);
});

withFile("SqliteLog cleans what others wrote into its file", async (path) => {
  await (await openLobby(path))[Symbol.asyncDispose]();
  const db = new DatabaseSync(path);
  db.exec(`INSERT INTO entries (place, time, kind, name, text, member)
    VALUES (5, 'once', 'said', 'a' || char(27), 'x' || char(10) || '<bob> y' || char(7), 'k')`);
  db.close();
  await using log = await openLobby(path);
  assertEquals(log.read(0, ALL), [
    { seq: 5, time: 0, kind: "said", name: "a", text: "x <bob> y", authorKey: "k", line: undefined },
  ]);
});

withFile("SqliteLog can be read while another one writes to it", async (path) => {
  await using log = await openLobby(path);
  log.append([said("one")]);
  assertEquals(await texts(path, { readOnly: true }), ["one"]);
  log.append([said("two")]);
  assertEquals(await texts(path, { readOnly: true }), ["one", "two"]);
});

withFile("SqliteLog keeps the newest entries, and gives the space of the others back", async (path) => {
  {
    await using log = await openLobby(path);
    log.append([said("old", 1)], handled({ gone: 1 }));
    for (let i = 0; i < 30; i++) log.append(Array.from({ length: 100 }, () => said("word ".repeat(100))));
  }
  const { size } = await Deno.stat(path);
  assertEquals((await texts(path, { keep: { entries: 10 } })).length, 10);
  const left = (await Deno.stat(path)).size;
  assert(left < size / 5, `${left} of ${size} bytes are left`);
  await using log = await openLobby(path);
  assertEquals([log.last, log.read(0, 0)[0].seq], [3001, 2992]);
  assertEquals(await log.search(["old"], 10), []);
  assertEquals((await log.search(["word"], 200)).length, 10);
});

withFile("SqliteLog stays small while what is too much is removed from it", async (path) => {
  const count = 8_000;
  {
    await using log = await openLobby(path);
    for (let i = 0; i < count; i += 1000) {
      log.append(Array.from({ length: 1000 }, (_, n) => said(`word ${i + n} of many`)));
    }
    await log.search(["word"], 1);
  }
  await (await openLobby(path, { keep: { entries: count } }))[Symbol.asyncDispose]();
  const { size } = await Deno.stat(path);
  for (let round = 0; round < 20; round++) {
    await using log = await openLobby(path, { keep: { entries: count } });
    log.append(Array.from({ length: 200 }, (_, n) => said(`word ${round * 200 + n} of many`)));
    await log.search(["word"], 1);
  }
  const grown = (await Deno.stat(path)).size;
  assert(grown < 1.5 * size, `${size} bytes became ${grown}`);
  const db = new DatabaseSync(path);
  const { length } = db.prepare("SELECT length(block) AS length FROM search_data WHERE id = 10").get()!;
  db.close();
  assert(Number(length) < 2000, `the index has come apart: ${length} bytes of structure`);
});

withFile("SqliteLog forgets what is too old, but not where it was", async (path) => {
  const hour = 3600 * 1000;
  let now = 1000 * hour;
  {
    await using log = await openLobby(path, { now: () => now });
    log.append([said("one")], handled({ early: 1 }));
    now += hour;
    log.append([said("two"), said("three")], handled({ late: 5 }));
  }
  const keep = { age: hour };
  now += 1000;
  assertEquals(await texts(path, { keep, now: () => now }), ["two", "three"]);
  now += 10 * hour;
  assertEquals(await texts(path, { keep, now: () => now }), ["three"]);
  await using log = await openLobby(path);
  assertEquals([log.lastLine("early"), log.lastLine("late"), log.last], [0, 5, 3]);
});

withFile("SqliteLog finds what it kept, whenever it was indexed, and what is left of it", async (path) => {
  const count = 450;
  {
    await using log = await openLobby(path);
    log.append(Array.from({ length: count }, (_, i) => said(`word ${i}`)));
    assertEquals((await log.search(["word", "449"], 10)).map(({ seq }) => seq), [count]);
    log.append([said("word late"), { kind: "joined", names: ["word"], memberKeys: ["W"] }]);
  }
  const keep = { entries: 100 };
  await using log = await openLobby(path, { keep });
  const found = await log.search(["word"], 200);
  assertEquals([found.length, found[0].text, found.at(-1)!.seq], [99, "word late", count + 2 - 99]);
  assertEquals(await log.search(["word", "351"], 10), []);
  assertEquals((await log.search(["word", "352"], 10)).length, 1);
});
