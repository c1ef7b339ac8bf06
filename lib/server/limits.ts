import { Refusal } from "../wire/refusal.ts";

/** How much one address may send. */
export interface RateOptions {
  /** Lines a second; 0 for no limit. */
  rate: number;
  /** Lines at once, after a time of silence. */
  burst: number;
}

/**
 * Says how long to wait before more input of an address is handled, so that a flood takes its time and nothing is
 * dropped. Pure: times are passed in, in milliseconds on one clock.
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

  /** Charges input that costs as much as `cost` short lines. Gives the milliseconds to wait before handling it. */
  charge(source: string, cost: number, now: number): number {
    if (this.#interval === 0) return 0;
    const paid = Math.max(this.#paidUntil.get(source) ?? -Infinity, now - this.#allowance) +
      cost * this.#interval;
    if (!this.#paidUntil.has(source)) this.#sweep(now);
    this.#paidUntil.set(source, paid);
    return Math.max(0, paid - now);
  }

  /** Forgets who owes nothing, each time the number of sources has doubled. */
  #sweep(now: number): void {
    if (this.#paidUntil.size < this.#sweepAt) return;
    for (const [source, paid] of this.#paidUntil) {
      if (paid <= now - this.#allowance) this.#paidUntil.delete(source);
    }
    this.#sweepAt = Math.max(1024, 2 * this.#paidUntil.size);
  }
}

/** What a line costs: one for each started KiB. */
export function lineCost(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

/** How many connections there may be, and what those beyond are told. */
export interface ConnectionLimiterOptions {
  /** In all. */
  maxTotal: number;
  /** From one source. */
  maxPerSource: number;
  /** What is said where all places are taken. */
  full: string;
  /** What is said where all places for one source are taken. */
  crowded: string;
}

/** Counts connections, in all and by source. */
export class ConnectionLimiter {
  readonly #options: ConnectionLimiterOptions;
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** See {@linkcode ConnectionLimiterOptions}. */
  constructor(options: ConnectionLimiterOptions) {
    this.#options = options;
  }

  /**
   * Takes a place, until what it gives is disposed of.
   *
   * @throws {Refusal} where there is none
   */
  take(source: string): Disposable {
    const { maxTotal, maxPerSource, full, crowded } = this.#options;
    const count = this.#counts.get(source) ?? 0;
    if (this.#total >= maxTotal) throw new Refusal(full);
    if (count >= maxPerSource) throw new Refusal(crowded);
    this.#total++;
    this.#counts.set(source, count + 1);
    let taken = true;
    return {
      [Symbol.dispose]: () => {
        if (taken) this.#release(source);
        taken = false;
      },
    };
  }

  #release(source: string): void {
    const count = this.#counts.get(source)! - 1;
    this.#total--;
    if (count === 0) this.#counts.delete(source);
    else this.#counts.set(source, count);
  }
}
