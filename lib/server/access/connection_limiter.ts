import { Refusal } from "../../wire/refusal.ts";

/** How many connections are allowed, and what those beyond are told. */
export interface ConnectionLimiterOptions {
  /** In all. */
  maxTotal: number;
  /** From one source. */
  maxPerSource: number;
  /** What a connection is told if all places are taken. */
  full: string;
  /** What a connection is told if all places for its source are taken. */
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
   * Takes a place, which is freed when the returned object is disposed.
   *
   * @throws {Refusal} if there is none
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
