import type { Cursor } from "../../fanout/cursor.ts";
import { type Output, writePatiently } from "../../cli/output.ts";
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
 * The server's console: one more cursor, which shows what happens in the room, with the server's own events in between. A
 * slow or broken console delays nobody; it skips events that come faster than it can show them. One that fails, because
 * it is a file on a full disk, goes on where it stopped as soon as it can.
 */
export class OperatorConsole {
  /** Its position in the log, which also carries answers to it. */
  readonly cursor: Cursor;
  readonly #quiet: boolean;
  readonly #format: ConsoleFormat;

  /** Shows what happens in the room from now on; with `quiet`, only answers to the operator. */
  constructor(
    room: Room,
    output: Output,
    { quiet = false, format = PLAIN_CONSOLE }: { quiet?: boolean; format?: ConsoleFormat } = {},
  ) {
    this.#quiet = quiet;
    this.#format = format;
    const stop = new AbortController();
    this.cursor = room.watch({
      write: (bytes) => writePatiently(output, bytes, stop.signal),
      close: () => stop.abort(),
    });
    // What is for the operator alone is shown even then.
    this.cursor.format = quiet ? { ...format, entry: () => "", own: () => "" } : format;
  }

  /** Shows an event of the server, such as `192.168.55.20 connected`. */
  event(text: string): void {
    if (!this.#quiet && !this.cursor.full) this.cursor.write(this.#format.event(text));
  }

  /** Shows what is left, and `closing` last. Resolves when that is done or cannot be. */
  end(closing: Closed): Promise<void> {
    return this.#quiet ? Promise.resolve(this.close()) : this.cursor.end(closing);
  }

  /** Shows nothing more. */
  close(): void {
    this.cursor.close();
  }
}
