/// <reference lib="dom" />

/** Text that a browser keeps by a key; where it keeps nothing, everything works, and is forgotten with the page. */
export class Storage {
  readonly #area: () => globalThis.Storage;
  #usable: boolean;

  /** `area`: `localStorage` or `sessionStorage`, which throw where they are forbidden. */
  constructor(area: () => globalThis.Storage) {
    this.#area = area;
    this.#usable = this.write("parley-try", "");
    this.remove("parley-try");
  }

  /** Whether anything is kept. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Returns what is kept by this key, as JSON made it; `undefined` if there is nothing, or something else. */
  read(key: string): Record<string, unknown> | undefined {
    try {
      const value: unknown = JSON.parse(this.#area().getItem(key) ?? "null");
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        return value as Record<string, unknown>;
      }
    } catch {
      // Nothing is kept, or someone else has kept something.
    }
  }

  /** Keeps a value. Returns whether it is kept. */
  write(key: string, value: unknown): boolean {
    try {
      this.#area().setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return this.#usable = false;
    }
  }

  /** Forgets a value. */
  remove(key: string): void {
    try {
      this.#area().removeItem(key);
    } catch {
      // Then nothing was kept.
    }
  }
}
