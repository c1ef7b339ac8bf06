import type { DatabaseSync, StatementSync } from "node:sqlite";
import { delay } from "@std/async/delay";
import { Refusal } from "../../wire/refusal.ts";
import { fold, gramsOf, queryFor } from "./grams.ts";
import type { RoomTable } from "./rooms.ts";
import { COLUMNS, ROOM_SIZE, type Row } from "./rows.ts";
import { IS_MESSAGE } from "./schema.ts";
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

/** How many rooms are looked at together, after the start, for messages that are not indexed yet. */
const ROOMS_PER_LOOK = 50;

/** How far the index of a room is. */
interface Progress {
  room: number;
  /** All messages up to this entry are in the index. */
  indexed: number;
  /** The last entry. */
  last: number;
}

/** What is looked for. */
export interface Wanted {
  /** All of these, anywhere in a message or in its author's name. */
  words: readonly string[];
  /** The most messages to find. */
  limit: number;
}

/** A message to be indexed. */
interface Text {
  place: number;
  name: string;
  text: string;
}

/**
 * Searches, and brings the index for `/search` up to date, a little at a time: indexing a message costs many times what
 * keeping it does, and nobody waits for it but whoever searches. Rooms take turns. It owns its timer.
 */
export class SearchIndex implements Disposable {
  readonly #db: DatabaseSync;
  readonly #rooms: RoomTable;
  readonly #next: StatementSync;
  readonly #add: StatementSync;
  readonly #note: StatementSync;
  readonly #merge: StatementSync;
  readonly #find: StatementSync;
  readonly #stop = new AbortController();
  #timer?: ReturnType<typeof setTimeout>;
  /** The rooms of which not all is in the index, as far as that is known; the one whose turn it is comes first. */
  readonly #behind = new Map<number, Progress>();
  /** All rooms up to this one have been looked at since the start. */
  #room = -1;
  /** Whether something was said since it was looked at last. */
  #busy = false;
  #searching: Promise<unknown> = Promise.resolve();

