import type { DatabaseSync } from "node:sqlite";
import type { KeptRoom, Logs } from "../logs.ts";
import type { OwnerStore } from "../owners.ts";
import { EndedRooms } from "./ended_rooms.ts";
import { type FileOptions, openRoomFile, type RoomFile, roomFileError } from "./file.ts";
import { LogStatements, type SharedFile, SqliteLog } from "./log.ts";
import { SqliteOwners } from "./owners.ts";
import { EntryRemover } from "./remover.ts";
import { type Keep, Retention } from "./retention.ts";
import { RoomTable } from "./rooms.ts";
import { SearchIndex } from "./search_index.ts";

/** How the logs are kept in a file. */
export interface SqliteLogsOptions extends Omit<FileOptions, "lost"> {
  /** What to keep; everything without it. */
  keep?: Keep;
  /** The clock on the wall, in milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds since some moment; never put ahead or back. */
  uptime?: () => number;
}

/** The logs of all rooms of a server in one SQLite file, with the `/once` numbers, and who owns which name. */
export class SqliteLogs implements Logs, SharedFile {
  /** Not if the file is only read. */
  readonly owners?: OwnerStore;
  /** Something that is wrong with the file, in a sentence, though it can be used. */
  readonly warning?: string;
  readonly db: DatabaseSync;
  readonly rooms: RoomTable;
  readonly statements: LogStatements;
  readonly now: () => number;
  readonly index?: SearchIndex;
  readonly #file: RoomFile;
  readonly #retention?: Retention;
  readonly #ended?: EndedRooms;
  readonly #readOnly: boolean;
  readonly #open = new Map<string, SqliteLog>();
  #lost?: string;

  private constructor(file: RoomFile, options: SqliteLogsOptions) {
    const { keep, readOnly = false, now = Date.now, uptime = () => performance.now() } = options;
    const { db, written, warning } = file;
    this.#file = file;
    this.#readOnly = readOnly;
    this.db = db;
    this.now = now;
    this.warning = warning;
    this.rooms = new RoomTable(db);
    this.statements = new LogStatements(db, { readOnly });
    if (readOnly) return;
    this.owners = new SqliteOwners(db, () => this.#lost);
    this.index = new SearchIndex(db, this.rooms);
    const remover = new EntryRemover(db);
    this.#ended = new EndedRooms(db, remover);
    if (keep === undefined) return;
    this.#retention = new Retention(db, { keep, now, uptime, written, rooms: this.rooms, remover });
  }

  /**
   * Opens a file, and makes it if there is none.
   *
   * @throws {RoomFileError} if it cannot be used; then it was not changed
   */
  static async open(path: string, options: SqliteLogsOptions = {}): Promise<SqliteLogs> {
    let lose: (reason?: string) => void = () => {};
    const file = await openRoomFile(path, { ...options, lost: (reason) => lose(reason) });
    try {
      const logs = new SqliteLogs(file, options);
      lose = (reason) => logs.#lose(reason);
      return logs;
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw roomFileError(error, path);
    }
  }

  /** Why nothing can be kept, if nothing can. */
  get lost(): string | undefined {
    return this.#lost;
  }

  #lose(reason?: string): void {
    this.#lost = reason;
    for (const log of this.#open.values()) log.tell(reason);
  }

  open(room: string): SqliteLog {
    if (this.#lost !== undefined) throw new Error(this.#lost);
    if (this.#open.has(room)) throw new Error(`the log of ${room} is open already`);
    const row = this.rooms.find(room) ?? this.#begin(room);
    const log = new SqliteLog(row, this, { closed: () => this.#close(room, log) });
    this.#retention?.opened(row.room, log.last);
    this.#open.set(room, log);
    return log;
  }

  #begin(room: string) {
    if (this.#readOnly) throw new Error(`there is no room called ${room}`);
    return this.rooms.begin(room);
  }

  #close(room: string, log: SqliteLog): void {
    if (this.#open.get(room) === log) this.#open.delete(room);
  }

  list(limit: number): KeptRoom[] {
    return this.rooms.list(limit);
  }

  /**
   * Removes all that is kept of a room that is not open: from now on nobody finds it, and what it took is given back
   * little by little. Returns whether there was anything.
   *
   * @throws if that cannot be kept; then nothing has changed
   */
  remove(room: string): boolean {
    if (this.#lost !== undefined) throw new Error(this.#lost);
    if (this.#open.has(room)) throw new Error(`the log of ${room} is open`);
    const row = this.rooms.find(room);
    if (row === undefined) return false;
    this.rooms.end(row);
    this.index?.ended(row.room);
    this.#retention?.ended(row.room);
    void this.#ended?.remove();
    return true;
  }

  /** Closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#retention?.[Symbol.dispose]();
    this.index?.[Symbol.dispose]();
    await this.#ended?.[Symbol.asyncDispose]();
    await this.#file[Symbol.asyncDispose]();
  }
}
