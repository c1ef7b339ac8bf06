import { backoff } from "./backoff.ts";

/** How long, in milliseconds, the first attempt to connect again waits at most. */
const FIRST_DELAY_MS = 2000;

/** A connection that broke sooner than this, in milliseconds, and brought nothing, was as good as none. */
const LASTING_MS = 10_000;

/** How to try again. */
export interface RetryOptions {
  /** How many milliseconds it is tried before it is given up. */
  patience?: number;
  /** How long, in milliseconds, the first attempt waits at most. */
  firstDelay?: number;
}

/** When to try to connect again after a connection broke, and when to give up. Pure: times are passed in, in milliseconds. */
export class Retry {
  readonly #patience: number;
  readonly #firstDelay: number;
  /** How often it was tried since there was a connection that was one. */
  #attempts = 0;
  #until = Infinity;
  #connectedAt = Infinity;
  #useful = false;

  /** See {@linkcode RetryOptions}. */
  constructor({ patience = Infinity, firstDelay = FIRST_DELAY_MS }: RetryOptions) {
    this.#patience = patience;
    this.#firstDelay = firstDelay;
  }

  /** One is in the room again. */
  connected(now: number): void {
    this.#connectedAt = now;
  }

  /** Something came on the connection, so that it is one. */
  progress(): void {
    this.#useful = true;
  }

  /** There is no connection any more. Gives whether it is to be tried again. */
  broken(now: number): boolean {
    if (this.#useful || now - this.#connectedAt > LASTING_MS) this.#attempts = 0;
    this.#useful = false;
    this.#connectedAt = Infinity;
    if (this.#attempts === 0) this.#until = now + this.#patience;
    return !this.over(now);
  }

  /** Whether it was tried for long enough. */
  over(now: number): boolean {
    return this.#attempts > 0 && now >= this.#until;
  }

  /** How long the next attempt waits; `random` is from 0 to 1. */
  next(now: number, random: number): number {
    const ms = backoff(this.#attempts++, this.#firstDelay, random);
    return Math.min(ms, Math.max(0, this.#until - now));
  }
}
