import { DatabaseSync } from "node:sqlite";
import { isAbsolute } from "node:path";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./schema.ts";
import { ExplainedError } from "../../wire/refusal.ts";

/** Says in a sentence what is wrong with a file that a room is to be kept in, and what to do. */
export class RoomFileError extends ExplainedError {}

/** How to open a file. */
export interface FileOptions {
  /** Whether to sync the disk at every commit, so that a power cut loses nothing either. */
  full?: boolean;
  /** Whether to read only, beside a server that writes perhaps. */
  readOnly?: boolean;
}

/** An open file. Closing it lets others write to it. */
export interface RoomFile extends Disposable {
  /** Its tables. */
  readonly db: DatabaseSync;
}

/** The first bytes of every SQLite file. */
const MAGIC = "SQLite format 3\0";

/** Where, in the header of a SQLite file, two of its numbers are (https://sqlite.org/fileformat2.html). */
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
const HEADER_BYTES = 100;

/** How long, in milliseconds, another server may take to let a file go. */
const LOCK_TIMEOUT_MS = 300;

/** How large, in bytes, the write-ahead log may stay after its content was moved into the file. */
const MAX_WAL_BYTES = 16 * 1024 * 1024;

/**
 * Opens the file of a room, and makes it where there is none. Only one can have it open for writing at a time.
 *
 * @throws {RoomFileError} where it is none, or cannot be used; then it was not changed
 */
export async function openRoomFile(path: string, { full, readOnly }: FileOptions = {}): Promise<RoomFile> {
  const lock = await openFile(path, readOnly);
  let db: DatabaseSync | undefined;
  try {
    requireRoom(lock, path);
    if (!readOnly) await takeLock(lock, path);
    // So that ":memory:" and "file:x" are the names of files, too.
    db = new DatabaseSync(isAbsolute(path) ? path : `./${path}`, { readOnly });
    check(db);
    // Also where the server that was to make it was ended in the middle of that.
    const isNew = db.prepare("SELECT * FROM sqlite_schema").all().length === 0;
    if (isNew && readOnly) throw new RoomFileError(`${path} holds no room yet`);
    if (!readOnly) prepare(db, { isNew, full });
    // Throws where the room's own table is not as it should be.
    db.prepare("SELECT id, indexed FROM room").get()!.id;
  } catch (error) {
    db?.close();
    lock.close();
    throw roomFileError(error, path);
  }
  const opened = db;
  return {
    db: opened,
    [Symbol.dispose]() {
      opened.close();
      // Not before, because closing any handle of a file ends all locks that the process has on it.
      lock.close();
    },
  };
}

async function openFile(path: string, readOnly = false): Promise<Deno.FsFile> {
  try {
    const { mode } = await Deno.stat(path).catch(() => ({ mode: null }));
    // Whoever may do anything is not stopped by it, and still it is meant.
    if (!readOnly && mode !== null && (mode & 0o222) === 0) throw new Deno.errors.PermissionDenied();
    return await Deno.open(
      path,
      readOnly ? { read: true } : { read: true, write: true, create: true, mode: 0o600 },
    );
  } catch (error) {
    throw roomFileError(error, path);
  }
}

/** Looks into the header, without SQLite, which would change a file before it is known whose it is. */
function requireRoom(file: Deno.FsFile, path: string): void {
  const header = new Uint8Array(HEADER_BYTES);
  const size = file.readSync(header) ?? 0;
  if (size === 0) return;
  const numbers = new DataView(header.buffer);
  if (new TextDecoder().decode(header.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new RoomFileError(`${path} is no room's file, and was left as it is; name another one`);
  }
  if (numbers.getUint32(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw new RoomFileError(
      `${path} is the SQLite file of another program, and was left as it is; name another one`,
    );
  }
  const version = numbers.getUint32(USER_VERSION_AT);
  if (version > SCHEMA_VERSION) {
    throw new RoomFileError(
      `${path} was written by a newer parley (version ${version} of its tables, this one knows ${SCHEMA_VERSION}); use that one`,
    );
  }
}

/** On Windows such a lock would keep SQLite itself out; there its own serves, see {@linkcode prepare}. */
async function takeLock(file: Deno.FsFile, path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(new RoomFileError(`${path} is in use by another server; end that one, or name another file`)),
    LOCK_TIMEOUT_MS,
  );
  await Promise.race([file.lock(true), late]).finally(() => clearTimeout(timer));
}

function check(db: DatabaseSync): void {
  const [{ quick_check: verdict }] = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
  if (verdict !== "ok") throw new Error(`malformed: ${verdict}`);
}

function prepare(db: DatabaseSync, { isNew, full }: { isNew: boolean; full?: boolean }): void {
  if (Deno.build.os === "windows") db.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (isNew) db.exec(SCHEMA);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA journal_size_limit = ${MAX_WAL_BYTES};
    PRAGMA synchronous = ${full ? "FULL" : "NORMAL"};
  `);
}

/** The error that says in a sentence why a file cannot be used. */
export function roomFileError(error: unknown, path: string): RoomFileError {
  return error instanceof RoomFileError ? error : new RoomFileError(explain(error, path), { cause: error });
}

/** One sentence on why this file cannot be used, and what to do. */
function explain(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotFound) return `cannot open ${path}: there is no such file or folder`;
  if (error instanceof Deno.errors.IsADirectory) {
    return `cannot open ${path}: it is a folder; name a file in it`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `cannot open ${path}: it may only be read, or not even that; chmod u+rw ${path} changes that`;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/malformed|not a database|disk image|no such (table|column)|of undefined/.test(message)) {
    return `${path} is damaged, and was left as it is (${message}); name another one, or restore a copy of it`;
  }
  if (/readonly|Read-only/.test(message)) return `cannot write ${path}: it, or its folder, may only be read`;
  if (/locked/.test(message)) {
    return `${path} is in use by another program; end that one, or name another file`;
  }
  return `cannot use ${path}: ${message}`;
}
