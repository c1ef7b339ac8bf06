import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Draft, Entry, Message } from "../../wire/entries.ts";
import { type LastLines, type Log, MAX_HISTORY, numbered, sizeOf } from "../log.ts";
import { type FileOptions, openRoomFile, type RoomFile, roomFileError } from "./file.ts";
import { type Keep, Retention } from "./retention.ts";
import { SearchIndex } from "./search_index.ts";
import { COLUMNS, fromRow, IS_MESSAGE, messagesFrom, type Row, toColumns } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** How a log is kept in a file. */
export interface SqliteLogOptions extends Omit<FileOptions, "lost"> {
  /** What to keep; everything without it. */
  keep?: Keep;
  /** The clock on the wall, in milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds since some moment; never put ahead or back. */
  uptime?: () => number;
}

/** A log in a SQLite file. A batch is one transaction: what was handed back is in the file, whatever happens then. */
export class SqliteLog implements Log {
  readonly id: string;
  /** Something that is wrong with the file, in a sentence, though it can be used. */
  readonly warning?: string;
  readonly #file: RoomFile;
  readonly #db: DatabaseSync;
  readonly #retention?: Retention;
  readonly #index?: SearchIndex;
  readonly #now: () => number;
  readonly #statements: Record<
    "lastLine" | "read" | "history",
    StatementSync
  >;
  /** Not if the file is only read: it may be of an older version. */
  readonly #writing?: Record<"insert" | "setLastLine", StatementSync>;
  #last: number;
  #listener: (entries: Entry[]) => void = () => {};
  #trouble: (reason?: string) => void = () => {};
  /** Why nothing can be kept. */
  #lost?: string;

  private constructor(file: RoomFile, options: SqliteLogOptions) {
    const { keep, readOnly, now = Date.now, uptime = () => performance.now() } = options;
    const { db } = file;
    this.#file = file;
    this.#db = db;
    this.#now = now;
    this.id = (db.prepare("SELECT id FROM room").get() as { id: string }).id;
    this.#last =
      (db.prepare("SELECT coalesce(max(seq), 0) AS last FROM entries").get() as { last: number }).last;
    this.#statements = {
      lastLine: db.prepare("SELECT taken FROM clients WHERE member = ?"),
      read: db.prepare(`SELECT ${COLUMNS} FROM entries WHERE seq > ? ORDER BY seq`),
      history: db.prepare(`SELECT ${COLUMNS} FROM entries WHERE ${IS_MESSAGE} ORDER BY seq DESC LIMIT ?`),
    };
    this.warning = file.warning;
    if (readOnly) return;
    this.#writing = {
      insert: db.prepare(`INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`),
      setLastLine: db.prepare(
        "INSERT OR REPLACE INTO clients (member, taken, time, seq) VALUES (?, ?, ?, ?)",
      ),
    };
    this.#index = new SearchIndex(db, () => this.#last);
    if (keep !== undefined) this.#retention = new Retention(db, { keep, now, uptime, written: file.written });
  }

  /**
   * Opens a file, and makes it if there is none.
   *
   * @throws {RoomFileError} if it cannot be used; then it was not changed
   */
  static async open(path: string, options: SqliteLogOptions = {}): Promise<SqliteLog> {
    let lose: (reason?: string) => void = () => {};
    const file = await openRoomFile(path, { ...options, lost: (reason) => lose(reason) });
    try {
      const log = new SqliteLog(file, options);
      lose = (reason) => log.#lose(reason);
      return log;
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw roomFileError(error, path);
    }
  }

  get last(): number {
    return this.#last;
  }

  follow(listener: (entries: Entry[]) => void, trouble: (reason?: string) => void = () => {}): void {
    this.#listener = listener;
    this.#trouble = trouble;
  }

  #lose(reason?: string): void {
    this.#lost = reason;
    this.#trouble(reason);
  }

  append(drafts: readonly Draft[], lastLines: LastLines = new Map()): void {
    if (this.#lost !== undefined) throw new Error(this.#lost);
    const time = this.#now();
    const iso = new Date(time).toISOString();
    const { insert, setLastLine } = this.#writing!;
    const entries = numbered(drafts, this.#last, time);
    transaction(this.#db, () => {
      for (const entry of entries) insert.run(...toColumns(entry, iso));
      for (const [key, line] of lastLines) setLastLine.run(key, line, iso, this.#last + entries.length);
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
  async [Symbol.asyncDispose](): Promise<void> {
    this.#retention?.[Symbol.dispose]();
    this.#index?.[Symbol.dispose]();
    await this.#file[Symbol.asyncDispose]();
  }
}
