import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { RoomFileError } from "../../../lib/log/sqlite/errors.ts";
import { SqliteLogs } from "../../../lib/log/sqlite/logs.ts";
import { FROM_VERSION_2 } from "../../../lib/log/sqlite/schema.ts";
import { isMessage } from "../../../lib/wire/entries.ts";
import { handled, openLobby } from "../../helpers/logs.ts";
import { testWith } from "../../helpers/needs.ts";
import { makeOlderFile, type OlderOptions, versionOf } from "../../helpers/older_files.ts";
import { Folder } from "../../helpers/system.ts";

const ALL = Number.MAX_SAFE_INTEGER;

/** Runs something with the path of a file of an older version. */
function withFile(promise: string, older: OlderOptions, run: (path: string) => Promise<void>): void {
  testWith(["read", "write"], promise, async () => {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await makeOlderFile(path, older);
    await run(path);
  });
}

/** The names of the files beside a path. */
function beside(path: string): string[] {
  const names = [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].map(({ name }) => name);
  return names.filter((name) => !/-(wal|shm)$/.test(name)).sort();
}

/** Makes sure that a file holds all that an older one did, in the new form, and that nothing is left beside it. */
async function assertMigrated(path: string, count = 300): Promise<void> {
  await using logs = await SqliteLogs.open(path);
  assertEquals(logs.list(5), [{ name: "lobby", messages: count }]);
  const log = logs.open("lobby");
  assertEquals([log.last, log.lastLine("A"), log.messages(count)], [count, count, count]);
  const entries = log.read(0, ALL).filter(isMessage);
  assertEquals([entries.length, entries[count - 1].text, entries[0].text], [
    count,
    `Nummer ${count} 午饭`,
    "Nummer 1 午饭",
  ]);
  assertEquals(await versionOf(path), 3);
  assertEquals(beside(path), ["room.db"]);
}

/** The id of the room in a file of an older version. */
function idOf(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  const { id } = db.prepare("SELECT id FROM room").get() as { id: string };
  db.close();
  return id;
}

for (const version of [1, 2] as const) {
  for (const wal of [false, true]) {
    const what = `a file of version ${version}${wal ? " whose server was killed" : ""}`;

    withFile(`${what} is brought up to date, and keeps all`, { version, wal }, async (path) => {
      const id = idOf(path);
      {
        await using logs = await SqliteLogs.open(path);
        const log = logs.open("lobby");
        assertEquals([log.id, log.last, log.lastLine("A")], [id, 300, 300]);
        assertEquals(log.read(0, ALL).filter(isMessage).length, 300);
        // Before anything else: an older program is to refuse the file from now on.
        assertEquals(await versionOf(path), 3);
        const found = await log.search(["mmer", "午"], 200);
        assertEquals([found.length, found[0].seq, found[199].seq], [200, 300, 101]);
        log.append([], handled({ B: 1 }));
        assertEquals(log.lastLine("B"), 1);
        const kitchen = logs.open("kitchen");
        kitchen.append([{ kind: "said", name: "bob", text: "Nummer 1", authorKey: "B" }]);
        assertEquals([kitchen.last, (await kitchen.search(["nummer"], 5)).length], [1, 1]);
      }
      const db = new DatabaseSync(path);
      const rows = db.prepare("SELECT * FROM log WHERE text LIKE 'Nummer 1' OR seq = 300 ORDER BY room, seq")
        .all();
      assertEquals(rows.map(({ room, seq, name }) => [room, seq, name]), [["kitchen", 1, "bob"], [
        "lobby",
        300,
        "alice",
      ]]);
      db.close();
    });

    withFile(`${what} can be read as it is`, { version, wal }, async (path) => {
      const before = await Deno.readFile(path);
      {
        await using logs = await SqliteLogs.open(path, { readOnly: true });
        assertEquals(logs.list(5), [{ name: "lobby", messages: 300 }]);
        await using log = logs.open("lobby");
        assertEquals(log.read(0, ALL).length, 300);
        assertEquals(log.history({ limit: 2, before: 100 }).map(({ seq }) => seq), [98, 99]);
      }
      assertEquals(await versionOf(path), version);
      assertEquals(await Deno.readFile(path), before);
    });
  }

  withFile(
    `a file of version ${version} that someone reads all the time is left as it is`,
    { version },
    async (path) => {
      const reader = new DatabaseSync(path, { readOnly: true });
      const reading = reader.prepare("SELECT * FROM entries").iterate();
      reading.next();
      await assertRejects(() => openLobby(path), RoomFileError, "is in use by another program");
      reading.return?.();
      reader.close();
      assertEquals([await versionOf(path), beside(path)], [version, ["room.db"]]);
      await assertMigrated(path);
    },
  );

  withFile(
    `killed while it copies a file of version ${version}, the next start completes it`,
    { version },
    async (path) => {
      const whole = await Deno.readFile(path);
      await Deno.writeFile(`${path}.v${version}.part`, whole.subarray(0, 10_000));
      await assertMigrated(path);
    },
  );

  withFile(
    `killed before it changes a file of version ${version}, the next start completes it`,
    { version },
    async (path) => {
      await Deno.copyFile(path, `${path}.v${version}`);
      await assertMigrated(path);
    },
  );
}

