/** The longest delay between two attempts, in milliseconds. */
const MAX_DELAY_MS = 30_000;

/** The longest delay before the first attempt to reconnect, in milliseconds. */
const FIRST_DELAY_MS = 2000;

/** A connection that broke sooner than this, in milliseconds, and brought nothing counts as a failed attempt. */
const LASTING_MS = 10_000;

/** What a {@linkcode Retry} takes. */
export interface RetryOptions {
  /** How long to try before giving up, in milliseconds. */
  patience?: number;
  /** The longest delay before the first attempt, in milliseconds. */
  firstDelay?: number;
}

/** Decides when to reconnect after a connection broke, and when to give up. Pure: times are passed in, in milliseconds. */
export class Retry {
  readonly #patience: number;
  readonly #firstDelay: number;
  /** The number of attempts since the last connection that was of use. */
  #attempts = 0;
  #until = Infinity;
  #connectedAt = Infinity;
  #useful = false;

  /** See {@linkcode RetryOptions}. */
  constructor({ patience = Infinity, firstDelay = FIRST_DELAY_MS }: RetryOptions) {
    this.#patience = patience;
    this.#firstDelay = firstDelay;
  }

  /** Notes that we are in the room again. */
  connected(now: number): void {
    this.#connectedAt = now;
  }

  /** Notes that something came on the connection, so that it is of use. */
  progress(): void {
    this.#useful = true;
  }

  /** Notes that the connection broke. Returns whether to try again. */
  broken(now: number): boolean {
    if (this.#useful || now - this.#connectedAt > LASTING_MS) this.#attempts = 0;
    this.#useful = false;
    this.#connectedAt = Infinity;
    if (this.#attempts === 0) this.#until = now + this.#patience;
    return !this.over(now);
  }

  /** Whether it is time to give up. */
  over(now: number): boolean {
    return this.#attempts > 0 && now >= this.#until;
  }

  /** Returns the delay before the next attempt, in milliseconds; `random` is from 0 to 1. */
  next(now: number, random: number): number {
    const ms = backoff(this.#attempts++, this.#firstDelay, random);
    return Math.min(ms, Math.max(0, this.#until - now));
  }
}

/**
 * Returns the delay in milliseconds before an attempt, counted from 0: it starts at `first`, doubles each time up to half a
 * minute, and is shortened by up to half at random, so that clients that were cut off together do not return together.
 * `random` is from 0 to 1.
 */
export function backoff(attempt: number, first: number, random: number): number {
  return Math.min(MAX_DELAY_MS, first * 2 ** attempt) * (1 - random / 2);
}
