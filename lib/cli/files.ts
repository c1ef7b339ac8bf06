import { ExplainedError } from "../wire/refusal.ts";

/** Explains in a sentence what is wrong with a file that the command line names, and what to do. */
export class FileError extends ExplainedError {}

/**
 * Reads a file of text in UTF-8.
 *
 * @throws {FileError} where that cannot be done, or is not permitted
 */
export async function readText(path: string): Promise<string> {
  requirePermission("read", path);
  try {
    // What decodes also drops the byte order mark that some editors put in front.
    return new TextDecoder().decode(await Deno.readFile(path));
  } catch (error) {
    throw new FileError(`cannot read ${path}: ${reason(error)}`, { cause: error });
  }
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
