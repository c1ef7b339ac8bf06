import { concat } from "@std/bytes/concat";

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const BOM = "\ufeff";
const BOM_BYTES = 3;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** How many bytes of a line that is too long are kept, to tell which one it was. */
const HEAD_BYTES = 64;

/**
 * The longest line, in bytes, that any server takes: as JSON, where a byte may become two, it stays below the 64 KiB that
 * clients accept.
 */
export const MAX_LINE_BYTES = 32_000;

/** Stands for a line longer than the cap; the rest of it is skipped. */
export const TOO_LONG: unique symbol = Symbol("line too long");

/** A line without its end, decoded as UTF-8 with U+FFFD for bad bytes and not yet cleaned; or one that was too long. */
export type Line = string | typeof TOO_LONG;

/**
 * Turns bytes into lines, however the bytes were cut. Lines end in LF or CR, at once; an LF or NUL right after a CR is
 * part of the same end (the two ends of Telnet, RFC 854). A byte order mark at the start is dropped. The reader keeps at
 * most one line, and of a line beyond the cap nothing, so its memory is bounded whatever arrives.
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
  /** The last byte was a CR, so that an LF or NUL belongs to it. */
  #afterCr = false;
  /** The first line was there, so that no byte order mark is due. */
  #started = false;

  /** `maxBytes`: the longest line, without its end, that is returned. */
  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** The lines that this chunk completes. A line that is too long is reported immediately, not at its end. */
  *push(chunk: Uint8Array): Generator<Line> {
    // Most input has no CR: it is looked for once, and then every line costs one search.
    const hasCr = this.#afterCr || chunk.includes(CR);
    let start = hasCr ? this.#skipEnd(chunk, 0) : 0;
    for (let end; (end = hasCr ? endOfLine(chunk, start) : chunk.indexOf(LF, start)) !== -1;) {
      if (this.#length === 0 && !this.#skipping && end - start <= this.#max) {
        yield this.#decode(chunk.subarray(start, end));
      } else {
        const line = this.#keep(chunk.subarray(start, end)) ?? this.#take();
        this.#skipping = false;
        if (line !== undefined) yield line;
      }
      start = end + 1;
      if (chunk[end] !== CR) continue;
      this.#afterCr = true;
      start = this.#skipEnd(chunk, start);
    }
    const line = this.#keep(chunk.subarray(start));
    if (line !== undefined) yield line;
  }

  /** What follows the last line end, if anything does. Leaves the reader empty. */
  end(): Line | undefined {
    const line = this.#length === 0 ? undefined : this.#take();
    this.#skipping = false;
    return line;
  }

  /** Whether a line has begun and not ended. */
  get pending(): boolean {
    return this.#length > 0;
  }

  /** What there is of a line that has not ended; valid until the next call of another method. */
  get partial(): Uint8Array {
    return this.#pending.subarray(0, this.#length);
  }

  /** The size, in bytes, of the last line returned. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How the last line returned begins, if it was too long. */
  get head(): string {
    return this.#head;
  }

  /** How many further bytes of lines that were too long it has skipped since the last call. */
  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /** Where the input goes on behind the second byte of a line end, if that is due and there is one. */
  #skipEnd(chunk: Uint8Array, start: number): number {
    if (!this.#afterCr || start >= chunk.length) return start;
    this.#afterCr = false;
    return chunk[start] === LF || chunk[start] === NUL ? start + 1 : start;
  }

  /** Keeps a part of a line. Returns `TOO_LONG` if that exceeds the cap. */
  #keep(part: Uint8Array): typeof TOO_LONG | undefined {
    if (this.#skipping) {
      this.#skipped += part.length;
      return;
    }
    const length = this.#length + part.length;
    if (length > this.#max) return this.#skip(length, part);
    if (length > this.#pending.length) {
      const grown = new Uint8Array(Math.min(Math.max(length, 2 * this.#pending.length), this.#max));
      grown.set(this.#pending.subarray(0, this.#length));
      this.#pending = grown;
    }
    this.#pending.set(part, this.#length);
    this.#length = length;
  }

  #skip(bytes: number, part: Uint8Array): typeof TOO_LONG {
    this.#started = true;
    this.#bytes = bytes;
    const kept = this.#pending.subarray(0, Math.min(this.#length, HEAD_BYTES));
    this.#head = decoder.decode(concat([kept, part.slice(0, HEAD_BYTES - kept.length)]));
    this.#skipping = true;
    this.#release();
    return TOO_LONG;
  }

  /** The kept line, now complete; undefined if it was reported as too long before. */
  #take(): Line | undefined {
    if (this.#skipping) return;
    const line = this.#decode(this.partial);
    this.#release();
    return line;
  }

  #release(): void {
    this.#pending = new Uint8Array(0);
    this.#length = 0;
  }

  #decode(bytes: Uint8Array): string {
    this.#bytes = bytes.length;
    const line = decoder.decode(bytes);
    if (this.#started) return line;
    this.#started = true;
    if (!line.startsWith(BOM)) return line;
    this.#bytes -= BOM_BYTES;
    return line.slice(BOM.length);
  }
}

/** The index of the next LF or CR; -1 if there is none. */
function endOfLine(chunk: Uint8Array, start: number): number {
  const lf = chunk.indexOf(LF, start);
  // Not beyond the LF, or input with few CRs would be searched to its end for every line.
  const cr = (lf === -1 ? chunk.subarray(start) : chunk.subarray(start, lf)).indexOf(CR);
  return cr === -1 ? lf : start + cr;
}
