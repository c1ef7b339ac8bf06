import { concat } from "@std/bytes/concat";
import { sizeOf } from "../log/log.ts";
import { type Entry, keysOf } from "../wire/entries.ts";
import type { Format } from "../wire/formats/format.ts";

const encoder = new TextEncoder();

/** About how many bytes a batch takes besides its entries, as measured: buffers and indexes for two formats. */
const BATCH_OVERHEAD = 1024;

/** Encoded lines; those of entry `i` end before byte `ends[i]`. */
interface Encoded {
  bytes: Uint8Array<ArrayBuffer>;
  ends: number[];
}

/**
 * Consecutive entries, encoded once per format for everyone who gets the same bytes. Only members with entries of
 * their own among them get an encoding of their own.
 */
export class Batch {
  /** The entries, in order. */
  readonly entries: readonly Entry[];
  readonly #encoded = new Map<Format, Encoded>();
  #own?: Map<string, number[]>;

  /** `entries`: at least one. */
  constructor(entries: readonly Entry[]) {
    this.entries = entries;
  }

  /** The sequence number of the first entry. */
  get first(): number {
    return this.entries[0].seq;
  }

  /** The sequence number of the last entry. */
  get last(): number {
    return this.entries[this.entries.length - 1].seq;
  }

  /** About how many bytes it takes in memory. */
  get size(): number {
    return this.entries.reduce((size, entry) => size + sizeOf(entry), BATCH_OVERHEAD);
  }

  /** The part of it that a cursor at `seq` still lacks. */
  after(seq: number): Batch {
    return seq < this.first ? this : new Batch(this.entries.filter((entry) => entry.seq > seq));
  }

  /** Whether any of its entries belongs to the member with this key. */
  concerns(key: string): boolean {
    this.#own ??= this.#indexByKey();
    return this.#own.has(key);
  }

  /** The lines for everyone who owns none of the entries. */
  shared(format: Format): Uint8Array<ArrayBuffer> {
    return this.#encode(format).bytes;
  }

  /** The lines for the member with this key. */
  encode(format: Format, key: string): Uint8Array<ArrayBuffer> {
    const { bytes, ends } = this.#encode(format);
    if (!this.concerns(key)) return bytes;
    const parts = [];
    let start = 0;
    for (const index of this.#own!.get(key)!) {
      const end = index === 0 ? 0 : ends[index - 1];
      if (start < end) parts.push(bytes.subarray(start, end));
      const own = format.own(this.entries[index], key);
      if (own !== "") parts.push(encoder.encode(own));
      start = ends[index];
    }
    if (start < bytes.length) parts.push(bytes.subarray(start));
    return concat(parts);
  }

  #encode(format: Format): Encoded {
    let encoded = this.#encoded.get(format);
    if (encoded === undefined) {
      encoded = encodeLines(this.entries.map((entry) => format.entry(entry)));
      this.#encoded.set(format, encoded);
    }
    return encoded;
  }

  /** Which entries belong to whom: messages to whoever said them, arrivals and departures to everyone named. */
  #indexByKey(): Map<string, number[]> {
    const own = new Map<string, number[]>();
    this.entries.forEach((entry, index) => {
      for (const key of keysOf(entry)) {
        const indexes = own.get(key);
        if (indexes === undefined) own.set(key, [index]);
        else indexes.push(index);
      }
    });
    return own;
  }
}

function encodeLines(lines: string[]): Encoded {
  const text = lines.join("");
  const bytes = encoder.encode(text);
  const ascii = bytes.length === text.length;
  let end = 0;
  return { bytes, ends: lines.map((line) => end += ascii ? line.length : encoder.encode(line).length) };
}
