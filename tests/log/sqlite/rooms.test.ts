import { handled } from "../../helpers/logs.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { DatabaseSync } from "node:sqlite";
import { SqliteLogs } from "../../../lib/log/sqlite/logs.ts";
import { MAX_ROOMS, ROOM_SIZE } from "../../../lib/log/sqlite/rows.ts";
import type { Draft } from "../../../lib/wire/entries.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });

/** Runs something with the path of a file. */
function withFile(promise: string, run: (path: string) => Promise<void>): void {
  testWith(["read", "write"], promise, async () => {
    await using folder = await Folder.make();
    await run(folder.file("room.db"));
  });
}

/** What a query finds in a file. */
function query(path: string, sql: string): unknown[][] {
  const db = new DatabaseSync(path);
  try {
    return db.prepare(sql).all().map((row) => Object.values(row));
  } finally {
    db.close();
  }
}

/** Waits, for a while, until a query finds 1: what takes its time in a file tells nobody. */
async function until(path: string, sql: string): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end && query(path, sql)[0][0] !== 1;) {
    await delay(5);
  }
}

withFile("rooms are kept with their ids, numbers and messages, and the lobby is number 0", async (path) => {
  const ids: string[] = [];
  {
    await using logs = await SqliteLogs.open(path);
    for (const room of ["kitchen", "lobby", "office"]) {
      const log = logs.open(room);
      ids.push(log.id);
      log.append([said(`one in ${room}`), { kind: "renamed", name: "a", to: "b" }, said("two")]);
    }
  }
  assertEquals(query(path, "SELECT name, room FROM rooms ORDER BY name"), [["kitchen", 1], ["lobby", 0], [
    "office",
    2,
  ]]);
  assertEquals(
    query(path, "SELECT * FROM log WHERE seq = 1").map((
      [room, seq, , kind, name, text],
    ) => [room, seq, kind, name, text]),
    [
      ["lobby", 1, "said", "alice", "one in lobby"],
      ["kitchen", 1, "said", "alice", "one in kitchen"],
      ["office", 1, "said", "alice", "one in office"],
    ],
  );
  await using logs = await SqliteLogs.open(path);
  assertEquals(logs.list(2), [{ name: "lobby", messages: 2 }, { name: "kitchen", messages: 2 }]);
  for (const [i, room] of ["kitchen", "lobby", "office"].entries()) {
    const log = logs.open(room);
    assertEquals([log.id, log.last, log.messages(3)], [ids[i], 3, 2]);
    assertEquals((await log.search(["one"], 5)).map(({ text }) => text), [`one in ${room}`]);
  }
});

withFile("a number at the end of the last room is exact, and there are no more rooms", async (path) => {
  await (await SqliteLogs.open(path))[Symbol.asyncDispose]();
  const [room, seq] = [MAX_ROOMS - 1, ROOM_SIZE - 4];
  query(path, `INSERT INTO rooms (room, name, id, created) VALUES (${room}, 'last', 'x', '') RETURNING room`);
  query(
    path,
    `INSERT INTO entries VALUES (${room} * 4294967296 + ${seq}, '2026-11-25T12:00:00.000Z', 'said', 'a', 'near the end', 'k', 1) RETURNING place`,
  );
  await using logs = await SqliteLogs.open(path);
  const log = logs.open("last");
  assertEquals(log.last, seq);
  log.append([said("at the end")]);
  assertEquals(log.read(seq - 1, 1e6).map(({ seq }) => seq), [seq, seq + 1]);
  assertEquals((await log.search(["end"], 5)).map(({ seq }) => seq), [seq + 1, seq]);
  assertEquals(log.messages(seq), 1);
  assertThrows(() => logs.open("another"), Error, "as many rooms as it can");
});

withFile("messages that are no longer kept are counted, also after a start", async (path) => {
  const keep = { entries: 10 };
  {
    await using logs = await SqliteLogs.open(path);
    for (const room of ["lobby", "kitchen"]) {
      logs.open(room).append(
        Array.from(
          { length: 250 },
          (_, i) => i % 2 === 0 ? said("x") : { kind: "renamed", name: "a", to: "b" },
        ),
      );
    }
  }
  await using logs = await SqliteLogs.open(path, { keep });
  assertEquals(query(path, "SELECT forgotten FROM rooms"), [[120], [120]]);
  for (const room of ["lobby", "kitchen"]) {
    const log = logs.open(room);
    assertEquals([log.read(0, 1)[0].seq, log.messages(250), log.messages(245), log.messages(1)], [
      241,
      125,
      123,
      120,
    ]);
  }
  assertEquals(logs.list(5).map(({ messages }) => messages), [125, 125]);
});

