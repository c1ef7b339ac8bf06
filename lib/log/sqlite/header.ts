import { RoomFileError } from "./errors.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";

/** What a room's file says of itself in its first bytes, without what SQLite has not moved there yet. */
export interface Header {
  /** The version of its tables; 0 for a file that is empty. */
  version: number;
  /** Whether it is in use, or was when its server was killed: then a write-ahead log belongs to it. */
  usesWal: boolean;
  /** SQLite's schema cookie, see {@linkcode requireOwnWal}. */
  cookie: number;
}

/**
 * The cookie of a file whose write-ahead log is not known yet: any is taken for its own. Every other one is the salt of
 * its write-ahead log, which SQLite counts up when it starts that again.
 */
export const ANY_WAL: number = -1;

/** The first bytes of every SQLite file. */
const MAGIC = "SQLite format 3\0";

/** Where things are in the header of a SQLite file, and in that of its write-ahead log (https://sqlite.org/fileformat2.html). */
const WRITE_VERSION_AT = 18;
const READ_VERSION_AT = 19;
const SCHEMA_COOKIE_AT = 40;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
const HEADER_BYTES = 100;
const WAL_SALT_AT = 16;
const WAL_HEADER_BYTES = 32;

/** The read and write versions of a file without, and with, a write-ahead log. */
const ROLLBACK = 1;
const WAL = 2;

/**
 * Reads the header of a file without SQLite, which would change the file before it is known whose it is.
 *
 * @throws {RoomFileError} if it is not a room's, or of a newer version
 */
export function readHeader(file: Deno.FsFile, path: string): Header {
  const bytes = new Uint8Array(HEADER_BYTES);
  file.seekSync(0, Deno.SeekMode.Start);
  if ((file.readSync(bytes) ?? 0) === 0) return { version: 0, usesWal: false, cookie: ANY_WAL };
  const numbers = new DataView(bytes.buffer);
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
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
  return {
    version,
    usesWal: bytes[WRITE_VERSION_AT] === WAL,
    cookie: numbers.getInt32(SCHEMA_COOKIE_AT),
  };
}

/** Marks a closed file as one that has no write-ahead log. */
export function markAsWhole(path: string): void {
  using file = Deno.openSync(path, { read: true, write: true });
  file.seekSync(WRITE_VERSION_AT, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(READ_VERSION_AT - WRITE_VERSION_AT + 1).fill(ROLLBACK));
  file.syncSync();
}

/** The path of the write-ahead log of a file. */
export function walOf(path: string): string {
  return `${path}-wal`;
}

/**
 * What is known of the write-ahead log of a file: its size in bytes, 0 if there is none, and its salt. Undefined if this
 * program may not look: it may need more permissions for it than SQLite does.
 */
export function readWal(path: string): { size: number; salt: number } | undefined {
  const wal = walOf(path);
  if (Deno.permissions.querySync({ name: "read", path: wal }).state !== "granted") return;
  try {
    using file = Deno.openSync(wal);
    const bytes = new Uint8Array(WAL_HEADER_BYTES);
    const size = file.statSync().size;
    if (size < WAL_HEADER_BYTES) return { size: 0, salt: 0 };
    file.readSync(bytes);
    return { size, salt: new DataView(bytes.buffer).getInt32(WAL_SALT_AT) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { size: 0, salt: 0 };
    return;
  }
}

/**
 * Makes sure that the write-ahead log beside a file is its own, because SQLite would mix any into it. The cookie is the
 * salt that the log has, or will have when it is started again.
 *
 * @throws {RoomFileError} if it belongs to another file
 */
export function requireOwnWal({ version, cookie }: Header, path: string): void {
  const wal = readWal(path);
  if (wal === undefined || wal.size === 0 || version < 2 || cookie === ANY_WAL) return;
  if (wal.salt === cookie || ((wal.salt + 1) | 0) === cookie) return;
  throw new RoomFileError(
    `${
      walOf(path)
    } belongs to another file than ${path}, such as the one that was there before a copy was restored; ` +
      `nothing was changed: move ${walOf(path)} away, and try again`,
  );
}

/** Says that a file lacks its write-ahead log, if it does. */
export function incompleteWarning({ version, usesWal }: Header, path: string): string | undefined {
  const wal = readWal(path);
  if (version < 2 || !usesWal || wal === undefined || wal.size > 0) return;
  return `${path} was copied while it was in use, without ${
    walOf(path)
  }: what was said last may be missing from it; ` +
    `"copy --data FILE TO" copies all of it`;
}
