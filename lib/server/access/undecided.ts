import { FIXED } from "../limits.ts";

/** A connection that waits for its first bytes. */
export interface Undecided {
  /** Whether a browser is where it comes from, which may have opened it to use it later. */
  readonly fromBrowser: boolean;
  /** Ends the wait: it is greeted now. */
  greet(): void;
}

/**
 * The connections that have sent nothing yet and were sent nothing. Beyond their number the longest silent is greeted
 * that does not come from where a browser is.
 */
export class UndecidedConnections {
  readonly #waiting = new Set<Undecided>();

  /** How many there are. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Adds a connection, which has to take itself out when it is greeted or closed. */
  add(connection: Undecided): void {
    this.#waiting.add(connection);
    if (this.#waiting.size <= FIXED.maxUndecided) return;
    for (const longest of this.#waiting) if (!longest.fromBrowser) return longest.greet();
  }

  /** Takes a connection out. */
  delete(connection: Undecided): void {
    this.#waiting.delete(connection);
  }
}
