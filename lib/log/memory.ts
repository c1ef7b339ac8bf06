import { Deque } from "@std/data-structures/deque";
import { type Draft, type Entry, isMessage, type Message } from "../wire/entries.ts";
import { type LastLines, type Log, MAX_HISTORY, numbered, sizeOf } from "./log.ts";

/** How much of the log stays in memory, in bytes. */
export const MAX_LOG_BYTES = 32 * 1024 * 1024;

/** For how many client keys the last `/once` number is remembered. */
export const MAX_KEYS = 4096;
/** How long a key is remembered after it was last heard from, in milliseconds. */
export const KEY_AGE_MS = 3600 * 1000;

/** A log that lives as long as the process, and keeps the newest entries up to a number of bytes. */
export class MemoryLog implements Log {
  readonly id: string = crypto.randomUUID();
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #entries = new Deque<Entry>();
  /** The newest messages, separately, so that history never has to look for them among presence entries. */
  readonly #messages = new Deque<Message>();
  #bytes = 0;
  #last = 0;
  /** The last `/once` number of each key, and when it came; the key that has been silent longest comes first. */
  readonly #lastLines = new Map<string, { line: number; time: number }>();
  #listener: (entries: Entry[]) => void = () => {};

  /** `maxBytes`: how much to keep, by {@linkcode sizeOf}. `now`: the clock, in milliseconds since 1970. */
  constructor(options: { maxBytes?: number; now?: () => number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_LOG_BYTES;
    this.#now = options.now ?? Date.now;
  }

  get last(): number {
    return this.#last;
  }

  follow(listener: (entries: Entry[]) => void): void {
    this.#listener = listener;
  }

  append(drafts: readonly Draft[], lastLines: LastLines = new Map()): void {
    const time = this.#now();
    for (const [key, line] of lastLines) {
      this.#lastLines.delete(key);
      this.#lastLines.set(key, { line, time });
    }
    this.#forget(time);
    const entries = numbered(drafts, this.#last, time);
    this.#last += entries.length;
    for (const entry of entries) this.#keep(entry);
    if (entries.length > 0) this.#listener(entries);
  }

  lastLine(key: string): number {
    this.#forget(this.#now());
    return this.#lastLines.get(key)?.line ?? 0;
  }

  #forget(now: number): void {
    for (const [key, { time }] of this.#lastLines) {
      if (this.#lastLines.size <= MAX_KEYS && now - time <= KEY_AGE_MS) return;
      this.#lastLines.delete(key);
    }
  }

  #keep(entry: Entry): void {
    this.#entries.pushBack(entry);
    this.#bytes += sizeOf(entry);
    while (this.#bytes > this.#maxBytes && this.#entries.length > 1) {
      this.#bytes -= sizeOf(this.#entries.popFront()!);
    }
    if (isMessage(entry)) {
      this.#messages.pushBack(entry);
      if (this.#messages.length > MAX_HISTORY) this.#messages.popFront();
    }
  }

  read(after: number, bytes: number): Entry[] {
    const first = this.#last - this.#entries.length + 1;
    const page: Entry[] = [];
    let size = 0;
    for (let i = Math.max(0, after + 1 - first); i < this.#entries.length; i++) {
      const entry = this.#entries.at(i)!;
      size += sizeOf(entry);
      if (page.length > 0 && size > bytes) break;
      page.push(entry);
    }
    return page;
  }

  history({ limit, since = 0 }: { limit: number; since?: number }): Message[] {
    const messages = [...this.#messages].filter((message) => message.time >= since);
    return limit > 0 ? messages.slice(-limit) : [];
  }

  /** Does nothing: memory has nothing to close. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
