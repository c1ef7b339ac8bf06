import { ExplainedError } from "../wire/refusal.ts";
import { LineReader, TOO_LONG } from "../wire/lines.ts";

/** Why the standard input cannot be read, in a sentence. */
export class InputError extends ExplainedError {}

/** Stands for a line of the input that was too long. The rest of it is skipped. */
export interface TooLong {
  /** What it begins with. */
  head: string;
}

/**
 * Yields the lines of an input of UTF-8, without their ends. A line of more than `maxBytes` is reported at once, however
 * long it goes on, and is never in memory as a whole.
 *
 * @throws {InputError} if the input cannot be read
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
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
    for await (const chunk of input) {
      for (const line of reader.push(chunk)) yield shown(line);
    }
  } catch (error) {
    throw new InputError(`cannot read the input: ${reason(error)}`, { cause: error });
  }
  const rest = reader.end();
  if (rest !== undefined) yield shown(rest);
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\)$/, "");
}
