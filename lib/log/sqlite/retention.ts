import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRIES_PER_STEP, EntryRemover } from "./remover.ts";
import type { RoomTable } from "./rooms.ts";
import { ROOM_SIZE } from "./rows.ts";
import { type Clocks, TrustedClock } from "./trusted_clock.ts";

/** What is kept of the logs: a number of entries of each room, or those of a time. */
export interface Keep {
  /** How many of the newest entries of each room to keep. */
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
  /** The rooms of the file. */
  rooms: RoomTable;
  /** Removes entries from it. */
  remover: EntryRemover;
}

/** How many entries are looked at together for being too old. */
const ENTRIES_PER_LOOK = 500;

/** How many clients are looked at together for being forgotten. */
const CLIENTS_PER_LOOK = 500;

/** How many milliseconds of each interval may be spent on removing. */
const STEP_BUDGET_MS = 5;

/** How often, in milliseconds, to look for entries to remove. */
const RETENTION_INTERVAL_MS = 100;

/** For how many times what it took to look at all rooms they are left alone then: there may be many. */
const PAUSE_FACTOR = 50;

/** How many milliseconds may be spent on removing before the logs are used. */
const START_BUDGET_MS = 2000;

/** How many moments are remembered for a room, with how far its log was at each. */
const MAX_MARKS = 64;

/** A moment, by the uptime, and the last entry at that moment. */
interface Mark {
  seq: number;
  at: number;
}

/** What is known of the age of a room's entries, by their numbers. */
interface Age {
  /** The last entry of earlier runs. */
  before: number;
  /** The last entry that is too old by the uptime. */
  aged: number;
  /** Of earlier runs, all entries up to this one are too old, or have a time that is still to come. */
  seen: number;
  /** The last of them that is too old. */
  tooOld: number;
  marks: Mark[];
}

/**
 * Removes what need not be kept any more from all rooms, oldest first, a little at a time, and gives the space back. It
 * owns its timer.
 *
 * Age: the times of entries do not grow with their numbers, because the clock may have been wrong when one was made. Of
 * earlier runs, everything goes up to the last entry that is too old before the first that is not; entries whose time is
 * still to come are neither. What was said in this run, and all before it, is too old when the uptime says so, whatever
 * the clock on the wall has shown meanwhile. An uptime that stands still while the machine sleeps keeps entries longer.
 */
export class Retention implements Disposable {
  readonly #db: DatabaseSync;
  readonly #keep: Keep;
  readonly #rooms: RoomTable;
  readonly #remover: EntryRemover;
  readonly #uptime: () => number;
  readonly #clock: TrustedClock;
  readonly #look: StatementSync;
  readonly #lookAtClients: StatementSync;
  readonly #forgetClients: StatementSync;
  readonly #ages = new Map<number, Age>();
  #timer: ReturnType<typeof setTimeout>;
  /** All rooms up to this one have been looked at. */
  #room = -1;
  /** How many milliseconds that has taken. */
  #took = 0;
  /** Whether entries were removed since it was last begun to forget clients. */
  #removed = false;
  /** The last client that was looked at; none before the first. */
  #client = "";

