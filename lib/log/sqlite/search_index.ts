import type { DatabaseSync, StatementSync } from "node:sqlite";
import { delay } from "@std/async/delay";
import { COLUMNS, type Row } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** How many messages are indexed at a time, so that nobody waits for it. */
const MESSAGES_PER_STEP = 100;

/** How often, in milliseconds, it is looked for messages to index. */
const INDEX_INTERVAL_MS = 50;

/** After a search comes a pause of so many times what it took: it looks through all messages at once, and others wait. */
const SEARCH_PAUSE_FACTOR = 4;

/**
 * Searches, and brings the index for `/search` up to date, little by little: indexing a message costs several times what keeping it
 * does, and nobody waits for it but who searches. It owns its timer.
 */
export class SearchIndex implements Disposable {
  readonly #db: DatabaseSync;
  readonly #last: () => number;
  readonly #next: StatementSync;
  readonly #add: StatementSync;
  readonly #note: StatementSync;
  readonly #find: StatementSync;
  readonly #timer: ReturnType<typeof setInterval>;
  /** All messages up to this entry are in the index. */
  #indexed: number;
  #searching: Promise<unknown> = Promise.resolve();
  /** When the next search may begin, on the clock of `performance.now()`. */
  #nextSearch = 0;
  readonly #stop = new AbortController();

  /** `last`: gives the number of the last entry. */
  constructor(db: DatabaseSync, last: () => number) {
    const messages = "FROM entries WHERE kind IN ('said', 'action') AND seq > ?";
    this.#db = db;
    this.#last = last;
    this.#indexed = (db.prepare("SELECT indexed FROM room").get() as { indexed: number }).indexed;
    this.#next = db.prepare(
      `SELECT count(*) AS count, max(seq) AS last FROM (SELECT seq ${messages} ORDER BY seq LIMIT ${MESSAGES_PER_STEP})`,
    );
    this.#add = db.prepare(
      `INSERT INTO search (rowid, name, text) SELECT seq, name, text ${messages} AND seq <= ?`,
    );
    this.#note = db.prepare("UPDATE room SET indexed = ?");
    this.#find = db.prepare(`
      SELECT ${COLUMNS} FROM entries WHERE seq IN (
        SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?
      ) ORDER BY seq DESC`);
    this.#timer = setInterval(() => this.#tick(), INDEX_INTERVAL_MS);
  }

  /** The newest messages that have all of these words, newest first, `limit` at most, of all that is in the log now. */
  search(words: readonly string[], limit: number): Promise<Row[]> {
    // One after the other, however many ask.
    const found = this.#searching.then(() => this.#search(words, limit));
    this.#searching = found.catch(() => {});
    return found;
  }

  async #search(words: readonly string[], limit: number): Promise<Row[]> {
    const { signal } = this.#stop;
    const last = this.#last();
    while (!signal.aborted && this.#indexed < last && this.#tick()) await delay(0);
    await delay(Math.max(0, this.#nextSearch - performance.now()), { signal }).catch(() => {});
    if (signal.aborted) return [];
    // Between quotes nothing is an operator.
    const query = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(" ");
    const began = performance.now();
    const rows = this.#find.all(query, limit) as Row[];
    const ended = performance.now();
    this.#nextSearch = ended + SEARCH_PAUSE_FACTOR * (ended - began);
    return rows;
  }

  /** Gives whether that could be done. */
  #tick(): boolean {
    try {
      if (this.#indexed < this.#last()) this.#step();
      return true;
    } catch {
      // The disk is full, or fails: whoever speaks is told, and this is tried again.
      return false;
    }
  }

  #step(): void {
    const last = this.#last();
    const next = this.#next.get(this.#indexed) as { count: number; last: number };
    if (next.count > 0) this.#index(next.last);
    this.#indexed = next.count < MESSAGES_PER_STEP ? last : next.last;
  }

  #index(last: number): void {
    transaction(this.#db, () => {
      this.#add.run(this.#indexed, last);
      this.#note.run(last);
    });
  }

  /** Indexes nothing any more. */
  [Symbol.dispose](): void {
    this.#stop.abort();
    clearInterval(this.#timer);
  }
}
