import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Draft, Entry, Message } from "../../wire/entries.ts";
import { type LastLines, type Log, MAX_HISTORY, numbered, sizeOf } from "../log.ts";
import { type FileOptions, openRoomFile, type RoomFile, roomFileError } from "./file.ts";
import { type Keep, Retention } from "./retention.ts";
import { SearchIndex } from "./search_index.ts";
import { COLUMNS, fromRow, messagesFrom, type Row, toColumns } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** How a log is kept in a file. */
export interface SqliteLogOptions extends FileOptions {
  /** What is kept; everything without it. */
  keep?: Keep;
  /** The clock, in milliseconds since 1970. */
  now?: () => number;
}

/** A log in a SQLite file. A batch is one transaction: what was handed back is in the file, whatever happens then. */
export class SqliteLog implements Log {
  readonly id: string;
  readonly #file: RoomFile;
  readonly #db: DatabaseSync;
  readonly #retention?: Retention;
  readonly #index?: SearchIndex;
  readonly #now: () => number;
  readonly #statements: Record<
    "insert" | "setLastLine" | "lastLine" | "read" | "history",
    StatementSync
  >;
  #last: number;
  #listener: (entries: Entry[]) => void = () => {};

  private constructor(file: RoomFile, { keep, readOnly, now = Date.now }: SqliteLogOptions) {
    const { db } = file;
    this.#file = file;
    this.#db = db;
    this.#now = now;
    this.id = (db.prepare("SELECT id FROM room").get() as { id: string }).id;
    this.#last =
      (db.prepare("SELECT coalesce(max(seq), 0) AS last FROM entries").get() as { last: number }).last;
    const isMessage = "kind IN ('said', 'action')";
    this.#statements = {
      insert: db.prepare(`INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`),
      setLastLine: db.prepare("INSERT OR REPLACE INTO clients (member, taken, time) VALUES (?, ?, ?)"),
      lastLine: db.prepare("SELECT taken FROM clients WHERE member = ?"),
      read: db.prepare(`SELECT ${COLUMNS} FROM entries WHERE seq > ? ORDER BY seq`),
      history: db.prepare(`SELECT ${COLUMNS} FROM entries WHERE ${isMessage} ORDER BY seq DESC LIMIT ?`),
    };
    if (readOnly) return;
    this.#index = new SearchIndex(db, () => this.#last);
    if (keep !== undefined) this.#retention = new Retention(db, keep, now);
  }

  /**
   * Opens a file, and makes it where there is none.
   *
   * @throws {RoomFileError} where it cannot be used; then it was not changed
   */
  static async open(path: string, options: SqliteLogOptions = {}): Promise<SqliteLog> {
    const file = await openRoomFile(path, options);
    try {
      return new SqliteLog(file, options);
    } catch (error) {
      file[Symbol.dispose]();
      throw roomFileError(error, path);
    }
  }

  get last(): number {
    return this.#last;
  }

  follow(listener: (entries: Entry[]) => void): void {
    this.#listener = listener;
  }

  append(drafts: readonly Draft[], lastLines: LastLines = new Map()): void {
    const time = this.#now();
    const iso = new Date(time).toISOString();
    const { insert, setLastLine } = this.#statements;
    const entries = numbered(drafts, this.#last, time);
    transaction(this.#db, () => {
      for (const entry of entries) insert.run(...toColumns(entry, iso));
      for (const [key, line] of lastLines) setLastLine.run(key, line, iso);
    });
    this.#last += entries.length;
    if (entries.length > 0) this.#listener(entries);
  }

  lastLine(key: string): number {
    return (this.#statements.lastLine.get(key) as { taken: number } | undefined)?.taken ?? 0;
  }

  read(after: number, bytes: number): Entry[] {
    const page: Entry[] = [];
    let size = 0;
    for (const row of this.#statements.read.iterate(after)) {
      const entry = fromRow(row as Row);
      size += sizeOf(entry);
      if (page.length > 0 && size > bytes) break;
      page.push(entry);
    }
    return page;
  }

  history({ limit, since = 0 }: { limit: number; since?: number }): Message[] {
    const rows = this.#statements.history.all(Math.min(limit, MAX_HISTORY)) as Row[];
    return messagesFrom(rows).filter((message) => message.time >= since).reverse();
  }

  async search(words: readonly string[], limit: number): Promise<Message[]> {
    return messagesFrom(await this.#index?.search(words, Math.min(limit, MAX_HISTORY)) ?? []);
  }

  /** Closes the file. */
  // deno-lint-ignore require-await
  async [Symbol.asyncDispose](): Promise<void> {
    this.#retention?.[Symbol.dispose]();
    this.#index?.[Symbol.dispose]();
    this.#file[Symbol.dispose]();
  }
}
