/**
 * A flush may be followed by the next one after this many times what it cost: as little as leaves a fifth of a core with
 * 500 members and 1,000 messages a second (`deno task bench`).
 */
const GATHERING_FACTOR = 4;

/** But gathering never holds a message back for longer than this, in milliseconds. */
const MAX_GATHERING_MS = 50;

/**
 * Decides when to flush: at once when the room is quiet, and the busier it is, the more each flush gathers. Fewer,
 * larger writes are what a busy room needs, and what a quiet one must not wait for. Pure: times are passed in, in
 * milliseconds on one clock.
 */
export class Pacing {
  #earliest = -Infinity;

  /** How long from `now` until the next flush may start; 0 for at once. */
  wait(now: number): number {
    return Math.max(0, this.#earliest - now);
  }

  /** Takes note of a flush. */
  flushed(start: number, end: number): void {
    this.#earliest = end + Math.min(MAX_GATHERING_MS, GATHERING_FACTOR * (end - start));
  }
}
