/**
 * How many times its own cost must pass after a flush before the next one: as few as leave a fifth of a core free with
 * 500 members and 1,000 messages a second (`deno task bench`).
 */
const GATHERING_FACTOR = 4;

/** The longest that gathering may hold a message back, in milliseconds. */
const MAX_GATHERING_MS = 50;

/**
 * Decides when to flush: at once when the room is quiet, and the busier it is, the more each flush gathers. A busy room
 * needs fewer, larger writes; a quiet one must not wait for them. Pure: times are passed in, in milliseconds on one
 * clock.
 */
export class Pacing {
  #earliest = -Infinity;

  /** How long from `now` until the next flush may start; 0 if it may start at once. */
  wait(now: number): number {
    return Math.max(0, this.#earliest - now);
  }

  /** Records a flush. */
  flushed(start: number, end: number): void {
    this.#earliest = end + Math.min(MAX_GATHERING_MS, GATHERING_FACTOR * (end - start));
  }
}
