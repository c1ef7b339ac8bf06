import { Pacing } from "./pacing.ts";

/** What is scheduled: a flush. None of these may throw. */
export interface Flusher {
  /** Runs before a flush. Its cost does not depend on how often it runs, so the pacing does not count it. */
  prepare(): void;
  /** Does a part of the flush. Returns whether there is more to do, in the next turn of the event loop. */
  run(): boolean;
  /** The share of the last flush's cost that gathering more per flush would save: from 0 to 1. */
  saving(): number;
  /** When the next flush is wanted (`performance.now()`): 0 for as soon as possible, infinity for not before it is woken. */
  due(): number;
}

/** A flush that has begun but not ended. */
interface Flush {
  /** Whether new entries were gathered for it, so that the pacing counts it. */
  readonly paced: boolean;
  /** When it began, on the clock of `performance.now()`. */
  readonly began: number;
  /** Its cost so far, in milliseconds, and in how many turns of the event loop. */
  cost: number;
  turns: number;
  /** When the next flush is wanted, as requested in the meantime. */
  wanted: number;
  /** Whether some cursors lag behind it. */
  lagging: boolean;
}

/**
 * Runs a flush when one is wanted, as soon as the pacing allows, and never two at once. Between its parts the event
 * loop reads, so that a large room is not deaf while it speaks. It owns its timers.
 */
export class FlushSchedule implements Disposable {
  readonly #scheduled: Flusher;
  readonly #pacing = new Pacing();
  #timer?: ReturnType<typeof setTimeout>;
  #immediate?: unknown;
  /** When the next flush is due (`performance.now()`); 0 for as soon as the pacing allows. */
  #due = Infinity;
  #flush?: Flush;
  /** Whether a part of a flush is running at this moment. */
  #running = false;
  #disposed = false;

  /** See {@linkcode Flusher}. */
  constructor(scheduled: Flusher) {
    this.#scheduled = scheduled;
  }

  /** Requests a flush, not before the time `at`. What a flush itself requests is asked for by `due` when it ends. */
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

  /** Continues in the next turn of the event loop, for cursors that lag: there is nothing to gather for them. */
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
    // The cost of one turn of the event loop, because what comes between its turns is already being gathered.
    const end = began + cost;
    if (paced) this.#pacing.flushed(end - this.#scheduled.saving() * cost / turns, end);
    if (lagging) this.goOn();
    this.wake(Math.min(wanted, this.#scheduled.due()));
  }

  /** Stops flushing. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }
}

function newFlush({ paced }: { paced: boolean }): Flush {
  return { paced, began: performance.now(), cost: 0, turns: 0, wanted: Infinity, lagging: false };
}
