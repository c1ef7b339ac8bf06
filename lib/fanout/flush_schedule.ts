import { Pacing } from "./pacing.ts";

/** What is scheduled: a flush. Nothing of it may throw. */
export interface Flusher {
  /** Comes before a flush, and costs the same however seldom it is done, so that it does not count for the pacing. */
  prepare(): void;
  /** Does a part of the flush. Gives whether there is more of it, for the next turn of the event loop. */
  run(): boolean;
  /** How much of what the last flush cost can be saved by gathering more for one: from 0 to 1. */
  saving(): number;
  /** When one is wanted again (`performance.now()`, milliseconds): 0 for as soon as may be, infinity for not before it is woken. */
  due(): number;
}

/** A flush that has begun and not ended. */
interface Flush {
  /** Whether what is new was gathered for it, so that the pacing counts it. */
  readonly paced: boolean;
  /** When it began, on the clock of `performance.now()`. */
  readonly began: number;
  /** What it has cost so far, in milliseconds, and in how many turns of the event loop. */
  cost: number;
  turns: number;
  /** When the next one was wanted meanwhile. */
  wanted: number;
  /** Whether some lag behind it. */
  lagging: boolean;
}

/**
 * Runs a flush when it is wanted, as soon as the pacing allows, and never two at once. Between its parts the event loop
 * reads, so that a large room is not deaf while it speaks. It owns its timers.
 */
export class FlushSchedule implements Disposable {
  readonly #scheduled: Flusher;
  readonly #pacing = new Pacing();
  #timer?: ReturnType<typeof setTimeout>;
  #immediate?: unknown;
  /** When the next flush is due, on the clock of `performance.now()`; 0 for as soon as the pacing allows. */
  #due = Infinity;
  #flush?: Flush;
  /** Something of a flush runs at this moment. */
  #running = false;
  #disposed = false;

  /** See {@linkcode Flusher}. */
  constructor(scheduled: Flusher) {
    this.#scheduled = scheduled;
  }

  /** Wants a flush, not before the time `at`. What a flush itself wants, it says when it is asked what is due. */
  wake(at = 0): void {
    if (this.#running || this.#disposed || at >= this.#due) return;
    if (this.#flush !== undefined) {
      this.#flush.wanted = Math.min(this.#flush.wanted, at);
      return;
    }
    const now = performance.now();
    const wait = Math.max(at - now, this.#pacing.wait(now));
    clearTimeout(this.#timer);
    this.#due = at;
    if (wait <= 0) queueMicrotask(() => this.#begin());
    else this.#timer = setTimeout(() => this.#begin(), wait);
  }

  /** Goes on with the next turn of the event loop, for those who lag: there is nothing to gather for them. */
  goOn(): void {
    if (this.#flush !== undefined) this.#flush.lagging = true;
    else if (!this.#disposed) this.#later();
  }

  #later(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      this.#run(this.#flush ?? newFlush({ paced: false }));
    });
  }

  #begin(): void {
    if (this.#disposed) return;
    this.#due = Infinity;
    if (this.#flush !== undefined) {
      this.#flush.wanted = 0;
      return;
    }
    this.#running = true;
    this.#scheduled.prepare();
    this.#run(newFlush({ paced: true }));
  }

  #run(flush: Flush): void {
    this.#flush = flush;
    this.#running = true;
    const start = performance.now();
    const more = this.#scheduled.run();
    const end = performance.now();
    this.#running = false;
    flush.cost += end - start;
    flush.turns++;
    if (more) this.#later();
    else this.#end(flush);
  }

  #end({ paced, began, cost, turns, wanted, lagging }: Flush): void {
    this.#flush = undefined;
    // What it cost in one turn of the event loop, because what comes between its turns is gathered already.
    const end = began + cost;
    if (paced) this.#pacing.flushed(end - this.#scheduled.saving() * cost / turns, end);
    if (lagging) this.goOn();
    this.wake(Math.min(wanted, this.#scheduled.due()));
  }

  /** Runs nothing any more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }
}

function newFlush({ paced }: { paced: boolean }): Flush {
  return { paced, began: performance.now(), cost: 0, turns: 0, wanted: Infinity, lagging: false };
}
