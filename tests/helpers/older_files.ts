import { DatabaseSync } from "node:sqlite";
import { VERSION_1 } from "./version1.ts";
import { VERSION_2 } from "./version2.ts";

/** How to make a file of an older version. */
export interface OlderOptions {
  /** Which version. */
  version: 1 | 2;
  /** How many messages it holds: alice says "Nummer 1 午饭" and so on, each as a line of the client `A`. */
  count?: number;
  /** Whether what was said is in its write-ahead log, as if its server were killed. */
  wal?: boolean;
}

/** Makes a file as an older version did. Two thirds of its messages are indexed for searching. */
export async function makeOlderFile(path: string, { version, count = 300, wal = false }: OlderOptions) {
  const writing = wal ? `${path}.live` : path;
  const db = new DatabaseSync(writing, { defensive: false } as object);
  db.exec(version === 1 ? VERSION_1 : VERSION_2);
  // Version 2 notes that it does not know the write-ahead log yet.
  if (version === 2) db.exec("PRAGMA schema_version = -1");
  db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; BEGIN");
  const insert = db.prepare(
    "INSERT INTO entries VALUES (?, '2026-11-25T12:00:00.000Z', 'said', 'alice', ?, 'A', ?)",
  );
  const indexed = Math.floor(count * 2 / 3);
  for (let seq = 1; seq <= count; seq++) insert.run(seq, `Nummer ${seq} 午饭`, seq);
  if (version === 1) {
    db.exec(`INSERT INTO clients VALUES ('A', ${count}, '2026-11-25T12:00:00.000Z')`);
    db.exec(
      `INSERT INTO search (rowid, name, text) SELECT seq, name, text FROM entries WHERE seq <= ${indexed}`,
    );
  } else {
    db.exec(`INSERT INTO clients VALUES ('A', ${count}, '2026-11-25T12:00:00.000Z', ${count})`);
    const add = db.prepare("INSERT INTO search (rowid, grams) VALUES (?, ?)");
    // A part of what that version made, which is enough to see whether the rows keep their numbers.
    for (let seq = 1; seq <= indexed; seq++) add.run(seq, `ali num umm mme mer r ${seq} 午饭 饭`);
  }
  db.exec(`UPDATE room SET indexed = ${indexed}; COMMIT`);
  if (wal) {
    for (const ending of ["", "-wal"]) await Deno.copyFile(writing + ending, path + ending);
    db.close();
    await Deno.remove(writing);
    return;
  }
  db.exec("PRAGMA journal_mode = DELETE");
  db.close();
}

/** The version in the header, as a program sees it that does not ask SQLite; 0 if the file is empty. */
export async function versionOf(path: string): Promise<number> {
  const bytes = await Deno.readFile(path);
  return bytes.length === 0 ? 0 : new DataView(bytes.buffer).getUint32(60);
}
