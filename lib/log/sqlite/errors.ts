import { ExplainedError } from "../../wire/refusal.ts";

/** Explains in a sentence what is wrong with a file that a room is to be kept in, and what to do. */
export class RoomFileError extends ExplainedError {}

/** The error that explains in a sentence why a file cannot be used. */
export function roomFileError(error: unknown, path: string): RoomFileError {
  return error instanceof RoomFileError ? error : new RoomFileError(explain(error, path), { cause: error });
}

/** Why this file cannot be used, and what to do, in a sentence. */
function explain(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotFound) return `cannot open ${path}: there is no such file or folder`;
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
