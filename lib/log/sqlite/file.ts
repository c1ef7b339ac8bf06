import { DatabaseSync } from "node:sqlite";
import { isAbsolute } from "node:path";
import { RoomFileError, roomFileError } from "./errors.ts";
import { checkpoint, FileGuard } from "./guard.ts";
import {
  ANY_WAL,
  type Header,
  incompleteWarning,
  markAsWhole,
  readHeader,
  readWal,
  requireOwnWal,
  walOf,
} from "./header.ts";
import { FROM_VERSION_1, SCHEMA } from "./schema.ts";

export { RoomFileError, roomFileError } from "./errors.ts";

/** How to open a file. */
export interface FileOptions {
  /** Whether to sync the disk at every commit, so that a power cut loses nothing either. */
  full?: boolean;
  /** Whether only to read it, perhaps beside a server that writes to it. */
  readOnly?: boolean;
  /** Called when nothing more can be kept, with a reason, and without one when it can be again. */
  lost?(reason?: string): void;
  /** Called with a sentence for the operator, when something is wrong with the file. */
  report?(sentence: string): void;
}

/** An open file. Closing it lets others write to it. */
export interface RoomFile extends AsyncDisposable {
  /** Its tables. */
  readonly db: DatabaseSync;
  /** When it was last written before it was opened, in milliseconds since 1970. */
  readonly written: number;
  /** Something that is wrong with it, in a sentence, though it can be used. */
  readonly warning?: string;
}

/** How long, in milliseconds, another server may take to let a file go. */
const LOCK_TIMEOUT_MS = 300;

/** How long, in milliseconds, a file of an older version may be in use by someone who reads it. */
const BUSY_TIMEOUT_MS = 2000;

/** How large, in bytes, the write-ahead log may stay after its content was moved into the file. */
const MAX_WAL_BYTES = 16 * 1024 * 1024;

/**
 * Opens the file of a room, and makes it if there is none. Only one can have it open for writing at a time. A file of an
 * older version is brought up to date.
 *
 * @throws {RoomFileError} if it is none, or cannot be used; then it was not changed
 */
export async function openRoomFile(path: string, options: FileOptions = {}): Promise<RoomFile> {
  const { readOnly = false } = options;
  const { file, written } = await openFile(path, readOnly);
  let db: DatabaseSync | undefined;
  try {
    readHeader(file, path);
    if (!readOnly) await takeLock(file, path);
    const header = readHeader(file, path);
    requireOwnWal(header, path);
    const warning = incompleteWarning(header, path);
    db = readOnly ? openToRead(path, header) : openToWrite(path);
    // Also where the server that was to make it was ended in the middle of that.
    const isNew = db.prepare("SELECT * FROM sqlite_schema").all().length === 0;
    if (isNew && readOnly) throw new RoomFileError(`${path} holds no room yet`);
    // Throws if the room's own table is not as it should be.
    if (!isNew) db.prepare("SELECT id, indexed FROM room").get()!.id;
    if (!readOnly) prepare(db, path, { ...options, isNew });
    return opened({ path, file, db, written, warning }, options);
  } catch (error) {
    db?.close();
    file.close();
    throw roomFileError(error, path);
  }
}

function opened(
  { path, file, db, written, warning }:
    & { path: string; file: Deno.FsFile }
    & Omit<
      RoomFile,
      typeof Symbol.asyncDispose
    >,
  { readOnly = false, lost = () => {}, report = () => {} }: FileOptions,
): RoomFile {
  const guard = readOnly ? undefined : new FileGuard({ path, file, db, lost, report });
  return {
    db,
    written,
    warning,
    async [Symbol.asyncDispose]() {
      await guard?.[Symbol.asyncDispose]();
      if (!readOnly) markAsClosed(db);
      db.close();
      // Not before, because closing any handle of a file ends all locks that the process has on it.
      file.close();
    },
  };
}

/** Refuses what is no file, above all because opening a pipe waits for whoever is at its other end. */
function requireFile({ isDirectory, isFile }: Deno.FileInfo, path: string): void {
  if (isDirectory) throw new RoomFileError(`cannot open ${path}: it is a folder; name a file in it`);
  if (!isFile) {
    throw new RoomFileError(
      `cannot keep a room in ${path}: it is a device, a pipe or a socket, and keeps nothing; name a file`,
    );
  }
}

async function openFile(path: string, readOnly: boolean): Promise<{ file: Deno.FsFile; written: number }> {
  try {
    const info = await Deno.stat(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    });
    if (info !== undefined) requireFile(info, path);
    const mode = info?.mode ?? null;
    // Whoever may do anything is not stopped by it, and still it is meant.
    if (!readOnly && mode !== null && (mode & 0o222) === 0) throw new Deno.errors.PermissionDenied();
    const file = await Deno.open(
      path,
      readOnly ? { read: true } : { read: true, write: true, create: true, mode: 0o600 },
    );
    return { file, written: lastWritten(path, info) };
  } catch (error) {
    throw roomFileError(error, path);
  }
}

/** When a file, or its write-ahead log, was last written. */
function lastWritten(path: string, info?: Deno.FileInfo): number {
  const times = [info?.mtime?.getTime() ?? Date.now()];
  if ((readWal(path)?.size ?? 0) > 0) times.push(Deno.statSync(walOf(path)).mtime?.getTime() ?? 0);
  return Math.max(...times);
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

/** So that ":memory:" and "file:x" are the names of files, too. */
function asPath(path: string): string {
  return isAbsolute(path) ? path : `./${path}`;
}

function openToWrite(path: string): DatabaseSync {
  // Not defensive, which would forbid to set the schema cookie.
  const db = new DatabaseSync(asPath(path), { defensive: false } as object);
  return checked(db);
}

/** Opens a file to read it, also if its folder cannot be written to, as on a read-only medium. */
function openToRead(path: string, { usesWal }: Header): DatabaseSync {
  try {
    return checked(new DatabaseSync(asPath(path), { readOnly: true }));
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
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

function prepare(
  db: DatabaseSync,
  path: string,
  { isNew, full }: { isNew: boolean; full?: boolean },
): void {
  if (Deno.build.os === "windows") db.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (isNew) db.exec(SCHEMA);
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version === 1) bringUpToDate(db);
  if (!isInWal(db)) db.exec(`PRAGMA schema_version = ${ANY_WAL}`);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA journal_size_limit = ${MAX_WAL_BYTES};
    PRAGMA synchronous = ${full ? "FULL" : "NORMAL"};
  `);
  // Begins the write-ahead log, whose salt is needed.
  if (readWal(path)?.size === 0) db.exec(`PRAGMA schema_version = ${ANY_WAL}`);
  checkpoint(db, path);
  if (readWal(path) !== undefined) db.exec("PRAGMA wal_autocheckpoint = 0");
}

/** Without a write-ahead log, so that an older program sees the new version in the header from the first moment on. */
function bringUpToDate(db: DatabaseSync): void {
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = DELETE;`);
  if (isInWal(db)) throw new Error("database is locked");
  db.exec(FROM_VERSION_1);
  db.exec("PRAGMA busy_timeout = 0");
}

function isInWal(db: DatabaseSync): boolean {
  return (db.prepare("PRAGMA journal_mode").get() as { journal_mode: string }).journal_mode === "wal";
}

/** A file that is not in use has no write-ahead log, so one that lacks its own is known. */
function markAsClosed(db: DatabaseSync): void {
  try {
    db.exec("PRAGMA journal_mode = DELETE");
  } catch {
    // Someone reads it: its write-ahead log stays beside it.
  }
}
