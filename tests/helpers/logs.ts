import type { LastLines, Log, Which } from "../../lib/log/log.ts";
import type { KeptRoom, Logs } from "../../lib/log/logs.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import type { OwnerStore } from "../../lib/log/owners.ts";
import type { SqliteLog } from "../../lib/log/sqlite/log.ts";
import { SqliteLogs, type SqliteLogsOptions } from "../../lib/log/sqlite/logs.ts";
import type { Draft, Entry, Message } from "../../lib/wire/entries.ts";
import { Folder } from "./system.ts";

/** A log that takes its time: whatever it is asked for happens on a later turn of the event loop. */
export class SlowLog implements Log {
  readonly #log: Log;

  readonly search?: Log["search"];

  constructor(log: Log) {
    this.#log = log;
    if (log.search === undefined) return;
    this.search = async (words, limit) => {
      await laterTurn();
      return log.search!(words, limit);
    };
  }

  get id(): string {
    return this.#log.id;
  }

  get last(): number {
    return this.#log.last;
  }

  follow(listener: (entries: Entry[]) => void, trouble?: (reason?: string) => void): void {
    this.#log.follow(listener, trouble);
  }

  async append(drafts: readonly Draft[], taken?: LastLines): Promise<void> {
    await laterTurn();
    await this.#log.append(drafts, taken);
  }

  async lastLine(key: string): Promise<number> {
    await laterTurn();
    return this.#log.lastLine(key);
  }

  async read(after: number, bytes: number): Promise<Entry[]> {
    await laterTurn();
    return this.#log.read(after, bytes);
  }

  async messages(seq: number): Promise<number> {
    await laterTurn();
    return this.#log.messages(seq);
  }

  async history(which: Which): Promise<Message[]> {
    await laterTurn();
    return this.#log.history(which);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#log[Symbol.asyncDispose]();
  }
}

/** A log that can be stopped, so that nobody can join. */
export class StoppedLog extends SlowLog {
  readonly #asked = Promise.withResolvers<void>();
  #going = Promise.withResolvers<void>();

  /** Resolves when someone waits for it. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  constructor() {
    super(new MemoryLog());
    this.goOn();
  }

  stop(): void {
    this.#going = Promise.withResolvers();
  }

  goOn(): void {
    this.#going.resolve();
  }

  override async history(which: Which): Promise<Message[]> {
    this.#asked.resolve();
    await this.#going.promise;
    return await super.history(which);
  }
}

/** The highest numbers of `/once` that the clients with these keys have given, each from a source of its own or from this one. */
export function handled(lines: Record<string, number>, source?: string): LastLines {
  return new Map(Object.entries(lines).map(([key, line]) => [key, { line, source: source ?? key }]));
}

function laterTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Logs that take their time: whatever is asked of them, or of one of them, happens on a later turn of the event loop. */
export class SlowLogs implements Logs {
  readonly #logs: Logs;

  constructor(logs: Logs) {
    this.#logs = logs;
  }

  get owners(): OwnerStore | undefined {
    return this.#logs.owners;
  }

  async open(room: string): Promise<Log> {
    await laterTurn();
    return new SlowLog(await this.#logs.open(room));
  }

  async list(limit: number): Promise<KeptRoom[]> {
    await laterTurn();
    return this.#logs.list(limit);
  }

  async remove(room: string): Promise<boolean> {
    await laterTurn();
    return this.#logs.remove(room);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#logs[Symbol.asyncDispose]();
  }
}

/** Opens the lobby's log in a file, which is closed with it. */
export async function openLobby(path: string, options?: SqliteLogsOptions): Promise<SqliteLog> {
  const logs = await SqliteLogs.open(path, options);
  return closing(logs.open("lobby"), logs);
}

/** Opens a log in a file of its own, which is removed with it. */
export async function openTemporary(): Promise<Log> {
  const logs = await openTemporaryLogs();
  return closing(await logs.open("lobby"), logs);
}

/** Opens logs in a file of their own, which is removed with them. */
export async function openTemporaryLogs(): Promise<Logs> {
  const folder = await Folder.make();
  return closing(await SqliteLogs.open(folder.file("room.db")), folder);
}

/** Something that closes something else, too, when it is closed. */
function closing<T extends AsyncDisposable>(inner: T, outer: AsyncDisposable): T {
  const close = inner[Symbol.asyncDispose].bind(inner);
  inner[Symbol.asyncDispose] = async () => {
    await close();
    await outer[Symbol.asyncDispose]();
  };
  return inner;
}
