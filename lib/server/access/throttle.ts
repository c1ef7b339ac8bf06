import { delay } from "@std/async/delay";
import type { RateLimiter } from "./rate_limiter.ts";
import type { Stats } from "../stats.ts";

/** Delays the input of one connection as the limit on its source demands, until disposed. */
export class Throttle implements Disposable {
  readonly #source: string;
  readonly #context: { readonly limiter: RateLimiter; readonly stats: Stats };
  /** Created at the first wait: most connections never wait. */
  #stop?: AbortController;
  #ended = false;

  /** `source`: what the input is charged to. `context`: what counts it, and the lines that were delayed. */
  constructor(source: string, context: { readonly limiter: RateLimiter; readonly stats: Stats }) {
    this.#source = source;
    this.#context = context;
  }

  /** Charges input that costs as much as `cost` short lines. Returns the milliseconds to wait before handling it. */
  charge(cost: number): number {
    const { limiter, stats } = this.#context;
    const wait = limiter.charge(this.#source, cost, performance.now());
    if (wait > 0) stats.count("lines delayed");
    return wait;
  }

  /** Charges input, and waits. */
  async pay(cost: number): Promise<void> {
    await this.pause(this.charge(cost));
  }

  /** Waits `ms` milliseconds, or until disposed. */
  async pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#ended) return;
    this.#stop ??= new AbortController();
    await delay(ms, { signal: this.#stop.signal }).catch(() => {});
  }

  /** Ends all waits, including later ones. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.#stop?.abort();
  }
}
