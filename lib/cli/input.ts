import { delay } from "@std/async/delay";
import { ExplainedError } from "../wire/refusal.ts";
import { LineReader, TOO_LONG } from "../wire/lines.ts";

/** Why the standard input cannot be read, in a sentence. */
export class InputError extends ExplainedError {}

/** Stands for a line of the input that was too long. The rest of it is skipped. */
export interface TooLong {
  /** What it begins with. */
  head: string;
}

/** Something that bytes can be read from, such as `Deno.stdin`. */
export interface InputSource {
  /** Reads some bytes into a buffer, and returns how many; `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

const INPUT_BUFFER_BYTES = 64 * 1024;

/** How long, in milliseconds, to wait for an input that has nothing for now. */
const BUSY_MS = 20;

/**
 * Yields the lines of an input of UTF-8, without their ends. A line of more than `maxBytes` is reported at once, however
 * long it goes on, and is never in memory as a whole.
 *
 * @throws {InputError} if the input cannot be read
 */
export async function* readLines(
  input: InputSource,
  maxBytes: number,
): AsyncGenerator<string | TooLong> {
  const reader = new LineReader(maxBytes);
  let first = true;
  const shown = (line: string | typeof TOO_LONG) => {
    // Some editors, and PowerShell, put a byte order mark in front.
    const text = line === TOO_LONG || !first ? line : line.replace(/^\ufeff/, "");
    first = false;
    return text === TOO_LONG ? { head: reader.head } : text;
  };
  try {
    const buffer = new Uint8Array(INPUT_BUFFER_BYTES);
    for (let size; (size = await readSome(input, buffer)) !== null;) {
      for (const line of reader.push(buffer.subarray(0, size))) yield shown(line);
    }
  } catch (error) {
    throw new InputError(`cannot read the input: ${reason(error)}`, { cause: error });
  }
  const rest = reader.end();
  if (rest !== undefined) yield shown(rest);
}

/** Another program may have switched a pipe that is shared with it to non-blocking: then a read can find it empty. */
async function readSome(input: InputSource, buffer: Uint8Array): Promise<number | null> {
  while (true) {
    try {
      return await input.read(buffer);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
    await delay(BUSY_MS);
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\)$/, "");
}
