import { ExplainedError } from "../wire/refusal.ts";

/** Something that bytes can be written to, such as `Deno.stdout`. */
export interface Output {
  /** Writes at least some of the bytes, and returns how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** The output can no longer be written to: its reader is gone, as after `| head -1`, or the disk is full. */
export class OutputError extends ExplainedError {
  /** Whether the reader closed its end, which is no failure. */
  get closed(): boolean {
    return this.cause instanceof Deno.errors.BrokenPipe;
  }
}

const encoder = new TextEncoder();

/**
 * Writes all of a text, or of some bytes.
 *
 * @throws {OutputError} if not all of it can be written
 */
export async function writeAll(output: Output, what: string | Uint8Array): Promise<void> {
  const bytes = typeof what === "string" ? encoder.encode(what) : what;
  try {
    for (let sent = 0; sent < bytes.length;) sent += await output.write(bytes.subarray(sent));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OutputError(`cannot write the output: ${reason}`, { cause: error });
  }
}

/** Returns the outcome of a conversation, or an empty one if its output can no longer be written. */
export async function untilClosed<T extends object>(outcome: Promise<T>): Promise<Partial<T>> {
  try {
    return await outcome;
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    return {};
  }
}
