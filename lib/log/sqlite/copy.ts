import { backup } from "node:sqlite";
import { RoomFileError, roomFileError } from "./errors.ts";
import { openRoomFile } from "./file.ts";
import { markAsWhole, walOf } from "./header.ts";

/** More pages than a file has: while it is copied in one go, whoever writes to it does not make the copy begin anew. */
const ALL_PAGES = 0x7fff_ffff;

/** Where a copy is made until it is whole. */
export function partOf(to: string): string {
  return `${to}.part`;
}

/**
 * Copies the file of a room, whole, also while a server writes to it. The copy may be read by its owner only, and has
 * its name once it is whole and on the disk. Resolves to what is wrong with the file that was copied, if something is.
 *
 * @throws {RoomFileError} if that cannot be done, or there is a file of this name already
 */
export async function copyRoomFile(path: string, to: string): Promise<string | undefined> {
  const part = partOf(to);
  // A write-ahead log that was left there would be mixed into the copy.
  for (const file of [to, walOf(to), part]) await requireAbsent(file);
  await using source = await openRoomFile(path, { readOnly: true });
  try {
    (await Deno.open(part, { write: true, createNew: true, mode: 0o600 })).close();
    await backup(source.db, part, { rate: ALL_PAGES });
    markAsWhole(part);
    await giveName(part, to);
  } catch (error) {
    throw copyError(error, to);
  } finally {
    await Deno.remove(part).catch(() => {});
  }
  return source.warning;
}

async function requireAbsent(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch(() => undefined);
  if (info !== undefined) {
    throw new RoomFileError(`cannot copy to ${path}: it exists already; name a new file, or remove that one`);
  }
}

/** Not by renaming it, which would replace a file that has come into being meanwhile. */
async function giveName(part: string, to: string): Promise<void> {
  try {
    await Deno.link(part, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    // File systems without links, such as those of memory sticks, and programs that may not make any.
    await requireAbsent(to);
    await Deno.rename(part, to);
  }
}

function copyError(error: unknown, to: string): RoomFileError {
  if (error instanceof RoomFileError) return error;
  if (error instanceof Deno.errors.AlreadyExists) {
    return new RoomFileError(`cannot copy to ${to}: it exists already; name a new file, or remove that one`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new RoomFileError(`cannot copy to ${to}: you are not allowed to write there`, { cause: error });
  }
  if (error instanceof Error && /full|No space/.test(error.message)) {
    return new RoomFileError(`cannot copy to ${to}: the disk is full`, { cause: error });
  }
  return roomFileError(error, to);
}
