import type { Cursor } from "../../fanout/cursor.ts";
import { type Output, writeAll } from "../../cli/output.ts";
import type { Room } from "../../room.ts";
import type { Closed } from "../../wire/entries.ts";
import type { Format } from "../../wire/formats/format.ts";
import { FORMATS } from "../../wire/formats/formats.ts";

/** How a console shows what happens. */
export interface ConsoleFormat extends Format {
  /** The line for an event of the server, such as `192.168.55.20 connected`. */
  event(text: string): string;
}

/** Plain lines, for a log. */
export const PLAIN_CONSOLE: ConsoleFormat = { ...FORMATS.text, event: (text) => `${text}\n` };

/**
 * The server's console: one more cursor, which shows what happens in the room, and between that the server's own
 * events. A slow or broken one delays nobody; events that it cannot take in time are left out.
 */
export class OperatorConsole {
  /** Where it is in the log, and the way to it. */
  readonly cursor: Cursor;
  readonly #quiet: boolean;
  readonly #format: ConsoleFormat;

  /** Begins to show what happens in the room from now on; with `quiet`, nothing but answers to the operator. */
  constructor(
    room: Room,
    output: Output,
    { quiet = false, format = PLAIN_CONSOLE }: { quiet?: boolean; format?: ConsoleFormat } = {},
  ) {
    this.#quiet = quiet;
    this.#format = format;
    this.cursor = room.watch({ write: (bytes) => writeAll(output, bytes), close() {} });
    // What is for the operator alone is shown even then.
    this.cursor.format = quiet ? { ...format, entry: () => "", own: () => "" } : format;
  }

  /** Shows an event of the server, such as `192.168.55.20 connected`. */
  event(text: string): void {
    if (!this.#quiet && !this.cursor.full) this.cursor.write(this.#format.event(text));
  }

  /** Shows what is left to show. Resolves when that is done or cannot be. */
  end(closing: Closed): Promise<void> {
    return this.#quiet ? Promise.resolve(this.close()) : this.cursor.end(closing);
  }

  /** Stops showing anything. */
  close(): void {
    this.cursor.close();
  }
}
