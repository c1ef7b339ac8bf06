import { concat } from "@std/bytes/concat";
import { Batch } from "./batch.ts";
import { Cursor, MAX_WRITE, type Sink, type Source } from "./cursor.ts";
import { type Log, sizeOf } from "./log/log.ts";
import type { Entry } from "./wire/entries.ts";
import type { Format } from "./wire/format.ts";

/** About how many bytes of entries are encoded together. */
const BATCH = 64 * 1024;

/**
 * About how many bytes of the newest entries stay encoded; who is further behind is fed from the log, page by page and
 * alone, which costs many times as much.
 */
const TAIL = 16 * 1024 * 1024;

/** How many milliseconds of a flush may go into reading for those who are further back; the others of them wait. */
const READING = 5;

/** Batches that follow each other, as what follows a certain entry. */
interface Run {
  batches: Batch[];
  bytes: Uint8Array<ArrayBuffer>;
  last: number;
}

/**
 * Gives every cursor what it lacks: one encoding for all who are at the same place, one write for each. It holds the
 * newest entries, encoded; what is further back is in the log.
 */
export class Fanout implements Source {
  readonly #log: Log;
  readonly #wake: () => void;
  readonly #tailBytes: number;
  readonly #cursors = new Set<Cursor>();
  /** The newest entries. No batch is empty, and each begins where the one before it ends. */
  readonly #tail: Batch[] = [];
  #tailSize = 0;
  readonly #runs = new Map<Format, Map<number, Run>>();
  #lacking = new Set<Cursor>();
  #news = false;
  #readUntil = 0;

  /** `wake` is called when a flush is needed, any number of times. `tailBytes`: how much of the log it holds, about. */
  constructor(log: Log, wake: () => void, { tailBytes = TAIL }: { tailBytes?: number } = {}) {
    this.#log = log;
    this.#wake = wake;
    this.#tailBytes = tailBytes;
  }

  get last(): number {
    return this.#log.last;
  }

  /** How many cursors lack something that the next flush can give them. */
  get lacking(): number {
    return this.#lacking.size;
  }

  /** A new cursor, which does not follow the log yet. */
  open(sink: Sink): Cursor {
    const cursor = new Cursor(this, sink);
    this.#cursors.add(cursor);
    return cursor;
  }

  /** Takes what the log handed back, to be given to everyone with the next flush. */
  push(entries: Entry[]): void {
    // Before, so that what is new is there for everyone, however much it is.
    while (this.#tailSize > this.#tailBytes && this.#tail.length > 1) {
      this.#tailSize -= this.#tail.shift()!.size;
    }
    for (let start = 0, end = 0; start < entries.length; start = end) {
      let size = 0;
      while (end < entries.length && size < BATCH) size += sizeOf(entries[end++]);
      this.#tail.push(new Batch(entries.slice(start, end)));
      this.#tailSize += size;
    }
    this.#runs.clear();
    this.#news = true;
    this.#wake();
  }

  /** Feeds every cursor that lacks something. Synchronous: it waits for no one. */
  flush(): void {
    const cursors = this.#news ? this.#cursors : this.#lacking;
    this.#lacking = new Set();
    this.#news = false;
    this.#readUntil = performance.now() + READING;
    for (const cursor of cursors) cursor.feed();
  }

  /** How many cursors lack entries that are there. */
  get lagging(): number {
    return [...this.#cursors].filter((cursor) => cursor.lags).length;
  }

  take(
    at: number,
    format: Format,
    key: string,
  ): { bytes: Uint8Array<ArrayBuffer>; last: number } | undefined {
    if (this.#tail.length === 0 || at < this.#tail[0].first - 1) return;
    const run = this.#run(at, format);
    if (!run.batches.some((batch) => batch.concerns(key))) return run;
    return join(run.batches, (batch) => batch.encode(format, key));
  }

  /** What follows entry `at`, shared by all cursors there. */
  #run(at: number, format: Format): Run {
    const runs = this.#runs.get(format) ?? new Map<number, Run>();
    this.#runs.set(format, runs);
    let run = runs.get(at);
    if (run === undefined) {
      run = this.#gather(at, format);
      runs.set(at, run);
    }
    return run;
  }

  #gather(at: number, format: Format): Run {
    const index = this.#tail.findLastIndex((batch) => batch.first <= at + 1);
    const batches = [this.#tail[index].after(at), ...this.#tail.slice(index + 1)];
    return join(batches, (batch) => batch.shared(format));
  }

  read(after: number, bytes: number): Entry[] | Promise<Entry[]> {
    return this.#log.read(after, bytes);
  }

  get mayRead(): boolean {
    return performance.now() < this.#readUntil;
  }

  want(cursor: Cursor): void {
    this.#lacking.add(cursor);
    this.#wake();
  }

  remove(cursor: Cursor): void {
    this.#cursors.delete(cursor);
    this.#lacking.delete(cursor);
  }
}

/** What the first of these batches are in bytes, as many as one write carries, and one at least. */
function join(batches: Batch[], encode: (batch: Batch) => Uint8Array<ArrayBuffer>): Run {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (const batch of batches) {
    const part = encode(batch);
    size += part.length;
    if (parts.length > 0 && size > MAX_WRITE) break;
    parts.push(part);
  }
  const joined = batches.slice(0, parts.length);
  const bytes = parts.length === 1 ? parts[0] : concat(parts);
  return { batches: joined, bytes, last: joined[joined.length - 1].last };
}
