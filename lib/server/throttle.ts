import { delay } from "@std/async/delay";
import type { RateLimiter } from "./limits.ts";
import type { Stats } from "./stats.ts";

/** What makes one connection's input take its time; it ends with the connection. */
export interface ThrottleOptions {
  /** Counts the input of all addresses. */
  limiter: RateLimiter;
  /** What the input is counted by. */
  source: string;
  /** Counts the lines that had to wait. */
  stats: Stats;
  /** Ends all waiting. */
  signal: AbortSignal;
}

/** Holds back the input of one connection as the limit on its address says. */
export class Throttle {
  readonly #options: ThrottleOptions;

  /** See {@linkcode ThrottleOptions}. */
  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** Charges input that costs as much as `cost` short lines. Gives the milliseconds to wait before handling it. */
  charge(cost: number): number {
    const { limiter, source, stats } = this.#options;
    const wait = limiter.charge(source, cost, performance.now());
    if (wait > 0) stats.count("lines delayed");
    return wait;
  }

  /** Charges input, and waits. */
  async pay(cost: number): Promise<void> {
    await this.pause(this.charge(cost));
  }

  /** Waits for so many milliseconds, or until the connection is closed. */
  async pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, { signal: this.#options.signal }).catch(() => {});
  }
}
