import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Draft, type Entry, isMessage, type Message } from "../../wire/entries.ts";
import { type LastLines, type Log, MAX_HISTORY, numbered, sizeOf, type Which } from "../log.ts";
import type { RoomRow, RoomTable } from "./rooms.ts";
import { COLUMNS, fromRow, messagesFrom, ROOM_SIZE, type Row, toColumns } from "./rows.ts";
import { IS_MESSAGE } from "./schema.ts";
import type { SearchIndex } from "./search_index.ts";
import { transaction } from "./transaction.ts";

/** What the logs in one file have in common. */
export interface SharedFile {
  /** Its tables. */
  readonly db: DatabaseSync;
  /** Its rooms. */
  readonly rooms: RoomTable;
  /** What is asked of it. */
  readonly statements: LogStatements;
  /** The clock on the wall, in milliseconds since 1970. */
  readonly now: () => number;
  /** Finds messages; not if the file is only read. */
  readonly index?: SearchIndex;
  /** Why nothing can be kept, if nothing can. */
  readonly lost?: string;
}

/** What is asked of a file for all rooms. */
export class LogStatements {
  /** The last `/once` number of a key. */
  readonly lastLine: StatementSync;
  /** The entries between two places. */
  readonly read: StatementSync;
  /** The newest messages between two places. */
  readonly history: StatementSync;
  /** Adds an entry; not if the file is only read: it may be of an older version. */
  readonly insert?: StatementSync;
  /** Sets the last `/once` number of a key. */
  readonly setLastLine?: StatementSync;

  /** `db`: an open file. */
  constructor(db: DatabaseSync, { readOnly = false }: { readOnly?: boolean } = {}) {
    this.lastLine = db.prepare("SELECT taken FROM clients WHERE member = ?");
    this.read = db.prepare(`SELECT ${COLUMNS} FROM entries WHERE place > ? AND place < ? ORDER BY place`);
    this.history = db.prepare(
      `SELECT ${COLUMNS} FROM entries WHERE ${IS_MESSAGE} AND place > ? AND place < ? ORDER BY place DESC LIMIT ?`,
    );
    if (readOnly) return;
    this.insert = db.prepare(`INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.setLastLine = db.prepare(
      "INSERT OR REPLACE INTO clients (member, taken, time, place) VALUES (?, ?, ?, ?)",
    );
  }
}

/** A room's log in a SQLite file. A batch is one transaction: what was handed back is in the file, whatever happens then. */
export class SqliteLog implements Log {
  readonly id: string;
  readonly #room: number;
  /** The place before the first entry. */
  readonly #base: number;
  readonly #file: SharedFile;
  readonly #closed: () => void;
  #last: number;
  #listener: (entries: Entry[]) => void = () => {};
  #trouble: (reason?: string) => void = () => {};
  #isClosed = false;

  /** `closed` is called when it is disposed of. */
  constructor({ room, id, indexed }: RoomRow, file: SharedFile, { closed }: { closed(): void }) {
    this.id = id;
    this.#room = room;
    this.#base = room * ROOM_SIZE;
    this.#file = file;
    this.#closed = closed;
    this.#last = file.rooms.last(room);
    file.index?.grown(room, { before: indexed, last: this.#last });
  }

  get last(): number {
    return this.#last;
  }

  follow(listener: (entries: Entry[]) => void, trouble: (reason?: string) => void = () => {}): void {
    this.#listener = listener;
    this.#trouble = trouble;
  }

  /** Tells that nothing can be kept, and why, or without a reason that it can be again. */
  tell(reason?: string): void {
    this.#trouble(reason);
  }

  append(drafts: readonly Draft[], lastLines?: LastLines): void {
    const { db, rooms, statements, now, index, lost } = this.#file;
    if (lost !== undefined || this.#isClosed) throw new Error(lost ?? "the log is closed");
    const time = now();
    const iso = new Date(time).toISOString();
    const { insert, setLastLine } = statements;
    const before = this.#last;
    const entries = numbered(drafts, before, time);
    const last = before + entries.length;
    let messages = 0;
    transaction(db, () => {
      for (const entry of entries) {
        insert!.run(...toColumns(entry, iso, this.#base));
        if (isMessage(entry)) messages++;
      }
      for (const [key, { line }] of lastLines ?? []) setLastLine!.run(key, line, iso, this.#base + last);
    });
    if (entries.length === 0) return;
    this.#last = last;
    rooms.added(this.#room, messages);
    index?.grown(this.#room, { before, last });
    this.#listener(entries);
  }

  lastLine(key: string): number {
    return (this.#file.statements.lastLine.get(key) as { taken: number } | undefined)?.taken ?? 0;
  }

  messages(seq: number): number {
    const { rooms } = this.#file;
    return rooms.messages(this.#room) - rooms.countAfter(this.#room, seq);
  }

  read(after: number, bytes: number): Entry[] {
    const page: Entry[] = [];
    let size = 0;
    for (const row of this.#file.statements.read.iterate(this.#base + after, this.#base + ROOM_SIZE)) {
      const entry = fromRow(row as Row);
      size += sizeOf(entry);
      if (page.length > 0 && size > bytes) break;
      page.push(entry);
    }
    return page;
  }

  history({ limit, since = 0, after = 0, before = ROOM_SIZE }: Which): Message[] {
    const rows = this.#file.statements.history.all(
      this.#base + Math.max(0, after),
      this.#base + Math.min(before, ROOM_SIZE),
      Math.max(0, Math.min(limit, MAX_HISTORY)),
    ) as Row[];
    return messagesFrom(rows).filter((message) => message.time >= since).reverse();
  }

  async search(words: readonly string[], limit: number): Promise<Message[]> {
    const wanted = { words, limit: Math.min(limit, MAX_HISTORY) };
    return messagesFrom(await this.#file.index?.search(this.#room, wanted) ?? []);
  }

  /** Lets its listener go. The file stays open. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#listener = this.#trouble = () => {};
    this.#closed();
    return Promise.resolve();
  }
}
