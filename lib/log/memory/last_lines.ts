import type { LastLines } from "../log.ts";

/** For how many client keys the last `/once` number is remembered, over all rooms. */
export const MAX_KEYS = 65_536;
/** How long a key is remembered after it was last heard from, in milliseconds. */
export const KEY_AGE_MS = 3600 * 1000;

/** The last `/once` number of each client key. */
export class LastLineTable {
  /** The numbers, and when they came; the key that has been silent longest comes first. */
  readonly #lines = new Map<string, { line: number; time: number }>();

  /** Notes the numbers that were handled. `time`: now, in milliseconds since 1970. */
  note(lastLines: LastLines, time: number): void {
    for (const [key, line] of lastLines) {
      this.#lines.delete(key);
      this.#lines.set(key, { line, time });
    }
    this.#forget(time);
  }

  /** The last number of a key; 0 if there is none, or it was forgotten. `now`: in milliseconds since 1970. */
  get(key: string, now: number): number {
    this.#forget(now);
    return this.#lines.get(key)?.line ?? 0;
  }

  #forget(now: number): void {
    for (const [key, { time }] of this.#lines) {
      if (this.#lines.size <= MAX_KEYS && now - time <= KEY_AGE_MS) return;
      this.#lines.delete(key);
    }
  }
}
