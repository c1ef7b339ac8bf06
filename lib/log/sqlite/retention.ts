import type { DatabaseSync } from "node:sqlite";

/** What is kept of a log: a number of entries, or those of a time in milliseconds. */
export interface Keep {
  /** So many of the newest entries. */
  entries?: number;
  /** All that are no older than so many milliseconds. */
  age?: number;
}

/** How many entries are removed at a time, so that nobody waits for it. */
const SLICE = 100;

/** How many pages of the index are merged at a time. */
const MERGE = 16;

/** How many milliseconds of each interval may go into removing. */
const BUDGET = 5;

/** How often, in milliseconds, it is looked for what need not be kept any more. */
const INTERVAL = 100;

/** How many milliseconds may go into it before the log is used. */
const AT_START = 2000;

/** Removes what is not to be kept, little by little, and gives the space back. It owns its timer. */
export class Retention implements Disposable {
  readonly #keep: Keep;
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #timer: ReturnType<typeof setInterval>;

  /** Begins; of what is too much already, most is removed at once. `now`: the clock, in milliseconds since 1970. */
  constructor(db: DatabaseSync, keep: Keep, now: () => number) {
    this.#db = db;
    this.#keep = keep;
    this.#now = now;
    this.prune(AT_START);
    this.#timer = setInterval(() => this.#tick(), INTERVAL);
  }

  /** Removes what is too much, for so many milliseconds at most. The last entry always stays: numbers go on after it. */
  prune(budget: number): void {
    const end = performance.now() + budget;
    while (this.#slice() === SLICE && performance.now() < end);
  }

  #tick(): void {
    try {
      this.prune(BUDGET);
    } catch {
      // The disk is full, or fails: whoever speaks is told, and this is tried again.
    }
  }

  /** Gives how many it removed. */
  #slice(): number {
    const { entries = Infinity, age = Infinity } = this.#keep;
    const { last } = this.#db.prepare("SELECT max(seq) AS last FROM entries").get() as {
      last: number | null;
    };
    if (last === null) return 0;
    const before = Math.min(last, Math.max(0, last - entries + 1));
    const oldest = age === Infinity ? "" : new Date(Math.max(0, this.#now() - age)).toISOString();
    const { changes } = this.#db.prepare(`
      DELETE FROM entries WHERE seq < ?1 AND seq IN (
        SELECT seq FROM (SELECT seq, time FROM entries ORDER BY seq LIMIT ${SLICE}) WHERE seq < ?2 OR time < ?3
      )`).run(last, before, oldest);
    if (changes === 0) return 0;
    this.#db.exec("DELETE FROM clients WHERE time < (SELECT time FROM entries ORDER BY seq LIMIT 1)");
    // Of the index, only what is merged gives its space back.
    this.#db.exec(`INSERT INTO search (search, rank) VALUES ('merge', -${MERGE})`);
    // It gives back a page with each step.
    this.#db.prepare("PRAGMA incremental_vacuum").all();
    return Number(changes);
  }

  /** Removes nothing any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
