import { concat } from "@std/bytes/concat";
import { Batch } from "./batch.ts";
import type { Direct, Entry } from "../wire/entries.ts";
import type { Format } from "../wire/formats/format.ts";
import { FORMATS } from "../wire/formats/formats.ts";

/** The most bytes that one write carries; the rest goes with the next one. */
export const MAX_WRITE_BYTES = 256 * 1024;

/** About how many bytes of the log a cursor that is far behind gets at a time. */
const PAGE_BYTES = 64 * 1024;

/** The most bytes of direct lines that may wait for a member before its input is no longer read. */
export const MAX_DIRECT_BYTES = 64 * 1024;

const LF = 0x0a;

const encoder = new TextEncoder();

/** How a sink wants lines to be wrapped, such as in the frames of WebSocket. */
export interface Framing {
  /** Wraps whole lines. What comes out may be given to every sink with the same framing. */
  wrap(lines: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** Where a member's lines go. */
export interface Sink {
  /** How to wrap what it is given; without it, lines are given as they are. */
  readonly framing?: Framing;
  /** Takes bytes; resolves when all of them are on their way. It is not called again before then. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the connection, because nothing more can be written to it or read for it. */
  close(): void;
}

/** Encoded lines for a cursor. */
export interface Lines {
  /** The lines. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same, wrapped by the framing of the last cursor that has one: whoever gets the lines shares it. */
  framed?: { framing: Framing; bytes: Uint8Array<ArrayBuffer> };
  /** The sequence number of their last entry. */
  last: number;
}

const NO_LINES: Lines = { bytes: new Uint8Array(0), last: 0 };

/** Where a cursor gets its entries from. */
export interface Source {
  /** The sequence number of the last entry there is. */
  readonly last: number;
  /**
   * Returns the lines after entry `at` for this member, about `MAX_WRITE_BYTES` at most; undefined if they are too far
   * back and must be read from the log.
   */
  take(at: number, format: Format, key: string): Lines | undefined;
  /** Whether this flush has time left to read from the log; if not, ask again in the next one. */
  readonly mayRead: boolean;
  /** Reads a page of the log. */
  read(after: number, bytes: number): Entry[] | Promise<Entry[]>;
  /** Records that this cursor lacks something, so that the next flush feeds it. */
  want(cursor: Cursor): void;
  /** Records that this cursor lacks what others already have, so that it is fed without waiting for more to gather. */
  lag(cursor: Cursor): void;
  /** Takes a cursor in. */
  add(cursor: Cursor): void;
  /** Forgets a cursor: it is done, or has gone over to another source. */
  remove(cursor: Cursor): void;
}

/**
 * A position in the log with everything needed to move it: a format, a sink, and pending direct lines. It has one
 * write in flight at most; what happens meanwhile goes with the next, so a slow sink costs nobody else anything.
 */
export class Cursor {
  /** The output format. A change takes effect with the next entry that has not been sent yet. */
  format: Format = FORMATS.text;
  #source: Source;
  readonly #sink: Sink;
  #finished?: PromiseWithResolvers<void>;
  /** The sequence number of the last entry sent; infinity while it does not follow the log. */
  #at = Infinity;
  #key = "";
  #busy = false;
  #closed = false;
  #direct: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;
  #inFlightBytes = 0;
  #drained?: PromiseWithResolvers<void>;
  #progress?: PromiseWithResolvers<void>;
  /** What to end with. */
  #closing?: { line?: Direct };
  /** Whether the write in flight holds the last line. */
  #lastInFlight = false;
  // Created once rather than with every write.
  readonly #done = () => this.#lastInFlight ? this.#finish() : this.#written();
  readonly #failed = () => this.close();

  /** Makes a cursor that follows nothing yet; see {@linkcode Cursor.follow}. */
  constructor(source: Source, sink: Sink) {
    this.#source = source;
    this.#sink = sink;
    source.add(this);
  }

  /** Sends a line, which may overtake entries. */
  send(line: Direct): void {
    this.write(this.format.direct(line));
  }

  /** Sends lines that are already formatted, each with its line end and no longer than one write may be. */
  write(lines: string): void {
    if (this.#closed) return;
    const bytes = encoder.encode(lines);
    for (let start = 0, end; start < bytes.length; start = end) {
      // Entries may come between two parts, so no line may be cut.
      end = bytes.lastIndexOf(LF, start + MAX_WRITE_BYTES - 1) + 1;
      if (end <= start) end = bytes.length;
      this.#direct.push(bytes.subarray(start, end));
    }
    this.#queuedBytes += bytes.length;
    this.#source.want(this);
  }

  /** Sends bytes that are no line, such as an answer in Telnet, between two lines. */
  writeBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    this.#direct.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#source.want(this);
  }

  /** Follows the log, from now on, from the entry after `at`, for the member with this key. */
  follow(at: number, key: string): void {
    this.#at = at;
    this.#key = key;
    this.#source.want(this);
  }

  /** Stops following the log: it gets direct lines only, until it follows again. Returns the last entry that it was given. */
  unfollow(): number {
    const at = this.#at;
    this.#at = Infinity;
    return at;
  }

  /** Goes over to another source: it stops following, but what waits for it alone is still sent. Does nothing if it is there. */
  moveTo(source: Source): void {
    if (source === this.#source || this.#closed) return;
    this.unfollow();
    this.#source.remove(this);
    this.#source = source;
    source.add(this);
    source.want(this);
  }

  /** Resolves when it has given its sink all entries that there are now, or was closed. */
  async caughtUp(): Promise<void> {
    const { last } = this.#source;
    while (this.#at < last && !this.#closed) {
      this.#source.want(this);
      this.#progress ??= Promise.withResolvers();
      await this.#progress.promise;
    }
  }

  /** Whether it follows the log. */
  get follows(): boolean {
    return this.#at !== Infinity;
  }

  /** Whether there are entries that it has not been given yet. */
  get lags(): boolean {
    return this.#at < this.#source.last;
  }

  /** Whether more direct lines are waiting or in flight than a member may leave unread. */
  get full(): boolean {
    return !this.#closed && this.#queuedBytes + this.#inFlightBytes > MAX_DIRECT_BYTES;
  }

  /** Resolves when it is no longer full, or was closed. */
  async drained(): Promise<void> {
    if (!this.full) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
  }

  /**
   * Sends what the log has so far, and `closing`, if there is one, as the last line. Resolves when that is done, or cannot
   * be.
   */
  end(closing?: Direct): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closing ??= { line: closing };
    this.#source.want(this);
    this.#finished ??= Promise.withResolvers();
    return this.#finished.promise;
  }

  /** Gives its sink what it lacks, unless the sink is still busy with the previous write. */
  feed(): void {
    if (this.#busy || this.#closed) return;
    if (this.#at >= this.#source.last) return this.#write();
    const next = this.#source.take(this.#at, this.format, this.#key);
    if (next === undefined) return this.#readOn();
    if (this.#queuedBytes > 0 && this.#queuedBytes + next.bytes.length > MAX_WRITE_BYTES) {
      return this.#write();
    }
    this.#at = next.last;
    this.#write(next);
  }

  #readOn(): void {
    if (this.#source.mayRead) this.#catchUp().catch(this.#failed);
    else this.#source.want(this);
  }

  /** Reads what this cursor lacks from the log, for it alone. */
  async #catchUp(): Promise<void> {
    this.#busy = true;
    const [source, from] = [this.#source, this.#at];
    const page = new Batch(await source.read(from, PAGE_BYTES));
    // It was closed or repositioned in the meantime.
    if (this.#closed || this.#source !== source || this.#at !== from) return this.#written();
    const missed = page.first - from - 1;
    if (missed > 0) {
      this.send({ kind: "notice", text: `you missed ${missed} messages: they came faster than you read` });
    }
    this.#at = page.last;
    this.#write({ bytes: page.encode(this.format, this.#key), last: page.last });
  }

  /** Writes these entries, together with whatever is for this cursor alone. */
  #write(entries: Lines = NO_LINES): void {
    const alone = this.#queuedBytes > 0 || this.#closing !== undefined;
    const lines = alone ? { ...entries, bytes: this.#withDirect(entries.bytes), framed: undefined } : entries;
    if (lines.bytes.length === 0) return this.#lastInFlight ? this.#finish() : this.#written();
    this.#busy = true;
    this.#sink.write(this.#wrap(lines)).then(this.#done, this.#failed);
  }

  /** Lines as the sink wants them: wrapped once for all who share them. */
  #wrap(lines: Lines): Uint8Array<ArrayBuffer> {
    const { framing } = this.#sink;
    if (framing === undefined) return lines.bytes;
    if (lines.framed?.framing !== framing) lines.framed = { framing, bytes: framing.wrap(lines.bytes) };
    return lines.framed.bytes;
  }

  /** As many direct lines as one write carries, then these entries, and the last line if nothing else is left. */
  #withDirect(entries: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const parts = this.#takeDirect(MAX_WRITE_BYTES - entries.length);
    parts.push(entries);
    this.#lastInFlight = this.#closing !== undefined && this.#direct.length === 0 &&
      this.#at >= this.#source.last;
    const last = this.#lastInFlight ? this.#closing?.line : undefined;
    if (last !== undefined) parts.push(encoder.encode(this.format.direct(last)));
    return concat(parts);
  }

  #takeDirect(max: number): Uint8Array<ArrayBuffer>[] {
    let size = 0;
    const end = this.#direct.findIndex((part) => (size += part.length) > max);
    const parts = this.#direct.splice(0, end === -1 ? this.#direct.length : end);
    this.#inFlightBytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.#queuedBytes -= this.#inFlightBytes;
    return parts;
  }

  #written(): void {
    if (this.#closed) return;
    this.#busy = false;
    this.#inFlightBytes = 0;
    this.#progress?.resolve();
    this.#progress = undefined;
    if (this.#drained !== undefined && !this.full) {
      this.#drained.resolve();
      this.#drained = undefined;
    }
    if (this.#at < this.#source.last) this.#source.lag(this);
    else if (this.#queuedBytes > 0 || this.#closing !== undefined) this.#source.want(this);
  }

  /** Leaves the fan-out and closes the connection at once. */
  close(): void {
    this.#finish();
    this.#sink.close();
  }

  #finish(): void {
    this.#closed = true;
    this.#source.remove(this);
    this.#direct = [];
    this.#finished?.resolve();
    this.#drained?.resolve();
    this.#progress?.resolve();
  }
}
