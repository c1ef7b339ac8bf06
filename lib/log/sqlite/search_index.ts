import type { DatabaseSync, StatementSync } from "node:sqlite";

/** How many messages are indexed at a time, so that nobody waits for it. */
const SLICE = 100;

/** How often, in milliseconds, it is looked for messages to index. */
const INTERVAL = 50;

/**
 * Brings the index for `/search` up to date, little by little: indexing a message costs several times what keeping it
 * does, and nobody waits for it but who searches. It owns its timer.
 */
export class SearchIndex implements Disposable {
  readonly #db: DatabaseSync;
  readonly #last: () => number;
  readonly #next: StatementSync;
  readonly #add: StatementSync;
  readonly #note: StatementSync;
  readonly #timer: ReturnType<typeof setInterval>;
  /** All messages up to this entry are in the index. */
  #indexed: number;
  #disposed = false;

  /** `last`: gives the number of the last entry. */
  constructor(db: DatabaseSync, last: () => number) {
    const messages = "FROM entries WHERE kind IN ('said', 'action') AND seq > ?";
    this.#db = db;
    this.#last = last;
    this.#indexed = (db.prepare("SELECT indexed FROM room").get() as { indexed: number }).indexed;
    this.#next = db.prepare(
      `SELECT count(*) AS count, max(seq) AS last FROM (SELECT seq ${messages} ORDER BY seq LIMIT ${SLICE})`,
    );
    this.#add = db.prepare(
      `INSERT INTO search (rowid, name, text) SELECT seq, name, text ${messages} AND seq <= ?`,
    );
    this.#note = db.prepare("UPDATE room SET indexed = ?");
    this.#timer = setInterval(() => this.#tick(), INTERVAL);
  }

  /** Resolves when all that is in the log now is in the index. */
  async catchUp(): Promise<void> {
    const wanted = this.#last();
    while (!this.#disposed && this.#indexed < wanted) {
      this.#step();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #tick(): void {
    try {
      if (this.#indexed < this.#last()) this.#step();
    } catch {
      // The disk is full, or fails: whoever speaks is told, and this is tried again.
    }
  }

  #step(): void {
    const last = this.#last();
    const next = this.#next.get(this.#indexed) as { count: number; last: number };
    if (next.count > 0) this.#index(next.last);
    this.#indexed = next.count < SLICE ? last : next.last;
  }

  #index(last: number): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      this.#add.run(this.#indexed, last);
      this.#note.run(last);
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Indexes nothing any more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    clearInterval(this.#timer);
  }
}