withFile(
  "killed while it changes a file, the next start completes it",
  { version: 2, count: 3000 },
  async (path) => {
    // What is on the disk in the middle of a large transaction.
    await Deno.copyFile(path, `${path}.live`);
    await Deno.copyFile(path, `${path}.v2`);
    const db = new DatabaseSync(`${path}.live`);
    db.exec(
      `PRAGMA cache_size = 10; BEGIN IMMEDIATE; ${FROM_VERSION_2} UPDATE entries SET text = upper(text)`,
    );
    await Deno.copyFile(`${path}.live-journal`, `${path}-journal`);
    await Deno.copyFile(`${path}.live`, path);
    db.exec("ROLLBACK");
    db.close();
    await Deno.remove(`${path}.live`);
    assert((await Deno.stat(`${path}-journal`)).size > 10_000);
    await assertMigrated(path, 3000);
  },
);

withFile("killed before it removes the copy, the next start does", { version: 2 }, async (path) => {
  await Deno.copyFile(path, `${path}.v2`);
  const db = new DatabaseSync(path);
  db.exec(`BEGIN; ${FROM_VERSION_2} INSERT INTO migrated VALUES (2); COMMIT`);
  db.close();
  await assertMigrated(path);
  const again = new DatabaseSync(path);
  assertEquals(again.prepare("SELECT name FROM sqlite_schema WHERE name = 'migrated'").all(), []);
  again.close();
});

withFile("a file that has the name of the copy is left alone", { version: 2 }, async (path) => {
  const before = await Deno.readFile(path);
  await Deno.writeTextFile(`${path}.v2`, "mine");
  await assertRejects(
    () => openLobby(path),
    RoomFileError,
    `there is another file of that name; nothing was changed: move that one away`,
  );
  assertEquals(await Deno.readFile(path), before);
  assertEquals(await Deno.readTextFile(`${path}.v2`), "mine");
  await Deno.rename(`${path}.v2`, `${path}.mine`);
  await (await openLobby(path))[Symbol.asyncDispose]();
  assertEquals(beside(path), ["room.db", "room.db.mine"]);
});

withFile(
  "a file of the new version does not touch one that has the name of a copy",
  { version: 2 },
  async (path) => {
    await assertMigrated(path);
    await Deno.writeTextFile(`${path}.v2`, "mine");
    await (await openLobby(path))[Symbol.asyncDispose]();
    assertEquals(await Deno.readTextFile(`${path}.v2`), "mine");
  },
);

testWith(
  ["read", "write"],
  "the header of a new file says its version before anything is in it",
  async () => {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await using log = await openLobby(path);
    assertEquals(await versionOf(path), 3);
    log.append([{ kind: "said", name: "alice", text: "hi", authorKey: "A" }]);
    assertEquals(await versionOf(path), 3);
  },
);

withFile("an index that was not finished goes on where it was", { version: 1 }, async (path) => {
  await (await openLobby(path))[Symbol.asyncDispose]();
  const db = new DatabaseSync(path);
  const { indexed } = db.prepare("SELECT indexed FROM rooms").get() as { indexed: number };
  db.close();
  assert(indexed < 300, "all was indexed before the file was open");
  await using log = await openLobby(path);
  assertEquals((await log.search(["nummer"], 200)).length, 200);
  assertEquals((await log.search(["nummer", "17"], 200)).map(({ seq }) => seq), [
    ...[217, 179, 178, 177, 176, 175, 174, 173, 172, 171, 170, 117, 17],
  ]);
});

withFile(
  "a file whose server was killed while it changed it is read after the next start",
  { version: 2 },
  async (path) => {
    await Deno.copyFile(path, `${path}.live`);
    const db = new DatabaseSync(`${path}.live`);
    db.exec(
      `PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE entries SET text = upper(text) || '${"x".repeat(500)}'`,
    );
    await Deno.copyFile(`${path}.live-journal`, `${path}-journal`);
    await Deno.copyFile(`${path}.live`, path);
    db.exec("ROLLBACK");
    db.close();
    await Deno.remove(`${path}.live`);
    await assertRejects(
      () => SqliteLogs.open(path, { readOnly: true }),
      RoomFileError,
      "its server was killed in the middle of changing it; start a server with it, which puts it in order",
    );
    await assertMigrated(path);
  },
);
