/** How long, in milliseconds, a source counts as one with a browser after its last request. */
const REMEMBERED_MS = 60_000;

/**
 * The sources from which a browser came lately, or has a WebSocket open. Browsers open spare connections and say nothing
 * on them for seconds, and one that was greeted cannot be used any more.
 */
export class Browsers {
  /** When each source has sent its last request: `performance.now()`, in milliseconds. */
  readonly #requests = new Map<string, number>();
  /** How many WebSockets each source has open. */
  readonly #open = new Map<string, number>();
  #sweepAt = 1024;

  /** Notes a request. */
  spoke(source: string, now: number): void {
    this.#requests.set(source, now);
    if (this.#requests.size < this.#sweepAt) return;
    for (const [source, last] of this.#requests) {
      if (now - last >= REMEMBERED_MS) this.#requests.delete(source);
    }
    this.#sweepAt = Math.max(1024, 2 * this.#requests.size);
  }

  /** Notes an open WebSocket, until what is returned is disposed of. */
  opened(source: string): Disposable {
    this.#open.set(source, (this.#open.get(source) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = this.#open.get(source)! - 1;
        if (left === 0) this.#open.delete(source);
        else this.#open.set(source, left);
      },
    };
  }

  /** Whether there is one at a source. */
  has(source: string, now: number): boolean {
    return this.#open.has(source) || now - (this.#requests.get(source) ?? -Infinity) < REMEMBERED_MS;
  }
}
