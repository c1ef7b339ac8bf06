import type { Cursor } from "../cursor.ts";
import { type Output, writeAll } from "../output.ts";
import type { Room } from "../room.ts";

/**
 * The server's console: one more cursor, which shows what happens in the room, and between that the server's own
 * events. A slow or broken one delays nobody; events that it cannot take in time are left out.
 */
export class Console {
  readonly #cursor: Cursor;

  /** Begins to show what happens in the room from now on. */
  constructor(room: Room, output: Output) {
    this.#cursor = room.watch({ write: (bytes) => writeAll(output, bytes), close() {} });
  }

  /** Shows an event of the server, such as `192.168.55.20 connected`. */
  event(text: string): void {
    if (!this.#cursor.full) this.#cursor.write(`${text}\n`);
  }

  /** Shows what is left to show. Resolves when that is done or cannot be. */
  end(text: string): Promise<void> {
    return this.#cursor.end({ kind: "closed", text, retry: false, fault: false });
  }

  /** Stops showing anything. */
  close(): void {
    this.#cursor.close();
  }
}
