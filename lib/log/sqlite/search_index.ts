import type { DatabaseSync, StatementSync } from "node:sqlite";
import { delay } from "@std/async/delay";
import { Refusal } from "../../wire/refusal.ts";
import { fold, gramsOf, queryFor } from "./grams.ts";
import { COLUMNS, IS_MESSAGE, type Row } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** How many messages are indexed at a time, and about how many characters of them, so that nobody waits for it. */
const MESSAGES_PER_STEP = 32;
/** The same while people speak, who would wait for it. */
const MESSAGES_PER_BUSY_STEP = 8;
const CHARACTERS_PER_STEP = 4000;

/** About how many pages of the index are merged with each step. FTS5 would merge all at once now and then. */
const PAGES_PER_MERGE = 8;

/** How often, in milliseconds, to look for messages to index. */
const INDEX_INTERVAL_MS = 50;

/** For how many times what a step took indexing pauses, while nobody speaks and while people do. */
const QUIET_PAUSE_FACTOR = 4;
const BUSY_PAUSE_FACTOR = 20;

/** A search waits while up to this many messages are indexed, which takes a few seconds; if there are more, it says so. */
const MAX_WAITED_FOR = 25_000;

/** How long, in milliseconds, a search may look through messages at a time. */
const SEARCH_BUDGET_MS = 5;

/** A search pauses for this many times what it took: others wait meanwhile. */
const SEARCH_PAUSE_FACTOR = 4;

/**
 * Searches, and brings the index for `/search` up to date, a little at a time: indexing a message costs many times what
 * keeping it does, and nobody waits for it but whoever searches. It owns its timer.
 */
export class SearchIndex implements Disposable {
  readonly #db: DatabaseSync;
  readonly #last: () => number;
  readonly #next: StatementSync;
  readonly #add: StatementSync;
  readonly #note: StatementSync;
  readonly #merge: StatementSync;
  readonly #count: StatementSync;
  readonly #find: StatementSync;
  readonly #stop = new AbortController();
  #timer?: ReturnType<typeof setTimeout>;
  /** All messages up to this entry are in the index. */
  #indexed: number;
  /** The last entry when it was looked at last. */
  #lastSeen = 0;
  #searching: Promise<unknown> = Promise.resolve();

