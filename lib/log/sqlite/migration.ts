import { Buffer } from "node:buffer";
import type { DatabaseSync } from "node:sqlite";
import { RoomFileError } from "./errors.ts";
import { FROM_VERSION_1, FROM_VERSION_2 } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** How long, in milliseconds, a file of an older version may be in use by someone who reads it. */
const BUSY_TIMEOUT_MS = 2000;

/** How many bytes are copied at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** A file of an older version. */
export interface OlderFile {
  /** Its path. */
  path: string;
  /** The file, opened by that path: closing another handle of it would end SQLite's locks. */
  file: Deno.FsFile;
  /** The version of its tables. */
  version: number;
}

/** Where a file of an older version is kept while it is brought up to date. */
function copyOf(path: string, version: number): string {
  return `${path}.v${version}`;
}

/**
 * Brings a file of an older version up to date. What it was is kept beside it until the new form is on the disk: it is
 * copied whole before anything is changed. Then all changes are one transaction, without a write-ahead log, so that an
 * older program sees the new version in the header from the first moment on, and whoever opens the file after this was
 * killed finds it as it was.
 *
 * @throws {RoomFileError} if there is no room for the copy, or no permission; then nothing was changed
 */
export function bringUpToDate(db: DatabaseSync, { path, file, version }: OlderFile): void {
  const copy = copyOf(path, version);
  requireCopyPermission(path, version);
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = DELETE;`);
  if (isInWal(db)) throw new Error("database is locked");
  let made = false;
  try {
    // Nobody else writes to the file from its beginning on.
    transaction(db, () => {
      made = keepCopy({ path, file, version });
      if (version === 1) db.exec(FROM_VERSION_1);
      db.exec(FROM_VERSION_2);
      db.prepare("INSERT INTO migrated (version) VALUES (?)").run(version);
    });
  } catch (error) {
    if (made) remove(copy);
    throw explained(error, { path, copy, file });
  }
  db.exec("PRAGMA busy_timeout = 0");
}

/** Removes the copy of a file of an older version, if there is one because it was brought up to date. */
export function removeCopy(db: DatabaseSync, path: string): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE name = 'migrated'").all();
  if (tables.length === 0) return;
  for (const { version } of db.prepare("SELECT version FROM migrated").all()) {
    // Without the permission it stays until there is one.
    if (!remove(copyOf(path, Number(version)))) return;
  }
  db.exec("DROP TABLE migrated");
}

/** Whether SQLite keeps a write-ahead log for this file. */
export function isInWal(db: DatabaseSync): boolean {
  return (db.prepare("PRAGMA journal_mode").get() as { journal_mode: string }).journal_mode === "wal";
}

/** Where the copy is made until it is whole. */
function partOf(copy: string): string {
  return `${copy}.part`;
}

/**
 * Makes sure that the copy may be made. SQLite changes a file when it opens it, so this is to be known before.
 *
 * @throws {RoomFileError} that names the flags to start the server with
 */
export function requireCopyPermission(path: string, version: number): void {
  const copy = copyOf(path, version);
  const paths = [copy, partOf(copy)];
  const granted = paths.every((path) =>
    (["read", "write"] as const).every((name) =>
      Deno.permissions.querySync({ name, path }).state === "granted"
    )
  );
  if (granted) return;
  const all = [path, ...paths].map((path) => path.replaceAll(",", ",,")).join();
  throw new RoomFileError(
    `${path} was written by an older parley, and is copied to ${copy} before it is brought up to date, which is not ` +
      `permitted; nothing was changed: start the server with --allow-read=${all} --allow-write=${all}`,
  );
}

/**
 * Copies the file, whole, and makes sure that the copy is on the disk. Returns whether it made one: after it was killed it
 * may be there already.
 */
function keepCopy({ path, file, version }: OlderFile): boolean {
  const copy = copyOf(path, version);
  const there = isThere(copy);
  if (there && isSame(file, copy)) return false;
  if (there) {
    throw new RoomFileError(
      `${path} was written by an older parley, and would be copied to ${copy} before it is brought up to date, but ` +
        `there is another file of that name; nothing was changed: move that one away`,
    );
  }
  const part = partOf(copy);
  try {
    writeCopy(file, part);
    Deno.renameSync(part, copy);
    return true;
  } catch (error) {
    remove(part);
    throw error;
  }
}

/** Writes the content of a file to another one, for its owner only, and to the disk. */
function writeCopy(file: Deno.FsFile, to: string): void {
  using target = Deno.openSync(to, { write: true, create: true, truncate: true, mode: 0o600 });
  for (const chunk of chunksOf(file)) writeAll(target, chunk);
  target.syncSync();
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether a copy holds the same bytes as the file. */
function isSame(file: Deno.FsFile, copy: string): boolean {
  if (!Deno.statSync(copy).isFile) return false;
  using other = Deno.openSync(copy);
  if (other.statSync().size !== file.statSync().size) return false;
  const theirs = chunksOf(other);
  for (const chunk of chunksOf(file)) {
    const same = theirs.next().value;
    if (same === undefined || !Buffer.from(chunk.buffer, 0, chunk.length).equals(same)) return false;
  }
  return true;
}

/** The content of a file. Each chunk holds until the next one is read. */
function* chunksOf(file: Deno.FsFile): Generator<Uint8Array<ArrayBuffer>, undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  file.seekSync(0, Deno.SeekMode.Start);
  while (true) {
    let length = 0;
    for (let read; length < buffer.length && (read = file.readSync(buffer.subarray(length))) !== null;) {
      length += read;
    }
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

function writeAll(target: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += target.writeSync(bytes.subarray(written));
}

/** Removes a file if it is there. Returns whether it is not there any more. */
function remove(path: string): boolean {
  try {
    if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") return false;
    Deno.removeSync(path);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function explained(
  error: unknown,
  { path, copy, file }: { path: string; copy: string; file: Deno.FsFile },
): unknown {
  const message = error instanceof Error ? error.message : "";
  if (/full|No space|not enough space|File too large/i.test(message)) {
    const megabytes = Math.ceil(2 * file.statSync().size / 1e6);
    return new RoomFileError(
      `${path} was written by an older parley, and there is no room on the disk to bring it up to date, nor for the copy ` +
        `of it that is kept until that is done; nothing was changed: free ${megabytes} MB, and start the server again`,
      { cause: error },
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new RoomFileError(
      `${path} was written by an older parley, and cannot be copied to ${copy} before it is brought up to date ` +
        `(${message}); nothing was changed: make its folder writable for this user, or move the file to one that is`,
      { cause: error },
    );
  }
  return error;
}
