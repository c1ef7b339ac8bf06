import { LastLineTable } from "./last_lines.ts";

/** How much of all rooms' logs stays in memory, in bytes. */
export const MAX_LOG_BYTES = 32 * 1024 * 1024;

/** This part of the memory is freed beyond what is needed, so that it need not be done for each entry. */
const SLACK = 1 / 256;

/** This part of the memory may be filled by what rooms take that hold their last entry only. */
const MAX_BARE = 1 / 2;

/** A room's share of the memory. */
export interface Share {
  /** How many bytes it takes. */
  readonly bytes: number;
  /** How many bytes it would take with its last entry only. */
  readonly bareBytes: number;
  /** Lets its oldest entries go until it takes at most this many bytes, or only the last one is left. */
  shrink(bytes: number): void;
}

/**
 * The memory that the logs of all rooms share. What has to go goes from the rooms that have most, but never the last
 * entry of one: numbers go on after it. If rooms with little more than that fill half of the memory, those that nobody
 * is in go entirely, beginning with the one that nobody has been in for the longest time.
 */
export class SharedMemory {
  /** The last `/once` numbers, over all rooms. */
  readonly lastLines: LastLineTable = new LastLineTable();
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  readonly #maxBytes: number;
  readonly #shares = new Set<Share>();
  /** The shares of the rooms that nobody is in, and what is called when one goes; the one that is to go first is first. */
  readonly #closed = new Map<Share, () => void>();
  #bytes = 0;

  /** `maxBytes`: how much there is. `now`: the clock, in milliseconds since 1970. */
  constructor({ maxBytes = MAX_LOG_BYTES, now = Date.now }: { maxBytes?: number; now?: () => number } = {}) {
    this.#maxBytes = maxBytes;
    this.now = now;
  }

  /** Counts a share from now on. */
  add(share: Share): void {
    this.#shares.add(share);
    this.resized(share.bytes);
  }

  /** Counts a share no longer. */
  remove(share: Share): void {
    if (!this.#shares.delete(share)) return;
    this.#closed.delete(share);
    this.#bytes -= share.bytes;
  }

  /** Nobody is in this room any more; `forgotten` is called if its share goes. */
  close(share: Share, forgotten: () => void): void {
    this.#closed.set(share, forgotten);
  }

  /** Someone is in this room again. */
  reopen(share: Share): void {
    this.#closed.delete(share);
  }

  /** A share has grown by this many bytes, or shrunk. Makes room for it. */
  resized(bytes: number): void {
    this.#bytes += bytes;
    if (bytes > 0 && this.#bytes > this.#maxBytes) this.#free();
  }

  #free(): void {
    let bare = 0;
    for (const { bareBytes } of this.#shares) bare += bareBytes;
    for (const [share] of this.#closed) {
      if (bare <= this.#maxBytes * MAX_BARE) break;
      bare -= share.bareBytes;
      this.#forget(share);
    }
    this.#shrink(this.#maxBytes * (1 - SLACK));
    for (const [share] of this.#closed) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#forget(share);
    }
  }

  #forget(share: Share): void {
    const forgotten = this.#closed.get(share)!;
    this.remove(share);
    forgotten();
  }

  /** Shrinks the largest shares to one size, until all take at most this many bytes together, as far as they can. */
  #shrink(bytes: number): void {
    while (this.#bytes > bytes) {
      const shares = [...this.#shares].filter((share) => share.bytes > share.bareBytes);
      if (shares.length === 0) return;
      const level = levelOf(shares.map((share) => share.bytes), this.#bytes - bytes);
      // Each says by `resized` how much it has shrunk.
      for (const share of shares) if (share.bytes > level) share.shrink(level);
    }
  }
}

/** The size to which the largest of these have to be cut, so that `excess` is saved in all. */
function levelOf(sizes: number[], excess: number): number {
  sizes.sort((a, b) => b - a);
  let sum = 0;
  for (let count = 1; count <= sizes.length; count++) {
    sum += sizes[count - 1];
    if (sum - count * (sizes[count] ?? 0) >= excess) return (sum - excess) / count;
  }
  return 0;
}
