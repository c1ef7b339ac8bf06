import type { DatabaseSync, StatementSync } from "node:sqlite";
import { transaction } from "./transaction.ts";
import { type Clocks, TrustedClock } from "./trusted_clock.ts";

/** What is kept of a log: a number of entries, or those of a time. */
export interface Keep {
  /** How many of the newest entries to keep. */
  entries?: number;
  /** How long to keep an entry, in milliseconds. */
  age?: number;
}

/** What retention goes by. */
export interface RetentionOptions extends Clocks {
  /** What to keep. */
  keep: Keep;
  /** When the file was last written, in milliseconds since 1970, by the clock of that time. */
  written: number;
}

/** How many entries are removed at a time, so that nobody waits for it. */
const ENTRIES_PER_STEP = 100;

/** How many entries are looked at together for being too old. */
const ENTRIES_PER_LOOK = 500;

/** About how many pages of the index are merged at a time: only what is merged gives its space back. */
const PAGES_PER_CLEANUP = 4;

/** How many milliseconds of each interval may be spent on removing. */
const STEP_BUDGET_MS = 5;

/** How often, in milliseconds, to look for entries to remove. */
const RETENTION_INTERVAL_MS = 100;

/** How many milliseconds may be spent on removing before the log is used. */
const START_BUDGET_MS = 2000;

/** How many moments are remembered, with how far the log was at each. */
const MAX_MARKS = 64;

/** A moment, by the uptime, and the last entry at that moment. */
interface Mark {
  seq: number;
  at: number;
}

/**
 * Removes what need not be kept any more, oldest first, a little at a time, and gives the space back. It owns its timer.
 *
 * Age: the times of entries do not grow with their numbers, because the clock may have been wrong when one was made. Of
 * earlier runs, everything goes up to the last entry that is too old before the first that is not; entries whose time is
 * still to come are neither. What was said in this run, and all before it, is too old when the uptime says so, whatever
 * the clock on the wall has shown meanwhile. An uptime that stands still while the machine sleeps keeps entries longer.
 */
export class Retention implements Disposable {
  readonly #keep: Keep;
  readonly #db: DatabaseSync;
  readonly #uptime: () => number;
  readonly #clock: TrustedClock;
  /** The last entry of earlier runs. */
  readonly #before: number;
  readonly #bounds: StatementSync;
  readonly #look: StatementSync;
  readonly #remove: StatementSync;
  readonly #marks: Mark[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  /** The last entry that is too old by the uptime. */
  #aged = 0;
  /** Of earlier runs, all entries up to this one are too old, or have a time that is still to come. */
  #seen = 0;
  /** The last of them that is too old. */
  #tooOld = 0;

  /** Begins; of what is too much already, most is removed at once. */
  constructor(db: DatabaseSync, { keep, now, uptime, written }: RetentionOptions) {
    this.#db = db;
    this.#keep = keep;
    this.#uptime = uptime;
    this.#clock = new TrustedClock({ now, uptime }, written);
    this.#bounds = db.prepare("SELECT min(seq) AS first, max(seq) AS last FROM entries");
    this.#look = db.prepare(
      `SELECT seq, time FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${ENTRIES_PER_LOOK}`,
    );
    this.#remove = db.prepare(
      `DELETE FROM entries WHERE seq IN (SELECT seq FROM entries WHERE seq <= ? ORDER BY seq LIMIT ${ENTRIES_PER_STEP})`,
    );
    this.#before = this.#last;
    if (this.prune(START_BUDGET_MS)) this.#try(() => this.#compact(START_BUDGET_MS));
    this.#timer = setInterval(() => this.prune(STEP_BUDGET_MS), RETENTION_INTERVAL_MS);
  }

  /** Removes what is too much, for `budget` milliseconds at most. Returns whether all of that is gone. */
  prune(budget: number): boolean {
    const end = performance.now() + budget;
    let removed = 0;
    this.#try(() => {
      const until = this.#limit(end);
      while ((removed = this.#slice(until)) === ENTRIES_PER_STEP && performance.now() < end);
    });
    return removed < ENTRIES_PER_STEP;
  }

  #try(run: () => void): void {
    try {
      run();
    } catch {
      // The disk is full or fails: whoever speaks is told, and this is tried again.
    }
  }

  get #last(): number {
    return Number(this.#bounds.get()!.last ?? 0);
  }

  /** The number up to which entries are to be removed. The last one always stays: numbers go on after it. */
  #limit(end: number): number {
    const { entries = Infinity, age } = this.#keep;
    const last = this.#last;
    const tooMany = Math.max(0, last - entries);
    return Math.min(last - 1, Math.max(tooMany, age === undefined ? 0 : this.#findTooOld(age, last, end)));
  }

  /** The last entry that is too old, as far as that could be found out until `end`. */
  #findTooOld(age: number, last: number, end: number): number {
    this.#mark(age, last);
    const now = this.#clock.read();
    while (performance.now() < end && this.#lookOn(now, age));
    return Math.max(this.#aged, this.#tooOld);
  }

  /** Looks at some more entries of earlier runs. Returns whether there may be more that are too old. */
  #lookOn(now: number, age: number): boolean {
    const rows = this.#look.all(Math.max(this.#aged, this.#seen), this.#before) as {
      seq: number;
      time: string;
    }[];
    for (const { seq, time } of rows) {
      const made = Date.parse(time) || 0;
      if (made <= now && now - made <= age) return false;
      this.#seen = seq;
      if (made <= now) this.#tooOld = seq;
    }
    return rows.length === ENTRIES_PER_LOOK;
  }

  /** Notes now and then how far the log is, and what it had reached longer ago than `age`. */
  #mark(age: number, last: number): void {
    const at = this.#uptime();
    const newest = this.#marks.at(-1);
    if (newest === undefined || (last > newest.seq && at - newest.at >= age / MAX_MARKS)) {
      this.#marks.push({ seq: last, at });
    }
    while (this.#marks.length > 0 && at - this.#marks[0].at > age) this.#aged = this.#marks.shift()!.seq;
  }

  /** Removes a slice of the entries up to this one. Returns how many. */
  #slice(until: number): number {
    let removed = 0;
    const first = Number(this.#bounds.get()!.first ?? Infinity);
    if (first > until) return 0;
    transaction(this.#db, () => {
      removed = Number(this.#remove.run(until).changes);
      this.#db.exec("DELETE FROM clients WHERE seq < (SELECT min(seq) FROM entries)");
      this.#merge(PAGES_PER_CLEANUP);
    });
    this.#giveBack();
    return removed;
  }

  /** Makes the index as small as possible. Only at the start: each time all of it has to be merged again. */
  #compact(budget: number): void {
    const end = performance.now() + budget;
    for (let pages = -PAGES_PER_CLEANUP; performance.now() < end; pages = PAGES_PER_CLEANUP) {
      // FTS5's own sign for it: a merge that had nothing left to do changes fewer than two rows.
      if (this.#merge(pages) < 2) break;
      this.#giveBack();
    }
  }

  /** Merges a part of the index. Returns how many rows of its tables changed. */
  #merge(pages: number): number {
    const changes = () => Number(this.#db.prepare("SELECT total_changes() AS count").get()!.count);
    const before = changes();
    this.#db.exec(`INSERT INTO search (search, rank) VALUES ('merge', ${pages})`);
    return changes() - before;
  }

  #giveBack(): void {
    // Each step of the statement gives back one page.
    this.#db.prepare("PRAGMA incremental_vacuum").all();
  }

  /** Stops removing. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
