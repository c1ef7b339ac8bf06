import { DatabaseSync } from "node:sqlite";
import { isAbsolute } from "node:path";
import { RoomFileError } from "./errors.ts";
import { type Header, markAsWhole, readWal, walOf } from "./header.ts";

/** So that ":memory:" and "file:x" are the names of files, too. */
function asPath(path: string): string {
  return isAbsolute(path) ? path : `./${path}`;
}

/** Opens a file to write to it. */
export function openToWrite(path: string): DatabaseSync {
  // Not defensive, which would forbid to set the schema cookie.
  const db = new DatabaseSync(asPath(path), { defensive: false } as object);
  return checked(db);
}

/** Opens a file to read it, also if its folder cannot be written to, as on a read-only medium. */
export function openToRead(path: string, { usesWal }: Header): DatabaseSync {
  try {
    return checked(new DatabaseSync(asPath(path), { readOnly: true }));
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (!usesWal && /readonly/.test(message)) {
      throw new RoomFileError(
        `cannot read ${path}: its server was killed in the middle of changing it; start a server with it, which puts it in order`,
        { cause: error },
      );
    }
    if (!usesWal || !/unable to open|readonly|Read-only/.test(message)) throw error;
  }
  if ((readWal(path)?.size ?? 1) > 0) {
    throw new RoomFileError(
      `cannot read ${path}: what is in ${
        walOf(path)
      } has to be moved into it, and nothing can be written there; ` +
        `copy both to a folder that can be written to`,
    );
  }
  return openCopy(path);
}

/** Opens a copy of a file, because whoever reads one that is marked as having a write-ahead log has to write beside it. */
function openCopy(path: string): DatabaseSync {
  const copy = makeCopy(path);
  try {
    return checked(new DatabaseSync(copy, { readOnly: true }));
  } finally {
    // On Windows it stays until the temporary folder is emptied.
    try {
      Deno.removeSync(copy);
    } catch {
      // It is in use.
    }
  }
}

function makeCopy(path: string): string {
  try {
    const copy = Deno.makeTempFileSync({ prefix: "parley-" });
    Deno.writeFileSync(copy, Deno.readFileSync(path));
    markAsWhole(copy);
    return copy;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RoomFileError(
      `cannot read ${path}: nothing can be written beside it, and a temporary copy cannot be made (${reason}); ` +
        `start the program with --allow-write, or copy the file to a folder that can be written to`,
    );
  }
}

function checked(db: DatabaseSync): DatabaseSync {
  try {
    const [{ quick_check: verdict }] = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    if (verdict !== "ok") throw new Error(`malformed: ${verdict}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
