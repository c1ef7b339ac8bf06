import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { RoomFileError } from "../../../lib/log/sqlite/file.ts";
import { openLobby } from "../../helpers/logs.ts";
import { isMessage } from "../../../lib/wire/entries.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";
import { VERSION_1 } from "../../helpers/version1.ts";

/** Makes a file as version 1 did; `wal` keeps what was said in its write-ahead log, as if its server were killed. */
async function makeVersion1(path: string, { wal = false, count = 300 } = {}): Promise<void> {
  const writing = wal ? `${path}.live` : path;
  const db = new DatabaseSync(writing);
  db.exec(VERSION_1);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
  const insert = db.prepare(
    "INSERT INTO entries VALUES (?, '2026-11-25T12:00:00.000Z', 'said', 'alice', ?, 'A', ?)",
  );
  for (let seq = 1; seq <= count; seq++) insert.run(seq, `Nummer ${seq} 午饭`, seq);
  db.exec("INSERT INTO clients VALUES ('A', 300, '2026-11-25T12:00:00.000Z')");
  db.exec("INSERT INTO search (rowid, name, text) SELECT seq, name, text FROM entries WHERE seq <= 200");
  db.exec("UPDATE room SET indexed = 200");
  if (wal) {
    for (const ending of ["", "-wal"]) await Deno.copyFile(writing + ending, path + ending);
  }
  db.close();
}

/** The version in the header, as a program sees it that does not ask SQLite. */
async function versionOf(path: string): Promise<number> {
  return new DataView((await Deno.readFile(path)).buffer).getUint32(60);
}

for (const wal of [false, true]) {
  const what = wal ? "a file of version 1 whose server was killed" : "a file of version 1";
  testWith(["read", "write"], `${what} is brought up to date, and keeps all`, async () => {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await makeVersion1(path, { wal });
    await using log = await openLobby(path);
    assertEquals([log.last, log.lastLine("A")], [300, 300]);
    assertEquals(log.read(0, Number.MAX_SAFE_INTEGER).filter(isMessage).length, 300);
    // Before anything else: an older program is to refuse the file from now on.
    assertEquals(await versionOf(path), 3);
    const found = await log.search(["mmer", "午"], 200);
    assertEquals([found.length, found[0].seq, found[199].seq], [200, 300, 101]);
    log.append([], new Map([["B", 1]]));
    assertEquals(log.lastLine("B"), 1);
  });

  testWith(["read", "write"], `${what} can be read as it is`, async () => {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await makeVersion1(path, { wal });
    await using log = await openLobby(path, { readOnly: true });
    assertEquals(log.read(0, Number.MAX_SAFE_INTEGER).length, 300);
    assertEquals(await versionOf(path), 1);
  });
}

testWith(
  ["read", "write"],
  "a file of version 1 that someone reads all the time is left as it is",
  async () => {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await makeVersion1(path);
    const reader = new DatabaseSync(path, { readOnly: true });
    const reading = reader.prepare("SELECT * FROM entries").iterate();
    reading.next();
    await assertRejects(() => openLobby(path), RoomFileError, "is in use by another program");
    reading.return?.();
    reader.close();
    assertEquals(await versionOf(path), 1);
    await using log = await openLobby(path);
    assertEquals(log.last, 300);
  },
);

testWith(["read", "write"], "an index that was not finished goes on where it was", async () => {
  await using folder = await Folder.make();
  const path = folder.file("room.db");
  await makeVersion1(path);
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
