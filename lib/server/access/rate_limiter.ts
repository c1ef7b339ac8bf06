/** How much one source may send. */
export interface RateOptions {
  /** Lines a second; 0 for no limit. */
  rate: number;
  /** Lines at once, after a period of silence. */
  burst: number;
}

/**
 * Computes how long to delay the input of a source, so that a flood is slowed down and nothing is dropped. Pure: times
 * are passed in, in milliseconds on one clock.
 */
export class RateLimiter {
  readonly #interval: number;
  readonly #allowance: number;
  /** For each source, the time up to which its input is paid for: ahead of now by what its sessions owe. */
  readonly #paidUntil = new Map<string, number>();
  #sweepAt = 1024;

  /** See {@linkcode RateOptions}. */
  constructor({ rate, burst }: RateOptions) {
    this.#interval = rate === 0 ? 0 : 1000 / rate;
    this.#allowance = this.#interval * burst;
  }

  /** Charges input that costs as much as `cost` short lines. Returns the milliseconds to wait before handling it. */
  charge(source: string, cost: number, now: number): number {
    if (this.#interval === 0) return 0;
    const paid = Math.max(this.#paidUntil.get(source) ?? -Infinity, now - this.#allowance) +
      cost * this.#interval;
    if (!this.#paidUntil.has(source)) this.#sweep(now);
    this.#paidUntil.set(source, paid);
    return Math.max(0, paid - now);
  }

  /** Drops the sources that owe nothing, each time the number of sources has doubled. */
  #sweep(now: number): void {
    if (this.#paidUntil.size < this.#sweepAt) return;
    for (const [source, paid] of this.#paidUntil) {
      if (paid <= now - this.#allowance) this.#paidUntil.delete(source);
    }
    this.#sweepAt = Math.max(1024, 2 * this.#paidUntil.size);
  }
}

/** The cost of a line: one per started KiB. */
export function lineCost(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}
