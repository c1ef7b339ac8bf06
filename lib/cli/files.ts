import { concat } from "@std/bytes/concat";
import { clean } from "../wire/clean.ts";
import { ExplainedError } from "../wire/refusal.ts";

/** Explains in a sentence what is wrong with a file that the command line names, and what to do. */
export class FileError extends ExplainedError {}

/** The largest text file that is read, in bytes: many times the size of a bundle of all authorities. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/**
 * Reads a text file: UTF-8, with or without a byte order mark, or UTF-16 with one, as Windows writes it.
 *
 * @throws {FileError} if it is no such text, is too large, cannot be read, or that is not permitted
 */
export async function readText(path: string): Promise<string> {
  requirePermission("read", path);
  let bytes;
  try {
    bytes = await readBytes(path);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`cannot read ${path}: ${reason(error)}`, { cause: error });
  }
  const text = decodeText(bytes);
  if (text === undefined) {
    throw new FileError(
      `cannot read ${path}: it is not text in UTF-8, or in UTF-16 with a byte order mark; save it as UTF-8`,
    );
  }
  return text;
}

/** Not by its size, because it may be a pipe, as `<(…)` in a shell is. */
async function readBytes(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of file.readable) {
    if ((size += part.length) > MAX_TEXT_BYTES) {
      throw new FileError(`cannot read ${path}: it is larger than 4 MiB; is it the file that you mean?`);
    }
    parts.push(part);
  }
  return concat(parts);
}

/** Decodes a text file. Returns undefined if it is not text in an encoding that can be told. */
function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // UTF-16 without a byte order mark, and UTF-32.
    return text.includes("\0") ? undefined : text;
  } catch {
    return;
  }
}

/** A password from a file. */
export interface Password {
  /** The password. */
  password: string;
  /** A sentence that warns about the file, if it needs one. */
  warning?: string;
}

/** The longest password, in bytes: a line with it fits the shortest `--max-line`. */
const MAX_PASSWORD_BYTES = 1000;

/**
 * Reads a password: the first line of a file, without white space at its end, and cleaned, because whoever types it
 * cannot give control characters either.
 *
 * @throws {FileError} if the file cannot be read or its first line is empty
 */
export async function readPassword(path: string): Promise<Password> {
  const password = clean((await readText(path)).split("\n", 1)[0]).trimEnd();
  if (password === "") throw new FileError(`${path} holds no password: its first line is empty`);
  const bytes = new TextEncoder().encode(password).length;
  if (bytes > MAX_PASSWORD_BYTES) {
    throw new FileError(
      `the first line of ${path} is too long: a password has at most ${MAX_PASSWORD_BYTES} bytes`,
    );
  }
  return { password, warning: await publicWarning(path) };
}

/**
 * Writes a new text file with this `mode`, which says who may read it.
 *
 * @throws {FileError} if it exists already, cannot be written, or that is not permitted
 */
export async function writeNew(path: string, text: string, mode: number): Promise<void> {
  requirePermission("write", path);
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode });
  } catch (error) {
    throw new FileError(`cannot write ${path}: ${reason(error)}`, { cause: error });
  }
}

/**
 * Whether there is a file, or anything else, of this name.
 *
 * @throws {FileError} if that cannot be found out, or is not permitted
 */
export async function exists(path: string): Promise<boolean> {
  requirePermission("read", path);
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw new FileError(`cannot read ${path}: ${reason(error)}`, { cause: error });
  }
}

/** A sentence that warns of a file that everyone on this machine can read; undefined if that is not so, or not known. */
export async function publicWarning(path: string): Promise<string | undefined> {
  const { mode } = await Deno.stat(path);
  if (mode === null || (mode & 0o004) === 0) return;
  return `everyone on this machine can read ${path}; chmod 600 ${path} changes that`;
}

/**
 * Makes sure of a permission, because a missing one would be asked for in the middle of everything.
 *
 * @throws {FileError} if it is missing; the sentence names the flag
 */
export function requirePermission(name: "read" | "write", path: string): void {
  if (Deno.permissions.querySync({ name, path }).state === "granted") return;
  throw new FileError(`the program may not ${name} ${path}; start it with --allow-${name}=${path}`);
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied) return "you are not allowed to";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.AlreadyExists) return "it exists already";
  return error instanceof Error ? error.message : String(error);
}
