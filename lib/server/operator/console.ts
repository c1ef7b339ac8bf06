import type { Cursor } from "../../fanout/cursor.ts";
import { type Output, writePatiently } from "../../cli/output.ts";
import type { Room } from "../../room.ts";
import type { Closed } from "../../wire/entries.ts";
import type { Format } from "../../wire/formats/format.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { LOBBY } from "../../wire/names.ts";

/** How a console shows what happens. */
export interface ConsoleFormat extends Format {
  /** The line for an event of the server, such as `192.168.55.20 connected`. */
  event(text: string): string;
  /** The same format for another room than the lobby, whose lines say which one they are from. */
  inRoom(room: string): Format;
}

/** Plain lines, for a log. */
export const PLAIN_CONSOLE: ConsoleFormat = {
  ...FORMATS.text,
  event: (text) => `${text}\n`,
  inRoom: (room) => ({ ...FORMATS.text, entry: (entry) => `#${room} ${FORMATS.text.entry(entry)}` }),
};

/**
 * The server's console: one more cursor in each room, which shows what happens there, with the server's own events in
 * between. A slow or broken console delays nobody; it skips events that come faster than it can show them. One that fails,
 * because it is a file on a full disk, goes on where it stopped as soon as it can.
 */
export class OperatorConsole {
  readonly #output: Output;
  readonly #quiet: boolean;
  readonly #format: ConsoleFormat;
  readonly #stop = new AbortController();
  #lobby?: Cursor;
  /** The write in flight: the cursors of several rooms take turns. */
  #writing: Promise<void> = Promise.resolve();

  /** With `quiet` it shows only answers to the operator. */
  constructor(
    output: Output,
    { quiet = false, format = PLAIN_CONSOLE }: { quiet?: boolean; format?: ConsoleFormat } = {},
  ) {
    this.#output = output;
    this.#quiet = quiet;
    this.#format = format;
  }

  /** Its position in the lobby, which also carries answers to the operator. */
  get cursor(): Cursor {
    return this.#lobby!;
  }

  /** Shows what happens in a room from now on: the lobby first. */
  watch(room: Room): void {
    const isLobby = room.name === LOBBY;
    if (!isLobby && (this.#quiet || this.#stop.signal.aborted)) return;
    const cursor = room.watch({
      write: (bytes) => this.#write(bytes),
      close: () => isLobby && this.#stop.abort(),
    });
    const { inRoom, ...format } = this.#format;
    // What is for the operator alone is shown even then.
    if (this.#quiet) cursor.format = { ...format, entry: () => "", own: () => "" };
    else cursor.format = isLobby ? format : inRoom(room.name);
    if (isLobby) this.#lobby = cursor;
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

  #write(bytes: Uint8Array): Promise<void> {
    const written = this.#writing.then(() => writePatiently(this.#output, bytes, this.#stop.signal));
    this.#writing = written.catch(() => {});
    return written;
  }
}
