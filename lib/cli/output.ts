import { ExplainedError } from "../wire/refusal.ts";

/** What is written to, such as `Deno.stdout`. */
export interface Output {
  /** Writes some of the bytes; gives how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** The output cannot be written to any more, as after `| head -1`. */
export class OutputError extends ExplainedError {
  /** Whether nobody reads any more, and nothing went wrong. */
  get closed(): boolean {
    return this.cause instanceof Deno.errors.BrokenPipe;
  }
}

const encoder = new TextEncoder();

/**
 * Writes all of a text, or of bytes.
 *
 * @throws {OutputError} where nobody reads it any more
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

/** What a conversation comes to, or an empty outcome if nobody reads any more what it shows. */
export async function untilClosed<T extends object>(outcome: Promise<T>): Promise<Partial<T>> {
  try {
    return await outcome;
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    return {};
  }
}
