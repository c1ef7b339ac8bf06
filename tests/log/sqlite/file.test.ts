import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openRoomFile, RoomFileError } from "../../../lib/log/sqlite/file.ts";
import { openLobby } from "../../helpers/logs.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";

/** Makes a room's file with something in it. */
async function makeRoom(path: string): Promise<void> {
  await using log = await openLobby(path);
  log.append(
    Array.from(
      { length: 500 },
      (_, i) => ({ kind: "said", name: "alice", text: `word ${i}`, authorKey: "A" }),
    ),
  );
}

function sql(path: string, statements: string): void {
  const db = new DatabaseSync(path);
  db.exec(statements);
  db.close();
}

const BAD: [what: string, make: (path: string) => void | Promise<void>, why: RegExp][] = [
  ["is no database", (path) => Deno.writeTextFile(path, "hello"), /is no room's file, and was left as it is/],
  ["is one of another program", (path) => sql(path, "CREATE TABLE x (y)"), /SQLite file of another program/],
  [
    "is of a newer version",
    async (path) => {
      await makeRoom(path);
      sql(path, "PRAGMA user_version = 7");
    },
    /written by a newer parley \(version 7 of its tables, this one knows 3\); use that one/,
  ],
  [
    "is damaged in the middle",
    async (path) => {
      await makeRoom(path);
      using file = await Deno.open(path, { write: true });
      file.seekSync(8192, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(8192).fill(0xa5));
    },
    /is damaged, and was left as it is/,
  ],
  [
    "was cut off",
    async (path) => {
      await makeRoom(path);
      await Deno.truncate(path, 12_288);
    },
    /is damaged, and was left as it is/,
  ],
  [
    "may only be read",
    async (path) => {
      await makeRoom(path);
      await Deno.chmod(path, 0o444);
    },
    /it may only be read, or not even that; chmod u\+rw/,
  ],
  [
    "lacks its tables",
    async (path) => {
      await makeRoom(path);
      sql(path, "DROP TABLE rooms");
    },
    /is damaged, and was left as it is/,
  ],
  [
    "has an empty table",
    async (path) => {
      await makeRoom(path);
      sql(path, "DELETE FROM rooms");
    },
    /is damaged, and was left as it is/,
  ],
  ["is a folder", (path) => Deno.mkdir(path), /it is a folder; name a file in it/],
];

for (const [what, make, why] of BAD) {
  testWith(
    ["read", "write"],
    `SqliteLog.open() refuses a file that ${what}, and leaves it as it is`,
    async () => {
      await using folder = await Folder.make();
      const path = folder.file("room.db");
      await make(path);
      const content = () => Deno.readFile(path).catch(() => "not a file");
      const before = await content();
      const error = await assertRejects(() => openLobby(path), RoomFileError);
      assert(why.test(error.message), error.message);
      assertEquals(await content(), before);
    },
  );
}

testWith(["read", "write"], "SqliteLog.open() refuses a file in a folder that does not exist", async () => {
  await using folder = await Folder.make();
  await assertRejects(
    () => openLobby(folder.file("no/room.db")),
    RoomFileError,
    "no such file or folder",
  );
});

testWith(["read", "write"], "SqliteLog.open() refuses to read a file that holds no room", async () => {
  await using folder = await Folder.make({ empty: "" });
  await assertRejects(
    () => openLobby(folder.file("empty"), { readOnly: true }),
    RoomFileError,
    "holds no room yet",
  );
});

testWith(
  ["read", "write"],
  "SqliteLog.open() takes a file that is empty, and only its owner may read it",
  async () => {
    await using folder = await Folder.make({ empty: "" });
    await makeRoom(folder.file("empty"));
    await makeRoom(folder.file("new"));
    assertEquals((await Deno.stat(folder.file("new"))).mode! & 0o777, 0o600);
  },
);

testWith(
  ["read", "write"],
  "openRoomFile() syncs the disk at every commit if that is asked for",
  async () => {
    await using folder = await Folder.make();
    for (const [full, synchronous] of [[false, 1], [true, 2]] as const) {
      await using file = await openRoomFile(folder.file(`${full}.db`), { full });
      assertEquals(file.db.prepare("PRAGMA synchronous").get()!.synchronous, synchronous);
      assertEquals(file.db.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
    }
  },
);
