import { delay } from "@std/async/delay";
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

  /** Whether the output will take nothing any more: it is closed, or it is a terminal that went away. */
  get lasting(): boolean {
    return this.closed || (this.cause as { code?: unknown } | undefined)?.code === "EIO";
  }
}

/** How long, in milliseconds, an output that takes nothing for now is left alone. */
const BUSY_MS = 20;

/** How often, in milliseconds, an output that fails is tried again. */
const OUTPUT_RETRY_MS = 250;

const encoder = new TextEncoder();

/**
 * Writes all of a text, or of some bytes.
 *
 * @throws {OutputError} if not all of it can be written
 */
export async function writeAll(output: Output, what: string | Uint8Array): Promise<void> {
  const bytes = typeof what === "string" ? encoder.encode(what) : what;
  for (let sent = 0; sent < bytes.length;) sent += await writeSome(output, bytes.subarray(sent));
}

/**
 * Writes all of some bytes, however often that fails: a disk that is full may have space again, and then nothing is
 * missing. Returns early if the signal is aborted.
 *
 * @throws {OutputError} if that is for good: a pipe was closed, or a terminal went away
 */
export async function writePatiently(output: Output, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let sent = 0; sent < bytes.length && !signal.aborted;) {
    try {
      sent += await writeSome(output, bytes.subarray(sent));
    } catch (error) {
      if (!(error instanceof OutputError) || error.lasting) throw error;
      await delay(OUTPUT_RETRY_MS, { signal }).catch(() => {});
    }
  }
}

/** Prints a text on standard error. If that fails, there is nobody left to tell. */
export async function printError(text: string): Promise<void> {
  await writeAll(Deno.stderr, text).catch(() => {});
}

/** Returns the outcome of a conversation, or an empty one if nobody reads its output any more. */
export async function untilClosed<T extends object>(outcome: Promise<T>): Promise<Partial<T>> {
  try {
    return await outcome;
  } catch (error) {
    if (!(error instanceof OutputError && error.closed)) throw error;
    return {};
  }
}

/** Another program may have switched a pipe that is shared with it to non-blocking: then a write can find it full. */
async function writeSome(output: Output, bytes: Uint8Array): Promise<number> {
  while (true) {
    try {
      return await output.write(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw explain(error);
    }
    await delay(BUSY_MS);
  }
}

function explain(cause: unknown): OutputError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new OutputError(`cannot write the output: ${message.replace(/ \(os error \d+\)$/, "")}`, { cause });
}