  /** `last`: returns the number of the last entry. */
  constructor(db: DatabaseSync, last: () => number) {
    this.#db = db;
    this.#last = last;
    this.#indexed = (db.prepare("SELECT indexed FROM room").get() as { indexed: number }).indexed;
    this.#next = db.prepare(
      `SELECT seq, name, text FROM entries WHERE ${IS_MESSAGE} AND seq > ? ORDER BY seq LIMIT ?`,
    );
    this.#add = db.prepare("INSERT INTO search (rowid, grams) VALUES (?, ?)");
    this.#note = db.prepare("UPDATE room SET indexed = ?");
    this.#merge = db.prepare(`INSERT INTO search (search, rank) VALUES ('merge', ${PAGES_PER_MERGE})`);
    this.#count = db.prepare(
      `SELECT count(*) FILTER (WHERE seq <= ?) AS done, count(*) AS messages FROM entries WHERE ${IS_MESSAGE}`,
    );
    this.#find = db.prepare(`
      SELECT ${COLUMNS} FROM entries WHERE seq IN (
        SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?
      ) ORDER BY seq DESC`);
    this.#schedule(INDEX_INTERVAL_MS);
  }

  /**
   * The newest messages, newest first, `limit` at most, of all that are in the log now, in which each of these words
   * occurs somewhere, be it as a part of another one.
   *
   * @throws {Refusal} if the index is still being built
   */
  search(words: readonly string[], limit: number): Promise<Row[]> {
    // One after the other, however many ask.
    const found = this.#searching.then(() => this.#search(words, limit));
    this.#searching = found.catch(() => {});
    return found;
  }

  async #search(words: readonly string[], limit: number): Promise<Row[]> {
    const { signal } = this.#stop;
    await this.#catchUp();
    const folded = words.flatMap((word) => fold(word).split(/\s+/)).filter((word) => word !== "");
    if (folded.length === 0) return [];
    const query = queryFor(folded);
    const found: Row[] = [];
    let before = Infinity;
    while (!signal.aborted && found.length < limit) {
      const began = performance.now();
      const rows = this.#page(query, before, limit);
      for (const row of rows) if (holdsAll(row, folded) && found.length < limit) found.push(row);
      await this.#pause(performance.now() - began);
      if (rows.length === 0) break;
      before = Number(rows[rows.length - 1].seq);
    }
    return found;
  }

  /** The next messages that may be what is looked for. */
  #page(query: string, before: number, limit: number): Row[] {
    const seq = Math.min(before, Number.MAX_SAFE_INTEGER);
    return this.#find.all(query, seq, limit) as Row[];
  }

  /** Lets others go on for as long as is fair after something that took so many milliseconds. */
  async #pause(took: number): Promise<void> {
    const { signal } = this.#stop;
    const pause = took > SEARCH_BUDGET_MS / SEARCH_PAUSE_FACTOR ? SEARCH_PAUSE_FACTOR * took : 0;
    await delay(pause, { signal }).catch(() => {});
  }

  /** Brings the index up to date. */
  async #catchUp(): Promise<void> {
    const { signal } = this.#stop;
    const last = this.#last();
    if (this.#indexed < last) {
      const { done, messages } = this.#count.get(this.#indexed) as { done: number; messages: number };
      if (messages - done > MAX_WAITED_FOR) {
        const percent = Math.floor(100 * done / messages);
        throw new Refusal(
          `this room's messages are still being indexed (${percent} %); search again in a while`,
        );
      }
    }
    while (!signal.aborted && this.#indexed < last && this.#step(MESSAGES_PER_STEP)) await delay(0);
  }

  #schedule(wait: number): void {
    this.#timer = setTimeout(() => {
      const began = performance.now();
      const last = this.#last();
      const quiet = last === this.#lastSeen;
      this.#lastSeen = last;
      const more = this.#indexed < last && this.#step(quiet ? MESSAGES_PER_STEP : MESSAGES_PER_BUSY_STEP);
      const took = performance.now() - began;
      const pause = (quiet ? QUIET_PAUSE_FACTOR : BUSY_PAUSE_FACTOR) * took;
      this.#schedule(Math.max(quiet && more ? 1 : INDEX_INTERVAL_MS, pause));
    }, wait);
  }

  /** Indexes the next messages, `limit` at most. Returns whether that could be done. */
  #step(limit: number): boolean {
    try {
      const rows = this.#next.all(this.#indexed, limit) as { seq: number; name: string; text: string }[];
      let characters = 0;
      const end = rows.findIndex(({ text }) => (characters += text.length) > CHARACTERS_PER_STEP);
      this.#index(end === -1 ? rows : rows.slice(0, end + 1));
      const all = end === -1 && rows.length < limit;
      this.#indexed = all ? this.#last() : rows[end === -1 ? rows.length - 1 : end].seq;
      return true;
    } catch {
      // The disk is full or fails: whoever speaks is told, and this is tried again.
      return false;
    }
  }

  #index(rows: { seq: number; name: string; text: string }[]): void {
    if (rows.length === 0) return;
    transaction(this.#db, () => {
      for (const { seq, name, text } of rows) this.#add.run(seq, gramsOf(fold(`${name} ${text}`)));
      this.#merge.run();
      this.#note.run(rows[rows.length - 1].seq);
    });
  }

  /** Stops indexing. */
  [Symbol.dispose](): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }
}

function holdsAll({ name, text }: Row, words: readonly string[]): boolean {
  const folded = fold(`${name} ${text}`);
  return words.every((word) => folded.includes(word));
}
