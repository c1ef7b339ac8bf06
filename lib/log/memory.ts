import type { KeptRoom, Logs } from "./logs.ts";
import { MemoryLog } from "./memory/log.ts";
import { SharedMemory } from "./memory/shared.ts";

export { KEY_AGE_MS, MAX_KEYS, MAX_KEYS_PER_SOURCE } from "./memory/last_lines.ts";
export { MemoryLog } from "./memory/log.ts";
export { MAX_LOG_BYTES } from "./memory/shared.ts";

/** The logs of all rooms in memory, which they share: see {@linkcode SharedMemory}. They live as long as the process. */
export class MemoryLogs implements Logs {
  readonly #memory: SharedMemory;
  readonly #logs = new Map<string, MemoryLog>();
  readonly #open = new Set<string>();

  /** `maxBytes`: how much to keep in all. `now`: the clock, in milliseconds since 1970. */
  constructor(options: { maxBytes?: number; now?: () => number } = {}) {
    this.#memory = new SharedMemory(options);
  }

  open(room: string): MemoryLog {
    if (this.#open.has(room)) throw new Error(`the log of ${room} is open already`);
    const log = this.#logs.get(room) ?? this.#begin(room);
    this.#open.add(room);
    this.#memory.reopen(log);
    return log;
  }

  #begin(room: string): MemoryLog {
    const log = new MemoryLog({ memory: this.#memory, closed: (log) => this.#close(room, log) });
    this.#logs.set(room, log);
    return log;
  }

  #close(room: string, log: MemoryLog): void {
    if (this.#open.delete(room)) this.#memory.close(log, () => this.#logs.delete(room));
  }

  list(limit: number): KeptRoom[] {
    return this.#logs.entries().take(limit).map(([name, { total }]) => ({ name, messages: total })).toArray();
  }

  remove(room: string): boolean {
    if (this.#open.has(room)) throw new Error(`the log of ${room} is open`);
    const log = this.#logs.get(room);
    if (log === undefined) return false;
    this.#logs.delete(room);
    this.#memory.remove(log);
    return true;
  }

  /** Does nothing: memory has nothing to close. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