  /** Begins; of what is too much already, most is removed at once. */
  constructor(db: DatabaseSync, { keep, now, uptime, written, rooms, remover }: RetentionOptions) {
    this.#db = db;
    this.#keep = keep;
    this.#rooms = rooms;
    this.#remover = remover;
    this.#uptime = uptime;
    this.#clock = new TrustedClock({ now, uptime }, written);
    this.#look = db.prepare(
      `SELECT place, time FROM entries WHERE place > ? AND place <= ? ORDER BY place LIMIT ${ENTRIES_PER_LOOK}`,
    );
    this.#lookAtClients = db.prepare(
      `SELECT max(member) AS last FROM (SELECT member FROM clients WHERE member > ? ORDER BY member LIMIT ${CLIENTS_PER_LOOK})`,
    );
    // Of those that were noted before the first entry of a room, that one decides.
    this.#forgetClients = db.prepare(`
      DELETE FROM clients WHERE member > ? AND member <= ? AND max(place, ((place >> 32) << 32) + 1) < (
        SELECT min(kept.place) FROM entries AS kept
        WHERE kept.place > ((clients.place >> 32) << 32) AND kept.place < (((clients.place >> 32) + 1) << 32)
      )`);
    if (this.prune(START_BUDGET_MS)) this.#try(() => remover.compact(START_BUDGET_MS));
    this.#timer = this.#schedule(RETENTION_INTERVAL_MS);
  }

  /** A room is in use from now on; all that is in it, up to entry `last`, is of earlier runs, unless it was in use before. */
  opened(room: number, last: number): void {
    if (this.#keep.age !== undefined && !this.#ages.has(room)) this.#ages.set(room, newAge(last));
  }

  /** There is no such room any more. */
  ended(room: number): void {
    this.#ages.delete(room);
  }

  #schedule(wait: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const began = performance.now();
      const done = this.prune(STEP_BUDGET_MS);
      this.#took += performance.now() - began;
      const pause = done ? PAUSE_FACTOR * this.#took : 0;
      if (done) this.#took = 0;
      this.#timer = this.#schedule(Math.max(RETENTION_INTERVAL_MS, pause));
    }, wait);
  }

  /**
   * Goes on removing what is too much, for `budget` milliseconds at most. Returns whether all rooms have been looked at,
   * and all of that is gone.
   */
  prune(budget: number): boolean {
    const end = performance.now() + budget;
    let done = false;
    this.#try(() => {
      while (!done && performance.now() < end) {
        const next = this.#rooms.next(this.#room);
        if (next === undefined) {
          this.#room = -1;
          done = this.#forgetUntil(end);
          return;
        }
        if (!this.#pruneRoom(next.room, end)) return;
        this.#room = next.room;
      }
    });
    return done;
  }

  #try(run: () => void): void {
    try {
      run();
    } catch {
      // The disk is full or fails: whoever speaks is told, and this is tried again.
    }
  }

  /** Removes what is too much of one room. Returns whether there was time for all of it. */
  #pruneRoom(room: number, end: number): boolean {
    const last = this.#rooms.last(room);
    const until = this.#limit(room, last, end);
    while (until > 0) {
      const removed = this.#remover.remove(room, until);
      if (removed > 0) this.#removed = true;
      if (removed < ENTRIES_PER_STEP) break;
      if (performance.now() >= end) return false;
    }
    return true;
  }

  /** The number up to which entries are to be removed. The last one always stays: numbers go on after it. */
  #limit(room: number, last: number, end: number): number {
    const { entries = Infinity, age } = this.#keep;
    const tooMany = Math.max(0, last - entries);
    return Math.min(
      last - 1,
      Math.max(tooMany, age === undefined ? 0 : this.#findTooOld(room, { last, end })),
    );
  }

  /** The last entry of a room that is too old, as far as that could be found out until `end`. */
  #findTooOld(room: number, { last, end }: { last: number; end: number }): number {
    this.opened(room, last);
    const age = this.#ages.get(room)!;
    this.#mark(age, last);
    const now = this.#clock.read();
    while (this.#lookOn(room, age, now) && performance.now() < end);
    return Math.max(age.aged, age.tooOld);
  }

  /** Looks at some more entries of earlier runs. Returns whether there may be more that are too old. */
  #lookOn(room: number, age: Age, now: number): boolean {
    const base = room * ROOM_SIZE;
    const rows = this.#look.all(base + Math.max(age.aged, age.seen), base + age.before) as {
      place: number;
      time: string;
    }[];
    for (const { place, time } of rows) {
      const made = Date.parse(time) || 0;
      if (made <= now && now - made <= this.#keep.age!) return false;
      age.seen = place - base;
      if (made <= now) age.tooOld = age.seen;
    }
    return rows.length === ENTRIES_PER_LOOK;
  }

  /** Notes now and then how far a room's log is, and what it had reached longer ago than entries are kept. */
  #mark(age: Age, last: number): void {
    const { marks } = age;
    const kept = this.#keep.age!;
    const at = this.#uptime();
    const newest = marks.at(-1);
    if (newest === undefined || (last > newest.seq && at - newest.at >= kept / MAX_MARKS)) {
      marks.push({ seq: last, at });
    }
    while (marks.length > 0 && at - marks[0].at > kept) age.aged = marks.shift()!.seq;
  }

  /**
   * Goes on forgetting the `/once` numbers that were noted when the last entry was one that is no longer kept. Returns
   * whether there was time for all of it.
   */
  #forgetUntil(end: number): boolean {
    if (!this.#removed && this.#client === "") return true;
    if (this.#client === "") this.#removed = false;
    while (performance.now() < end) {
      const { last } = this.#lookAtClients.get(this.#client) as { last: string | null };
      if (last !== null) this.#forgetClients.run(this.#client, last);
      this.#client = last ?? "";
      if (last === null) return true;
    }
    return false;
  }

  /** Stops removing. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function newAge(before: number): Age {
  return { before, aged: 0, seen: 0, tooOld: 0, marks: [] };
}
