import { Pacing } from "./pacing.ts";

/**
 * How many cursors are fed in one turn of the event loop. Deno's sockets do 128 operations a turn (the budget of a task
 * in tokio); each write beyond that is refused at first and queued separately. What is left is for reading.
 */
export const CURSORS_PER_TURN = 110;

/** A turn of the event loop. */
export interface Turn {
  /** How many cursors may still be fed in it. */
  left: number;
}

/** What is scheduled: a room's part of a flush. None of these may throw. */
export interface Flusher {
  /** Runs before it is flushed. Its cost does not depend on how often it runs, so the pacing does not count it. */
  prepare(): void;
  /** Does what one turn of the event loop has left for it. Returns whether there is more to do, in the next one. */
  run(turn: Turn): boolean;
  /** The share of the last flush's cost that gathering more per flush would save: from 0 to 1. */
  saving(): number;
  /** When the next flush is wanted (`performance.now()`): 0 for as soon as possible, infinity for not before it is woken. */
  due(): number;
}

/** How a flusher asks for flushes. It asks for no more when disposed of. */
export interface FlushRequests extends Disposable {
  /** Requests a flush, not before the time `at`. What a flush itself requests is asked for by `due` when it ends. */
  wake(at?: number): void;
  /** Continues in the next turn of the event loop, for cursors that lag: there is nothing to gather for them. */
  goOn(): void;
}

/** A flusher that was added. */
interface Scheduled {
  readonly flusher: Flusher;
  /** When it wants the next flush (`performance.now()`); 0 for as soon as the pacing allows. */
  due: number;
  /** Whether it is running at this moment. */
  running: boolean;
}

/** A flush that has begun but not ended. */
interface Flush {
  /** Whether new entries were gathered for it, so that the pacing counts it. */
  readonly paced: boolean;
  /** When it began, on the clock of `performance.now()`. */
  readonly began: number;
  /** Those still to be flushed, and whether the first of them has begun. */
  readonly queue: Scheduled[];
  begun: boolean;
  /** Its cost so far, in milliseconds, and in how many turns of the event loop. */
  cost: number;
  turns: number;
  /** What of the cost gathering more would have saved. */
  saving: number;
}

/**
 * Runs flushes when they are wanted, as soon as the pacing allows, and never two at once. All rooms of a server share
 * one: what the pacing bounds is the processor's share that goes into flushes, and a turn of the event loop, and there is
 * only one of each. Between the parts of a flush the event loop reads, so that a large room is not deaf while it speaks. It
 * has timers only while something is scheduled.
 */
export class FlushSchedule {
  readonly #pacing = new Pacing();
  readonly #all = new Set<Scheduled>();
  readonly #wanting = new Set<Scheduled>();
  readonly #lagging = new Set<Scheduled>();
  #timer?: ReturnType<typeof setTimeout>;
  #immediate?: unknown;
  /** When the next flush is due (`performance.now()`); 0 for as soon as the pacing allows. */
  #due = Infinity;
  #flush?: Flush;

  /** Adds a flusher, which nobody wants to run yet. */
  add(flusher: Flusher): FlushRequests {
    const scheduled = { flusher, due: Infinity, running: false };
    this.#all.add(scheduled);
    return {
      wake: (at = 0) => this.#wake(scheduled, at),
      goOn: () => this.#goOn(scheduled),
      [Symbol.dispose]: () => this.#remove(scheduled),
    };
  }

  #wake(scheduled: Scheduled, at: number): void {
    if (scheduled.running || at >= scheduled.due || !this.#all.has(scheduled)) return;
    scheduled.due = at;
    this.#wanting.add(scheduled);
    this.#plan(at);
  }

  #goOn(scheduled: Scheduled): void {
    if (!this.#all.has(scheduled)) return;
    this.#lagging.add(scheduled);
    if (this.#flush === undefined) this.#later();
  }

  #remove(scheduled: Scheduled): void {
    for (const set of [this.#all, this.#wanting, this.#lagging]) set.delete(scheduled);
    if (this.#all.size > 0) return;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#immediate = this.#flush = undefined;
    this.#due = Infinity;
  }

  /** Has a flush begin at the time `at`, or when the pacing allows. */
  #plan(at: number): void {
    if (this.#flush !== undefined || at >= this.#due) return;
    const now = performance.now();
    const wait = Math.max(at - now, this.#pacing.wait(now));
    clearTimeout(this.#timer);
    this.#due = at;
    if (wait <= 0) queueMicrotask(() => this.#begin());
    else this.#timer = setTimeout(() => this.#begin(), wait);
  }

  #later(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      this.#run(this.#flush ?? this.#forLagging());
    });
  }

  #begin(): void {
    const until = Math.max(this.#due, performance.now());
    this.#due = Infinity;
    if (this.#flush !== undefined) return;
    const queue = [...this.#wanting].filter(({ due }) => due <= until);
    if (queue.length > 0) this.#run(newFlush({ paced: true, queue }));
  }

  #forLagging(): Flush {
    const queue = [...this.#lagging];
    this.#lagging.clear();
    return newFlush({ paced: false, queue });
  }

  /** Does what one turn of the event loop is for. */
  #run(flush: Flush): void {
    this.#flush = flush;
    flush.turns++;
    const turn = { left: CURSORS_PER_TURN };
    while (flush.queue.length > 0 && turn.left > 0) this.#runFirst(flush, turn);
    if (flush.queue.length > 0) this.#later();
    else this.#end(flush);
  }

  #runFirst(flush: Flush, turn: Turn): void {
    const [scheduled] = flush.queue;
    const more = this.#all.has(scheduled) && this.#runPart(flush, scheduled, turn);
    flush.begun = more;
    if (more) return;
    flush.queue.shift();
    this.#wake(scheduled, scheduled.flusher.due());
  }

  #runPart(flush: Flush, scheduled: Scheduled, turn: Turn): boolean {
    const { flusher } = scheduled;
    scheduled.running = true;
    if (flush.paced && !flush.begun) {
      this.#wanting.delete(scheduled);
      scheduled.due = Infinity;
      flusher.prepare();
    }
    const start = performance.now();
    const more = flusher.run(turn);
    const cost = performance.now() - start;
    scheduled.running = false;
    flush.cost += cost;
    flush.saving += cost * flusher.saving();
    return more;
  }

  #end({ paced, began, cost, turns, saving }: Flush): void {
    this.#flush = undefined;
    // The cost of one turn of the event loop, because what comes between its turns is already being gathered.
    const end = began + cost;
    if (paced) this.#pacing.flushed(end - saving / turns, end);
    if (this.#lagging.size > 0) this.#later();
    for (const { due } of this.#wanting) this.#plan(due);
  }
}

function newFlush({ paced, queue }: Pick<Flush, "paced" | "queue">): Flush {
  return { paced, queue, began: performance.now(), begun: false, cost: 0, turns: 0, saving: 0 };
}
