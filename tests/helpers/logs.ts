import type { LastLines, Log, Which } from "../../lib/log/log.ts";
import { SqliteLog } from "../../lib/log/sqlite/log.ts";
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

function laterTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Opens a log in a file of its own, which is removed with it. */
export async function openTemporary(): Promise<Log> {
  const folder = await Folder.make();
  const log = await SqliteLog.open(folder.file("room.db"));
  const close = log[Symbol.asyncDispose].bind(log);
  log[Symbol.asyncDispose] = async () => {
    await close();
    await folder[Symbol.asyncDispose]();
  };
  return log;
}