  /** `rooms`: those of the file. */
  constructor(db: DatabaseSync, rooms: RoomTable) {
    this.#db = db;
    this.#rooms = rooms;
    this.#next = db.prepare(
      `SELECT place, name, text FROM entries WHERE ${IS_MESSAGE} AND place > ? AND place < ? ORDER BY place LIMIT ?`,
    );
    this.#add = db.prepare("INSERT INTO search (rowid, grams) VALUES (?, ?)");
    this.#note = db.prepare("UPDATE rooms SET indexed = ? WHERE room = ?");
    this.#merge = db.prepare(`INSERT INTO search (search, rank) VALUES ('merge', ${PAGES_PER_MERGE})`);
    // FTS5 seeks a place only if it is an integer, which no parameter is.
    this.#find = db.prepare(`
      SELECT ${COLUMNS} FROM entries WHERE place IN (
        SELECT rowid FROM search WHERE search MATCH ? AND rowid > CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)
        ORDER BY rowid DESC LIMIT ?
      ) ORDER BY place DESC`);
    this.#schedule(INDEX_INTERVAL_MS);
  }

  /** A room is at entry `last` now, and was at entry `before` when this was last told, or when the file was opened. */
  grown(room: number, { before, last }: { before: number; last: number }): void {
    this.#busy ||= last > before;
    const progress = this.#behind.get(room);
    if (progress !== undefined) progress.last = last;
    else if (last > before) this.#behind.set(room, { room, indexed: before, last });
  }

  /** There is no such room any more. */
  ended(room: number): void {
    this.#behind.delete(room);
  }

  /**
   * The newest messages of a room, newest first, `limit` at most, of all that are in the log now, in which each of these
   * words occurs somewhere, be it as a part of another one.
   *
   * @throws {Refusal} if the index is still being built
   */
  search(room: number, wanted: Wanted): Promise<Row[]> {
    // One after the other, however many ask.
    const found = this.#searching.then(() => this.#search(room, wanted));
    this.#searching = found.catch(() => {});
    return found;
  }

  async #search(room: number, { words, limit }: Wanted): Promise<Row[]> {
    const { signal } = this.#stop;
    await this.#catchUp(room);
    const folded = words.flatMap((word) => fold(word).split(/\s+/)).filter((word) => word !== "");
    if (folded.length === 0) return [];
    const query = queryFor(folded);
    const found: Row[] = [];
    const base = room * ROOM_SIZE;
    let before = base + ROOM_SIZE;
    while (!signal.aborted && found.length < limit) {
      const began = performance.now();
      const rows = this.#find.all(query, base, before, limit) as Row[];
      for (const row of rows) if (holdsAll(row, folded) && found.length < limit) found.push(row);
      await this.#pause(performance.now() - began);
      if (rows.length === 0) break;
      before = Number(rows[rows.length - 1].place);
    }
    return found;
  }

  /** Lets others go on for as long as is fair after something that took so many milliseconds. */
  async #pause(took: number): Promise<void> {
    const { signal } = this.#stop;
    const pause = took > SEARCH_BUDGET_MS / SEARCH_PAUSE_FACTOR ? SEARCH_PAUSE_FACTOR * took : 0;
    await delay(pause, { signal }).catch(() => {});
  }

  /** Brings the index of a room up to date. */
  async #catchUp(room: number): Promise<void> {
    const { signal } = this.#stop;
    const progress = this.#behind.get(room);
    if (progress === undefined) return;
    const missing = this.#rooms.countAfter(room, progress.indexed);
    if (missing > MAX_WAITED_FOR) {
      const messages = this.#rooms.countAfter(room, 0);
      const percent = Math.floor(100 * (messages - missing) / messages);
      throw new Refusal(
        `this room's messages are still being indexed (${percent} %); search again in a while`,
      );
    }
    const { last } = progress;
    while (!signal.aborted && progress.indexed < last && this.#step([progress], MESSAGES_PER_STEP)) {
      await delay(0);
    }
  }

  #schedule(wait: number): void {
    this.#timer = setTimeout(() => {
      const began = performance.now();
      const quiet = !this.#busy;
      this.#busy = false;
      if (quiet) this.#lookForMore();
      const more = this.#behind.size > 0 &&
        this.#step(this.#behind.values(), quiet ? MESSAGES_PER_STEP : MESSAGES_PER_BUSY_STEP);
      const took = performance.now() - began;
      const pause = (quiet ? QUIET_PAUSE_FACTOR : BUSY_PAUSE_FACTOR) * took;
      this.#schedule(Math.max(quiet && more ? 1 : INDEX_INTERVAL_MS, pause));
    }, wait);
  }

  /** Looks at some more of the rooms that nobody has been in since the start. */
  #lookForMore(): void {
    for (let i = 0; i < ROOMS_PER_LOOK && this.#behind.size < ROOMS_PER_LOOK && this.#room < Infinity; i++) {
      const next = this.#rooms.next(this.#room);
      this.#room = next?.room ?? Infinity;
      if (next === undefined || this.#behind.has(next.room)) continue;
      const { room, indexed } = next;
      const last = this.#rooms.last(room);
      if (indexed < last) this.#behind.set(room, { room, indexed, last });
    }
  }

  /** Indexes the next messages of these rooms, `limit` at most. Returns whether that could be done. */
  #step(rooms: Iterable<Progress>, limit: number): boolean {
    try {
      const done = new Map<Progress, number>();
      const texts: Text[] = [];
      let characters = 0;
      for (const progress of rooms) {
        if (texts.length >= limit || characters > CHARACTERS_PER_STEP) break;
        const next = this.#textsOf(progress, limit - texts.length);
        const end = next.findIndex(({ text }) => (characters += text.length) > CHARACTERS_PER_STEP);
        const taken = end === -1 ? next : next.slice(0, end + 1);
        const all = end === -1 && next.length < limit - texts.length;
        texts.push(...taken);
        done.set(progress, all ? progress.last : taken[taken.length - 1].place % ROOM_SIZE);
      }
      this.#index(texts, done);
      for (const [progress, indexed] of done) this.#advance(progress, indexed);
      return true;
    } catch {
      // The disk is full or fails: whoever speaks is told, and this is tried again.
      return false;
    }
  }

  #textsOf({ room, indexed }: Progress, limit: number): Text[] {
    const base = room * ROOM_SIZE;
    return this.#next.all(base + indexed, base + ROOM_SIZE, limit) as unknown as Text[];
  }

  #index(texts: readonly Text[], done: ReadonlyMap<Progress, number>): void {
    if (texts.length === 0) return;
    transaction(this.#db, () => {
      for (const { place, name, text } of texts) this.#add.run(place, gramsOf(fold(`${name} ${text}`)));
      this.#merge.run();
      for (const [{ room }, indexed] of done) this.#note.run(indexed, room);
    });
  }

  /** A room's index is this far; it is the last one's turn then. */
  #advance(progress: Progress, indexed: number): void {
    progress.indexed = indexed;
    if (!this.#behind.delete(progress.room)) return;
    if (indexed < progress.last) this.#behind.set(progress.room, progress);
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
