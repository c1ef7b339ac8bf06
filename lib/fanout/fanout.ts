import { concat } from "@std/bytes/concat";
import { Batch } from "./batch.ts";
import { Cursor, type Lines, MAX_WRITE_BYTES, type Sink, type Source } from "./cursor.ts";
import { type Log, sizeOf } from "../log/log.ts";
import type { Turn } from "./flush_schedule.ts";
import type { Entry } from "../wire/entries.ts";
import type { Format } from "../wire/formats/format.ts";

/** About how many bytes of entries are encoded together. */
const BATCH_BYTES = 64 * 1024;

/**
 * About how many bytes of the newest entries stay encoded; whoever is further behind is fed from the log, page by page
 * and individually, which costs many times as much.
 */
const TAIL_BYTES = 16 * 1024 * 1024;

/** How many milliseconds of a flush may be spent reading the log for cursors far behind; the rest of them wait. */
const READ_BUDGET_MS = 5;

/**
 * The write size, in bytes, at which half of the wait is skipped, because enough has been gathered. As measured, a
 * write of 32 KiB takes twice as long as one of 100 bytes, not counting the reader's share.
 */
const EVEN_BYTES = 12 * 1024;

/** Batches joined into one write. */
interface Joined extends Lines {
  batches: Batch[];
}

/** What follows entry `at`, in this format. */
interface Run extends Joined {
  at: number;
  format: Format;
}

/**
 * Gives every cursor what it lacks: one encoding for all at the same place, one write for each. It holds the newest
 * entries, encoded; anything older is in the log.
 */
export class Fanout implements Source {
  readonly #log: Log;
  readonly #wake: (lagging?: boolean) => void;
  readonly #removed?: () => void;
  readonly #tailBytes: number;
  readonly #cursors = new Set<Cursor>();
  /** The newest entries. No batch is empty, and each begins where the one before it ends. */
  readonly #tail: Batch[] = [];
  #tailSize = 0;
  /** What cursors were given in this flush, by format and position; and the last of these. */
  readonly #runs = new Map<Format, Map<number, Run>>();
  #run?: Run;
  #lacking = new Set<Cursor>();
  #news = false;
  /** The cursors still to be fed in this flush. */
  #pass?: Iterator<Cursor>;
  #reading = 0;

  /**
   * `wake` is called when a flush is needed, any number of times; with `lagging` if there is nothing to gather for it.
   * `removed` is called when a cursor is done or has gone elsewhere. `tailBytes`: about how much of the log to hold.
   */
  constructor(
    log: Log,
    wake: (lagging?: boolean) => void,
    { removed, tailBytes = TAIL_BYTES }: { removed?: () => void; tailBytes?: number } = {},
  ) {
    this.#log = log;
    this.#wake = wake;
    this.#removed = removed;
    this.#tailBytes = tailBytes;
  }

  get last(): number {
    return this.#log.last;
  }

  /** How many cursors there are. */
  get size(): number {
    return this.#cursors.size;
  }

  /** How many cursors lack something that the next flush can provide. */
  get lacking(): number {
    return this.#lacking.size;
  }

  /** Opens a cursor, which does not follow the log yet. */
  open(sink: Sink): Cursor {
    return new Cursor(this, sink);
  }

  add(cursor: Cursor): void {
    this.#cursors.add(cursor);
  }

  /** Takes what the log handed back; the next flush delivers it to everyone. */
  push(entries: Entry[]): void {
    // Done first, so that what is new is there for everyone, however much it is.
    while (this.#tailSize > this.#tailBytes && this.#tail.length > 1) {
      this.#tailSize -= this.#tail.shift()!.size;
    }
    for (let start = 0, end = 0; start < entries.length; start = end) {
      let size = 0;
      while (end < entries.length && size < BATCH_BYTES) size += sizeOf(entries[end++]);
      this.#tail.push(new Batch(entries.slice(start, end)));
      this.#tailSize += size;
    }
    this.#forgetRuns();
    this.#news = true;
    this.#wake();
  }

  /**
   * Feeds the cursors that lack something, as many with each call as the turn has left. Returns whether there are more, to
   * be fed in the next turn of the event loop. Synchronous: it waits for no one.
   */
  flush(turn: Turn): boolean {
    const pass = this.#pass ??= this.#begin();
    for (; turn.left > 0; turn.left--) {
      const { value, done } = pass.next();
      if (done) {
        this.#pass = undefined;
        return false;
      }
      value.feed();
    }
    return true;
  }

  #begin(): Iterator<Cursor> {
    const cursors = this.#news ? this.#cursors : this.#lacking;
    this.#lacking = new Set();
    this.#news = false;
    this.#reading = 0;
    this.#forgetRuns();
    return cursors.values();
  }

  /** The share of the last flush's cost that was per write rather than per byte: near 1 for small writes, 0 for large. */
  get overhead(): number {
    return EVEN_BYTES / (EVEN_BYTES + (this.#run?.bytes.length ?? 0));
  }

  /** How many cursors lack entries that the log has. */
  get lagging(): number {
    return [...this.#cursors].filter((cursor) => cursor.lags).length;
  }

  take(at: number, format: Format, key: string): Lines | undefined {
    // Nearly all cursors are at the same place.
    const run = this.#run?.at === at && this.#run.format === format ? this.#run : this.#find(at, format);
    if (run === undefined) return;
    for (const batch of run.batches) {
      if (batch.concerns(key)) return join(run.batches, (batch) => batch.encode(format, key));
    }
    return run;
  }

  /** What follows entry `at`, shared by all cursors there; undefined if that is too far back. */
  #find(at: number, format: Format): Run | undefined {
    if (this.#tail.length === 0 || at < this.#tail[0].first - 1) return;
    const runs = this.#runs.get(format) ?? new Map<number, Run>();
    this.#runs.set(format, runs);
    this.#run = runs.get(at) ?? this.#gather(at, format);
    runs.set(at, this.#run);
    return this.#run;
  }

  #gather(at: number, format: Format): Run {
    const index = this.#tail.findLastIndex((batch) => batch.first <= at + 1);
    const batches = [this.#tail[index].after(at), ...this.#tail.slice(index + 1)];
    return { at, format, ...join(batches, (batch) => batch.shared(format)) };
  }

  #forgetRuns(): void {
    this.#runs.clear();
    this.#run = undefined;
  }

  read(after: number, bytes: number): Entry[] | Promise<Entry[]> {
    const start = performance.now();
    const entries = this.#log.read(after, bytes);
    this.#reading += performance.now() - start;
    return entries;
  }

  get mayRead(): boolean {
    return this.#reading < READ_BUDGET_MS;
  }

  want(cursor: Cursor): void {
    this.#lacking.add(cursor);
    this.#wake();
  }

  lag(cursor: Cursor): void {
    this.#lacking.add(cursor);
    this.#wake(true);
  }

  remove(cursor: Cursor): void {
    this.#cursors.delete(cursor);
    this.#lacking.delete(cursor);
    this.#removed?.();
  }
}

/** Encodes the first of these batches: as many as one write carries, and at least one. */
function join(batches: Batch[], encode: (batch: Batch) => Uint8Array<ArrayBuffer>): Joined {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (const batch of batches) {
    const part = encode(batch);
    size += part.length;
    if (parts.length > 0 && size > MAX_WRITE_BYTES) break;
    parts.push(part);
  }
  const joined = batches.slice(0, parts.length);
  const bytes = parts.length === 1 ? parts[0] : concat(parts);
  return { batches: joined, bytes, last: joined[joined.length - 1].last };
}
