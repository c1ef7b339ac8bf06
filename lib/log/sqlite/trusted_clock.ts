/** How far, in milliseconds, the clock may move ahead at once and still be believed: programs and systems stall. */
const TOLERANCE_MS = 1000;

/** How long, in milliseconds, a clock that was put ahead must go on from there before it is believed. */
export const AGREEMENT_MS = 10 * 60_000;

/** A clock, and what it is checked against. */
export interface Clocks {
  /** The clock on the wall, in milliseconds since 1970. It may be wrong, and may be put ahead or back. */
  now(): number;
  /** Milliseconds since some moment; it only ever grows, but may stand still while the machine sleeps. */
  uptime(): number;
}

/**
 * The time that things may be thrown away by. Something that is thrown away too early is lost, so one reading of the clock on
 * the wall is not enough: if it is put ahead, this clock goes on at its own pace, until the other has agreed with the
 * uptime for ten minutes. If it is put back, this clock follows at once.
 */
export class TrustedClock {
  readonly #clocks: Clocks;
  /** What to add to the uptime. */
  #offset: number;
  /** What it would be by the clock on the wall, and since when it has been that. */
  #ahead?: { offset: number; since: number };

  /**
   * `known`: a time that has certainly been reached, such as when a file was last written; a clock that is at most ten
   * minutes ahead of it is believed from the beginning.
   */
  constructor(clocks: Clocks, known: number) {
    this.#clocks = clocks;
    const uptime = clocks.uptime();
    const now = clocks.now();
    const believed = now <= known + AGREEMENT_MS;
    this.#offset = (believed ? now : known) - uptime;
    if (!believed) this.#ahead = { offset: now - uptime, since: uptime };
  }

  /** Reads both clocks, and returns the trusted time, in milliseconds since 1970. To be called every few seconds. */
  read(): number {
    const uptime = this.#clocks.uptime();
    const offset = this.#clocks.now() - uptime;
    if (offset <= this.#offset + TOLERANCE_MS || this.#hasAgreed(offset, uptime)) {
      this.#offset = offset;
      this.#ahead = undefined;
    }
    return uptime + this.#offset;
  }

  /** Whether the clock on the wall, which is ahead, has been so for long enough. */
  #hasAgreed(offset: number, uptime: number): boolean {
    const steady = this.#ahead !== undefined && Math.abs(offset - this.#ahead.offset) <= TOLERANCE_MS;
    this.#ahead = { offset, since: steady ? this.#ahead!.since : uptime };
    return uptime - this.#ahead.since >= AGREEMENT_MS;
  }
}