withFile(
  "a room that is removed leaves nothing in the file, and its /once numbers are remembered",
  async (path) => {
    {
      await using logs = await SqliteLogs.open(path);
      logs.open("lobby").append([said("tea in the lobby")], handled({ L: 1 }));
      {
        await using kitchen = logs.open("kitchen");
        for (let i = 0; i < 5; i++) {
          kitchen.append(
            Array.from({ length: 100 }, (_, n) => said(`tea ${i} ${n}`)),
            handled({ K: i }),
          );
        }
        await kitchen.search(["tea"], 5);
      }
      logs.remove("kitchen");
      assertEquals(logs.list(5).map(({ name }) => name), ["lobby"]);
      const kitchen = logs.open("kitchen");
      kitchen.append([said("new tea")]);
      await until(path, "SELECT count(*) = 2 FROM rooms");
      assertEquals(kitchen.lastLine("K"), 4);
      assertEquals((await kitchen.search(["tea"], 5)).map(({ text }) => text), ["new tea"]);
    }
    assertEquals(query(path, "SELECT room, name FROM rooms ORDER BY room"), [[0, "lobby"], [2, "kitchen"]]);
    assertEquals(query(path, "SELECT count(*) FROM entries")[0], [2]);
    assertEquals(query(path, "SELECT rowid FROM search ORDER BY rowid"), [[1], [2 * ROOM_SIZE + 1]]);
    // As long as the lobby's entries of that time.
    assertEquals(query(path, "SELECT member, place FROM clients ORDER BY member"), [["K", 1], ["L", 1]]);
    await using logs = await SqliteLogs.open(path);
    assertEquals(logs.open("lobby").lastLine("K"), 4);
  },
);

withFile("what is left of a room that was removed goes after the next start", async (path) => {
  {
    await using logs = await SqliteLogs.open(path);
    logs.open("lobby").append([said("hi")]);
    {
      await using kitchen = logs.open("kitchen");
      kitchen.append(Array.from({ length: 1000 }, (_, n) => said(`tea ${n}`)));
    }
    logs.remove("kitchen");
  }
  assert(Number(query(path, "SELECT count(*) FROM entries")[0][0]) > 1, "all went at once");
  await using logs = await SqliteLogs.open(path);
  assertEquals(logs.list(5), [{ name: "lobby", messages: 1 }]);
  await until(path, "SELECT count(*) = 1 FROM rooms");
  assertEquals(query(path, "SELECT (SELECT count(*) FROM rooms), count(*) FROM entries"), [[1, 1]]);
});

withFile("all rooms are told when the file is removed, and nothing is kept any more", async (path) => {
  await using logs = await SqliteLogs.open(path);
  const told = ["lobby", "kitchen"].map((room) => {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    logs.open(room).follow(() => {}, resolve);
    return promise;
  });
  const closed = logs.open("office");
  await closed[Symbol.asyncDispose]();
  await Deno.remove(path);
  assertEquals(await Promise.all(told), ["its file was removed", "its file was removed"]);
  const owner = { id: "a", identities: ["hash"], names: [] };
  for (
    const keep of [
      () => logs.open("office"),
      () => logs.open("another"),
      () => logs.remove("office"),
      () => logs.owners!.put(owner),
      () => logs.owners!.remove("a"),
    ]
  ) assertThrows(keep, Error, "its file was removed");
  assertThrows(() => closed.append([said("late")]), Error);
});

withFile("rooms that nobody is in are indexed as well", async (path) => {
  {
    await using logs = await SqliteLogs.open(path);
    for (let i = 0; i < 120; i++) {
      await using log = logs.open(`room ${i}`);
      log.append([said("one"), said("two"), { kind: "renamed", name: "a", to: "b" }]);
    }
  }
  {
    await using _ = await SqliteLogs.open(path);
    await until(path, "SELECT count(*) = 240 FROM search");
  }
  assertEquals(query(path, "SELECT count(*) FROM search"), [[240]]);
  assertEquals(query(path, "SELECT DISTINCT indexed FROM rooms"), [[3]]);
});
