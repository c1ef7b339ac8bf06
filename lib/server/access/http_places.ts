import { FIXED } from "../limits.ts";

/** Someone who waits for a place. */
interface Waiting {
  source: string;
  admit(place: Disposable): void;
}

/** The places of connections that speak HTTP. Whoever finds none waits for one, in turn, for a while. */
export class HttpPlaces {
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #total = 0;

  /** Takes a place, which is freed when it is disposed of; undefined if none came free in time, or before `gone`. */
  async take(source: string, gone: Promise<void>): Promise<Disposable | undefined> {
    if (this.#hasFor(source)) return this.#place(source);
    const { promise, resolve } = Promise.withResolvers<Disposable | undefined>();
    const waiting: Waiting = { source, admit: resolve };
    this.#waiting.add(waiting);
    const giveUp = () => {
      this.#waiting.delete(waiting);
      resolve(undefined);
    };
    void gone.then(giveUp);
    const late = setTimeout(giveUp, FIXED.httpWaitMs);
    return await promise.finally(() => clearTimeout(late));
  }

  #hasFor(source: string): boolean {
    return this.#total < FIXED.maxHttp && (this.#counts.get(source) ?? 0) < FIXED.maxHttpPerSource;
  }

  #place(source: string): Disposable {
    this.#total++;
    this.#counts.set(source, (this.#counts.get(source) ?? 0) + 1);
    let taken = true;
    return {
      [Symbol.dispose]: () => {
        if (taken) this.#free(source);
        taken = false;
      },
    };
  }

  #free(source: string): void {
    this.#total--;
    const left = this.#counts.get(source)! - 1;
    if (left === 0) this.#counts.delete(source);
    else this.#counts.set(source, left);
    for (const waiting of this.#waiting) {
      if (!this.#hasFor(waiting.source)) continue;
      this.#waiting.delete(waiting);
      return waiting.admit(this.#place(waiting.source));
    }
  }
}
