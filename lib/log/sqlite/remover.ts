import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ROOM_SIZE } from "./rows.ts";
import { transaction } from "./transaction.ts";

/** How many entries are removed at a time, so that nobody waits for it. */
export const ENTRIES_PER_STEP = 100;

/** About how many pages of the index are merged at a time: only what is merged gives its space back. */
const PAGES_PER_CLEANUP = 4;

/** Removes the oldest entries of rooms, a slice at a time, counts the messages among them, and gives the space back. */
export class EntryRemover {
  readonly #db: DatabaseSync;
  readonly #first: StatementSync;
  readonly #remove: StatementSync;
  readonly #forget: StatementSync;
  readonly #giveBack: StatementSync;
  readonly #changes: StatementSync;

  /** `db`: an open file. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#first = db.prepare("SELECT 1 FROM entries WHERE place > ? AND place <= ? LIMIT 1");
    this.#remove = db.prepare(`
      DELETE FROM entries WHERE place IN (
        SELECT place FROM entries WHERE place > ? AND place <= ? ORDER BY place LIMIT ${ENTRIES_PER_STEP}
      ) RETURNING kind IN ('said', 'action') AS message`);
    this.#forget = db.prepare("UPDATE rooms SET forgotten = forgotten + ? WHERE room = ?");
    // Each step of the statement gives back one page.
    this.#giveBack = db.prepare("PRAGMA incremental_vacuum");
    this.#changes = db.prepare("SELECT total_changes() AS count");
  }

  /**
   * Removes a slice of a room's entries up to this number. Returns how many.
   *
   * @throws if that cannot be kept; then none was removed
   */
  remove(room: number, until: number): number {
    const base = room * ROOM_SIZE;
    if (this.#first.get(base, base + until) === undefined) return 0;
    let removed = 0;
    transaction(this.#db, () => {
      const rows = this.#remove.all(base, base + until) as { message: number }[];
      removed = rows.length;
      this.#forget.run(rows.filter(({ message }) => message === 1).length, room);
      this.#merge(PAGES_PER_CLEANUP);
    });
    this.#giveBack.all();
    return removed;
  }

  /** Makes the index as small as it can within `budget` milliseconds. Each time all of it has to be merged again. */
  compact(budget: number): void {
    const end = performance.now() + budget;
    for (let pages = -PAGES_PER_CLEANUP; performance.now() < end; pages = PAGES_PER_CLEANUP) {
      // FTS5's own sign for it: a merge that had nothing left to do changes fewer than two rows.
      if (this.#merge(pages) < 2) break;
      this.#giveBack.all();
    }
  }

  /** Merges a part of the index. Returns how many rows of its tables changed. */
  #merge(pages: number): number {
    const changes = () => this.#changes.get()!.count as number;
    const before = changes();
    this.#db.exec(`INSERT INTO search (search, rank) VALUES ('merge', ${pages})`);
    return changes() - before;
  }
}
