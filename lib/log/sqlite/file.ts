import type { DatabaseSync } from "node:sqlite";
import { openToRead, openToWrite } from "./connect.ts";
import { RoomFileError, roomFileError } from "./errors.ts";
import { checkpoint, FileGuard } from "./guard.ts";
import { ANY_WAL, incompleteWarning, readHeader, readWal, requireOwnWal, walOf } from "./header.ts";
import { bringUpToDate, isInWal, removeCopy, requireCopyPermission } from "./migration.ts";
import { AS_VERSION_3, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

export { RoomFileError, roomFileError } from "./errors.ts";

/** How to open a file. */
export interface FileOptions {
  /** Whether to sync the disk at every commit, so that a power cut loses nothing either. */
  full?: boolean;
  /** Whether only to read it, perhaps beside a server that writes to it. */
  readOnly?: boolean;
  /** Whether not to make one if there is none. */
  mustExist?: boolean;
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

/** How large, in bytes, the write-ahead log may stay after its content was moved into the file. */
const MAX_WAL_BYTES = 16 * 1024 * 1024;

/**
 * Opens the file of a room, and makes it if there is none. Only one can have it open for writing at a time. A file of an
 * older version is brought up to date.
 *
 * @throws {RoomFileError} if it is none, or cannot be used; then it was not changed
 */
export async function openRoomFile(path: string, options: FileOptions = {}): Promise<RoomFile> {
  const { readOnly = false, mustExist = readOnly } = options;
  const { file, written } = await openFile(path, { readOnly, mustExist });
  let db: DatabaseSync | undefined;
  try {
    readHeader(file, path);
    if (!readOnly) await takeLock(file, path);
    const header = readHeader(file, path);
    requireOwnWal(header, path);
    const warning = incompleteWarning(header, path);
    if (!readOnly && header.version > 0 && header.version < SCHEMA_VERSION) {
      requireCopyPermission(path, header.version);
    }
    db = readOnly ? openToRead(path, header) : openToWrite(path);
    // Also where the server that was to make it was ended in the middle of that.
    const isNew = db.prepare("SELECT * FROM sqlite_schema").all().length === 0;
    if (isNew && mustExist) throw new RoomFileError(`${path} holds no room yet`);
    if (isNew) db.exec(SCHEMA);
    const version = versionOf(db);
    if (version < SCHEMA_VERSION) {
      // Throws if the room's own table is not as it should be.
      db.prepare("SELECT id, indexed FROM room").get()!.id;
      if (readOnly) db.exec(AS_VERSION_3);
    } else requireRooms(db);
    if (!readOnly) prepare(db, { ...options, path, file, version });
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

async function openFile(
  path: string,
  { readOnly, mustExist }: { readOnly: boolean; mustExist: boolean },
): Promise<{ file: Deno.FsFile; written: number }> {
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
      readOnly
        ? { read: true }
        : { read: true, write: true, ...(mustExist ? {} : { create: true, mode: 0o600 }) },
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

function versionOf(db: DatabaseSync): number {
  return (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

/** Throws if the rooms are not as they should be. */
function requireRooms(db: DatabaseSync): void {
  const { lost } = db.prepare(
    "SELECT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT id, indexed, forgotten FROM rooms) AS lost",
  ).get() as { lost: number };
  if (lost === 1) throw new Error("malformed: no rooms");
}

function prepare(
  db: DatabaseSync,
  { path, file, version, full }: { path: string; file: Deno.FsFile; version: number; full?: boolean },
): void {
  if (Deno.build.os === "windows") db.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (version < SCHEMA_VERSION) bringUpToDate(db, { path, file, version });
  removeCopy(db, path);
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

/** A file that is not in use has no write-ahead log, so one that lacks its own is known. */
function markAsClosed(db: DatabaseSync): void {
  try {
    db.exec("PRAGMA journal_mode = DELETE");
  } catch {
    // Someone reads it: its write-ahead log stays beside it.
  }
}
