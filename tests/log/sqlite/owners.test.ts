import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { freeName } from "../../../lib/log/sqlite/free.ts";
import { RoomFileError } from "../../../lib/log/sqlite/errors.ts";
import { SqliteLogs } from "../../../lib/log/sqlite/logs.ts";
import type { Owner } from "../../../lib/log/owners.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";
import { assertRejects } from "@std/assert";

const owned = (name: string, days = 1) => ({ name, seen: Date.UTC(2026, 10, 20), days, day: "2026-11-20" });

const ALICE: Owner = { id: "a", identities: ["hash 1", "hash 2"], names: [owned("alice", 3), owned("Ali")] };
const BOB: Owner = { id: "b", identities: ["hash 3"], names: [owned("bob")] };

/** Runs something with the path of a file. */
function withFile(promise: string, run: (path: string) => Promise<void>): void {
  testWith(["read", "write"], promise, async () => {
    await using folder = await Folder.make();
    await run(folder.file("room.db"));
  });
}

async function ownersIn(path: string): Promise<Owner[]> {
  await using logs = await SqliteLogs.open(path);
  return logs.owners!.load();
}

withFile("owners are kept with their identities and names, in order", async (path) => {
  {
    await using logs = await SqliteLogs.open(path);
    assertEquals(logs.owners!.load(), []);
    logs.owners!.put(ALICE);
    logs.owners!.put(BOB);
  }
  assertEquals(await ownersIn(path), [ALICE, BOB]);
});

withFile("put() replaces what was kept of a person, and remove() forgets it", async (path) => {
  const alice = { ...ALICE, identities: ["hash 4"], names: [owned("alice", 4), owned("carol")] };
  {
    await using logs = await SqliteLogs.open(path);
    for (const owner of [ALICE, BOB, alice]) logs.owners!.put(owner);
    logs.owners!.put({ ...BOB, names: [owned("ali")] });
    logs.owners!.remove("nobody");
  }
  assertEquals(await ownersIn(path), [alice, { ...BOB, names: [owned("ali")] }]);
  {
    await using logs = await SqliteLogs.open(path);
    logs.owners!.remove("a");
  }
  assertEquals(await ownersIn(path), [{ ...BOB, names: [owned("ali")] }]);
});

withFile("what others wrote into the file is cleaned", async (path) => {
  await ownersIn(path);
  const db = new DatabaseSync(path);
  db.exec(
    `INSERT INTO owned_names VALUES ('X', 'x' || char(27) || '[0m', 'c', 'once', 'many', '2026' || char(10))`,
  );
  db.close();
  const [{ names: [{ name, seen, day }] }] = await ownersIn(path);
  assertEquals([name, seen, day.includes("\n")], ["x[0m", 0, false]);
});

withFile("freeName() frees a name in any spelling, and nothing else", async (path) => {
  await assertRejects(() => freeName(path, "alice"), RoomFileError, "no such file");
  {
    await using logs = await SqliteLogs.open(path);
    logs.owners!.put(ALICE);
    await assertRejects(() => freeName(path, "alice"), RoomFileError, "is in use by another server");
  }
  assertEquals([await freeName(path, "bob"), await freeName(path, "ALICE"), await freeName(path, "alice")], [
    false,
    true,
    false,
  ]);
  assertEquals(await ownersIn(path), [{ ...ALICE, names: [owned("Ali")] }]);
});

withFile(
  "a name belongs to one person only, in whatever spelling, and so does an identity: the last one's",
  async (path) => {
    {
      await using logs = await SqliteLogs.open(path);
      for (const owner of [ALICE, BOB]) logs.owners!.put(owner);
      logs.owners!.put({
        ...BOB,
        identities: [...BOB.identities, ...ALICE.identities],
        names: [...BOB.names, owned("ALICE"), owned("ali")],
      });
    }
    assertEquals(await ownersIn(path), [{
      ...BOB,
      identities: [...BOB.identities, ...ALICE.identities],
      names: [...BOB.names, owned("ALICE"), owned("ali")],
    }]);
  },
);
