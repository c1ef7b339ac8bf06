/** The most sources that are counted at once; beyond that, those counted longest are forgotten first. */
const MAX_SOURCES = 10_000;

const DAY_MS = 24 * 3600 * 1000;

interface Count {
  since: number;
  taken: number;
}

/** Lets each source do something so many times a day, which begins with the first time. Times are in milliseconds. */
export class DailyQuota {
  readonly #limit: number;
  /** In the order in which the days of the sources began. */
  readonly #counts = new Map<string, Count>();

  /** `limit`: how many times a day. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many sources are counted. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts one time more; returns false, and counts nothing, if the source has used up its day. */
  take(source: string, now: number): boolean {
    const count = this.#counts.get(source);
    if (count !== undefined && !isOver(count, now)) {
      if (count.taken >= this.#limit) return false;
      count.taken++;
      return true;
    }
    this.#counts.delete(source);
    this.#forgetOldest(now);
    this.#counts.set(source, { since: now, taken: 1 });
    return true;
  }

  #forgetOldest(now: number): void {
    for (const [source, count] of this.#counts) {
      if (this.#counts.size < MAX_SOURCES && !isOver(count, now)) return;
      this.#counts.delete(source);
    }
  }
}

/** A day is also over if the clock was set back by one, or else it might last for years. */
function isOver({ since }: Count, now: number): boolean {
  return Math.abs(now - since) >= DAY_MS;
}
