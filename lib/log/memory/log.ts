import { Deque } from "@std/data-structures/deque";
import { type Draft, type Entry, isMessage, type Message } from "../../wire/entries.ts";
import { type LastLines, type Log, MAX_HISTORY, numbered, sizeOf, type Which } from "../log.ts";
import { type Share, SharedMemory } from "./shared.ts";

/** About how many bytes a room takes in memory besides its entries, measured on V8, with its name in a list. */
const ROOM_BYTES = 1024;

/** A log that lives as long as the process, and keeps the newest entries as long as there is memory for them. */
export class MemoryLog implements Log, Share {
  readonly id: string = crypto.randomUUID();
  readonly #memory: SharedMemory;
  #entries = new Deque<Entry>();
  /** The messages among them, so that history never has to look for them among presence entries. */
  #messages = new Deque<Message>();
  /** The most entries that there were since there was last made less room for them. */
  #most = 0;
  /** How many bytes it takes besides its entries. */
  readonly #roomBytes: number;
  #bytes: number;
  #last = 0;
  /** How many messages there were ever. */
  #total = 0;
  #listener: (entries: Entry[]) => void = () => {};
  readonly #closed: (log: MemoryLog) => void;

  /**
   * `memory`: what it shares with other logs; without it, it has some of its own: up to `maxBytes`, by
   * {@linkcode sizeOf}, and with the clock `now`, in milliseconds since 1970. `closed` is called when it is disposed of.
   */
  constructor(
    { memory, closed = () => {}, ...own }: {
      memory?: SharedMemory;
      closed?: (log: MemoryLog) => void;
      maxBytes?: number;
      now?: () => number;
    } = {},
  ) {
    this.#memory = memory ?? new SharedMemory(own);
    this.#closed = closed;
    this.#roomBytes = memory === undefined ? 0 : ROOM_BYTES;
    this.#bytes = this.#roomBytes;
    this.#memory.add(this);
  }

  get last(): number {
    return this.#last;
  }

  /** How many messages there were ever. */
  get total(): number {
    return this.#total;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get bareBytes(): number {
    const last = this.#entries.at(this.#entries.length - 1);
    return last === undefined ? this.#roomBytes : this.#roomBytes + sizeOf(last);
  }

  follow(listener: (entries: Entry[]) => void): void {
    this.#listener = listener;
  }

  append(drafts: readonly Draft[], lastLines?: LastLines): void {
    const time = this.#memory.now();
    if (lastLines !== undefined) this.#memory.lastLines.note(lastLines, time);
    if (drafts.length === 0) return;
    const entries = numbered(drafts, this.#last, time);
    this.#last += entries.length;
    const before = this.#bytes;
    for (const entry of entries) this.#keep(entry);
    this.#most = Math.max(this.#most, this.#entries.length);
    this.#memory.resized(this.#bytes - before);
    this.#listener(entries);
  }

  lastLine(key: string): number {
    return this.#memory.lastLines.get(key, this.#memory.now());
  }

  #keep(entry: Entry): void {
    this.#entries.pushBack(entry);
    this.#bytes += sizeOf(entry);
    if (!isMessage(entry)) return;
    this.#messages.pushBack(entry);
    this.#total++;
  }

  shrink(bytes: number): void {
    const before = this.#bytes;
    while (this.#bytes > bytes && this.#entries.length > 1) {
      const entry = this.#entries.popFront()!;
      this.#bytes -= sizeOf(entry);
      if (isMessage(entry)) this.#messages.popFront();
    }
    // A deque never gives back by itself what it once needed.
    if (this.#entries.length < this.#most / 4) {
      this.#entries = new Deque(this.#entries);
      this.#messages = new Deque(this.#messages);
      this.#most = this.#entries.length;
    }
    this.#memory.resized(this.#bytes - before);
  }

  messages(seq: number): number {
    return this.#total - (this.#messages.length - this.#indexAfter(seq));
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

  history({ limit, since = 0, after = 0, before = Infinity }: Which): Message[] {
    const end = before === Infinity ? this.#messages.length : this.#indexAfter(before - 1);
    const begin = Math.max(this.#indexAfter(after), end - Math.min(limit, MAX_HISTORY));
    const found: Message[] = [];
    for (let i = begin; i < end; i++) {
      const message = this.#messages.at(i)!;
      if (message.time >= since) found.push(message);
    }
    return found;
  }

  /** Where the first message with a higher number than this one is. */
  #indexAfter(seq: number): number {
    let [low, high] = [0, this.#messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#messages.at(middle)!.seq > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Lets its listener go, and keeps all else. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#listener = () => {};
    this.#closed(this);
    return Promise.resolve();
  }
}
