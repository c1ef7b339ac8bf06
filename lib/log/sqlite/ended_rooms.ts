import type { DatabaseSync } from "node:sqlite";
import { delay } from "@std/async/delay";
import { ENTRIES_PER_STEP, type EntryRemover } from "./remover.ts";
import { ROOM_SIZE } from "./rows.ts";

/** For how many times what a step took removing pauses: others wait meanwhile. */
const PAUSE_FACTOR = 4;

/** Removes what is left of rooms that were ended, a little at a time, and goes on with the next start. */
export class EndedRooms implements AsyncDisposable {
  readonly #db: DatabaseSync;
  readonly #remover: EntryRemover;
  readonly #stop = new AbortController();
  #running?: Promise<void>;

  /** Begins with those that are there. */
  constructor(db: DatabaseSync, remover: EntryRemover) {
    this.#db = db;
    this.#remover = remover;
    this.remove();
  }

  /** Removes all there are. Resolves when they are gone, when that fails, or when it is to stop. */
  remove(): Promise<void> {
    this.#running ??= this.#removeAll().finally(() => this.#running = undefined);
    return this.#running;
  }

  async #removeAll(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for (let room; !signal.aborted && (room = this.#next()) !== undefined;) {
        const began = performance.now();
        const removed = this.#remover.remove(room, ROOM_SIZE - 1);
        if (removed < ENTRIES_PER_STEP) this.#db.prepare("DELETE FROM rooms WHERE room = ?").run(room);
        await delay(PAUSE_FACTOR * (performance.now() - began), { signal }).catch(() => {});
      }
    } catch {
      // The disk is full or fails: whoever speaks is told, and this is tried again when another room ends.
    }
  }

  #next(): number | undefined {
    const row = this.#db.prepare("SELECT room FROM rooms WHERE name IS NULL LIMIT 1").get();
    return row?.room as number | undefined;
  }

  /** Stops; what is left is removed after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
