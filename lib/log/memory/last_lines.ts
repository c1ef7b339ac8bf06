import type { LastLine, LastLines } from "../log.ts";

/** For how many client keys the last `/once` number is remembered, over all rooms. */
export const MAX_KEYS = 65_536;
/** The same, of one source. */
export const MAX_KEYS_PER_SOURCE = 256;
/** How long a key is remembered after it was last heard from, in milliseconds. */
export const KEY_AGE_MS = 3600 * 1000;

/**
 * The last `/once` number of each client key. Beyond the limits, those of the source that has most are forgotten first,
 * beginning with the one that has been silent longest.
 */
export class LastLineTable {
  /** The numbers, and when they came; the key that has been silent longest comes first. */
  readonly #lines = new Map<string, LastLine & { time: number }>();
  /** The keys of each source, in the same order. */
  readonly #bySource = new Map<string, Set<string>>();

  /** Notes the numbers that were handled. `time`: now, in milliseconds since 1970. */
  note(lastLines: LastLines, time: number): void {
    for (const [key, lastLine] of lastLines) {
      this.#delete(key);
      this.#lines.set(key, { ...lastLine, time });
      const keys = this.#bySource.get(lastLine.source) ?? new Set();
      this.#bySource.set(lastLine.source, keys.add(key));
      if (keys.size > MAX_KEYS_PER_SOURCE) this.#deleteFirst(keys);
      if (this.#lines.size > MAX_KEYS) this.#deleteFirst(this.#largest());
    }
    this.#forget(time);
  }

  /** The last number of a key; 0 if there is none, or it was forgotten. `now`: in milliseconds since 1970. */
  get(key: string, now: number): number {
    this.#forget(now);
    return this.#lines.get(key)?.line ?? 0;
  }

  /** The keys of the source that has most; all keys, if each source has one. */
  #largest(): Iterable<string> {
    if (this.#bySource.size === this.#lines.size) return this.#lines.keys();
    return this.#bySource.values().reduce((most, keys) => keys.size > most.size ? keys : most);
  }

  #forget(now: number): void {
    for (const [key, { time }] of this.#lines) {
      if (now - time <= KEY_AGE_MS) return;
      this.#delete(key);
    }
  }

  #deleteFirst(keys: Iterable<string>): void {
    for (const first of keys) return this.#delete(first);
  }

  #delete(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    this.#lines.delete(key);
    const keys = this.#bySource.get(line.source)!;
    keys.delete(key);
    if (keys.size === 0) this.#bySource.delete(line.source);
  }
}
