import { concat } from "@std/bytes/concat";

const LF = 0x0a;
const CR = 0x0d;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** How many bytes of a line that is too long are kept, so that it can be told which one it was. */
const HEAD_BYTES = 64;

/**
 * The longest line, in bytes, that any server takes: as JSON, where a byte may become two, it stays below the 64 KiB that
 * clients accept.
 */
export const MAX_LINE_BYTES = 32_000;

/** Stands for a line that was longer than the cap; the rest of it is skipped. */
export const TOO_LONG: unique symbol = Symbol("line too long");

/** A line without its end, decoded as UTF-8 with U+FFFD for bad bytes and not yet cleaned; or one that was too long. */
export type Line = string | typeof TOO_LONG;

/**
 * Turns bytes into lines, however the bytes were cut. Lines end in LF or CR LF. It keeps at most one line, and of a
 * line beyond the cap nothing, so its memory is bounded whatever arrives.
 *
 * ```ts
 * const reader = new LineReader(8192);
 * for await (const chunk of connection.chunks()) {
 *   for (const line of reader.push(chunk)) handle(line);
 * }
 * ```
 */
export class LineReader {
  readonly #max: number;
  #pending = new Uint8Array(0);
  #length = 0;
  #skipping = false;
  #skipped = 0;
  #bytes = 0;
  #head = "";

  /** `maxBytes`: the longest line, without its end, that is passed on. */
  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** The lines that this chunk completes. A line that is too long is reported at once, not at its end. */
  *push(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let end; (end = chunk.indexOf(LF, start)) !== -1; start = end + 1) {
      if (this.#length === 0 && !this.#skipping && end - start <= this.#max) {
        yield this.#decode(chunk.subarray(start, end));
      } else {
        const line = this.#keep(chunk.subarray(start, end)) ?? this.#take();
        this.#skipping = false;
        if (line !== undefined) yield line;
      }
    }
    const line = this.#keep(chunk.subarray(start));
    if (line !== undefined) yield line;
  }

  /** What came after the last line end, if anything did. Afterwards the reader is empty. */
  end(): Line | undefined {
    const line = this.#length === 0 ? undefined : this.#take();
    this.#skipping = false;
    return line;
  }

  /** Whether a line has begun and not ended. */
  get pending(): boolean {
    return this.#length > 0;
  }

  /** The size in bytes of the line that was given last. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the line that was given last began with, where it was too long. */
  get head(): string {
    return this.#head;
  }

  /** How many more bytes of a line that was too long it skipped since this was last asked. */
  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /** Keeps a part of a line. Gives `TOO_LONG` when that makes the line so; one more byte may be the CR of its end. */
  #keep(part: Uint8Array): typeof TOO_LONG | undefined {
    if (this.#skipping) {
      this.#skipped += part.length;
      return;
    }
    const length = this.#length + part.length;
    if (length > this.#max + 1) return this.#skip(length, part);
    if (length > this.#pending.length) {
      const grown = new Uint8Array(Math.min(Math.max(length, 2 * this.#pending.length), this.#max + 1));
      grown.set(this.#pending.subarray(0, this.#length));
      this.#pending = grown;
    }
    this.#pending.set(part, this.#length);
    this.#length = length;
  }

  #skip(bytes: number, part: Uint8Array = new Uint8Array(0)): typeof TOO_LONG {
    this.#bytes = bytes;
    const kept = this.#pending.subarray(0, Math.min(this.#length, HEAD_BYTES));
    this.#head = decoder.decode(concat([kept, part.slice(0, HEAD_BYTES - kept.length)]));
    this.#skipping = true;
    this.#release();
    return TOO_LONG;
  }

  /** The kept line, complete now; nothing if it was reported as too long before. */
  #take(): Line | undefined {
    if (this.#skipping) return;
    const bytes = this.#pending.subarray(0, this.#length);
    const tooLong = bytes.length > this.#max && bytes.at(-1) !== CR;
    if (tooLong) return this.#skip(bytes.length);
    const line = this.#decode(bytes);
    this.#release();
    return line;
  }

  #release(): void {
    this.#pending = new Uint8Array(0);
    this.#length = 0;
  }

  #decode(bytes: Uint8Array): string {
    this.#bytes = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
    return decoder.decode(bytes.subarray(0, this.#bytes));
  }
}
