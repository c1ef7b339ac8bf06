import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./transaction.ts";

/** What is kept of a log: a number of entries, or those of a time in milliseconds. */
export interface Keep {
  /** So many of the newest entries. */
  entries?: number;
  /** All that are no older than so many milliseconds. */
  age?: number;
}

/** How many entries are removed at a time, so that nobody waits for it. */
const ENTRIES_PER_STEP = 100;

/** About how many pages of the index are merged at a time: only what is merged gives its space back. */
const PAGES_PER_MERGE = 4;

/** How many milliseconds of each interval may go into removing. */
const STEP_BUDGET_MS = 5;

/** How often, in milliseconds, it is looked for what need not be kept any more. */
const RETENTION_INTERVAL_MS = 100;

/** How many milliseconds may go into it before the log is used. */
const START_BUDGET_MS = 2000;

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
    this.#try(() => {
      if (this.#prune(START_BUDGET_MS)) this.#compact(START_BUDGET_MS);
    });
    this.#timer = setInterval(() => this.#try(() => this.#prune(STEP_BUDGET_MS)), RETENTION_INTERVAL_MS);
  }

  #try(run: () => void): void {
    try {
      run();
    } catch {
      // The disk is full, or fails: whoever speaks is told, and this is tried again.
    }
  }

  /** Removes what is too much, for so many milliseconds at most. Gives whether all of it was. */
  #prune(budget: number): boolean {
    const end = performance.now() + budget;
    let removed;
    while ((removed = this.#slice()) === ENTRIES_PER_STEP && performance.now() < end);
    return removed < ENTRIES_PER_STEP;
  }

  /** Gives how many it removed. The last entry always stays: numbers go on after it. */
  #slice(): number {
    const { entries = Infinity, age = Infinity } = this.#keep;
    const { last } = this.#db.prepare("SELECT max(seq) AS last FROM entries").get() as {
      last: number | null;
    };
    if (last === null) return 0;
    const before = Math.min(last, Math.max(0, last - entries + 1));
    const oldest = age === Infinity ? "" : new Date(Math.max(0, this.#now() - age)).toISOString();
    let removed = 0;
    transaction(this.#db, () => {
      removed = Number(
        this.#db.prepare(`
          DELETE FROM entries WHERE seq < ?1 AND seq IN (
            SELECT seq FROM (SELECT seq, time FROM entries ORDER BY seq LIMIT ${ENTRIES_PER_STEP}) WHERE seq < ?2 OR time < ?3
          )`).run(last, before, oldest).changes,
      );
      if (removed === 0) return;
      this.#db.exec("DELETE FROM clients WHERE time < (SELECT time FROM entries ORDER BY seq LIMIT 1)");
      this.#merge(PAGES_PER_MERGE);
    });
    if (removed > 0) this.#giveBack();
    return removed;
  }

  /** Makes the index as small as it can be. Only now and then: each time all of it is to be merged anew. */
  #compact(budget: number): void {
    const end = performance.now() + budget;
    for (let pages = -PAGES_PER_MERGE; performance.now() < end; pages = PAGES_PER_MERGE) {
      // What FTS5 says of it: a merge that had nothing left to do changes less than two rows.
      if (this.#merge(pages) < 2) break;
      this.#giveBack();
    }
  }

  /** Gives how many rows of its tables the index has changed. */
  #merge(pages: number): number {
    const changes = () => Number(this.#db.prepare("SELECT total_changes() AS count").get()!.count);
    const before = changes();
    this.#db.exec(`INSERT INTO search (search, rank) VALUES ('merge', ${pages})`);
    return changes() - before;
  }

  #giveBack(): void {
    // It gives back a page with each step.
    this.#db.prepare("PRAGMA incremental_vacuum").all();
  }

  /** Removes nothing any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
