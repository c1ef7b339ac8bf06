import { Pacing } from "./pacing.ts";

/** Runs a flush when it is wanted, as soon as the pacing allows, and never two at once. It owns its timer. */
export class Schedule implements Disposable {
  readonly #prepare: () => void;
  readonly #run: () => number;
  readonly #pacing = new Pacing();
  #timer?: ReturnType<typeof setTimeout>;
  /** When the next run is due, on the clock of `performance.now()`. */
  #due = Infinity;
  #running = false;
  #disposed = false;

  /**
   * `prepare`: what comes before a flush, and costs the same however seldom it is done, so that it does not count for
   * the pacing. `run`: the flush; it gives the time (`performance.now()`, milliseconds) at which it is wanted again: 0
   * for as soon as may be, infinity for not before it is woken. Neither may throw.
   */
  constructor(prepare: () => void, run: () => number) {
    this.#prepare = prepare;
    this.#run = run;
  }

  /** Wants a run, not before the time `at`. From inside a run it does nothing: what that gives is what counts. */
  wake(at = 0): void {
    if (this.#running || this.#disposed) return;
    const now = performance.now();
    const due = Math.max(at, now + this.#pacing.wait(now));
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    if (due <= now) queueMicrotask(() => this.#flush());
    else this.#timer = setTimeout(() => this.#flush(), due - now);
  }

  #flush(): void {
    if (this.#disposed) return;
    this.#due = Infinity;
    this.#running = true;
    this.#prepare();
    const start = performance.now();
    const again = this.#run();
    this.#running = false;
    this.#pacing.flushed(start, performance.now());
    if (again < Infinity) this.wake(again);
  }

  /** Runs nothing any more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}
