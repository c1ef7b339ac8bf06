import { FIXED } from "../limits.ts";

/** A connection that waits for its first bytes. */
export interface Undecided {
  /** Ends the wait: it is greeted now. */
  greet(): void;
}

/** The connections that have sent nothing yet and were sent nothing. Beyond their number the longest silent is greeted. */
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
    const [longest] = this.#waiting;
    longest.greet();
  }

  /** Takes a connection out. */
  delete(connection: Undecided): void {
    this.#waiting.delete(connection);
  }
}
