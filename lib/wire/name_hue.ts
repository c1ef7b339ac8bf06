import { foldName } from "./names.ts";

/** The number of hues that names are shown in, in a circle: hues next to each other look alike. */
export const HUES = 22;

/** From a hue that is taken to the one to try next: far away, and past every hue before it comes round. */
const STRIDE = 9;

/** The hue that a name asks for, from 0: the same in every client, whatever its case. */
export function preferredHue(name: string): number {
  let hash = 0;
  for (const char of foldName(name)) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) >>> 0;
  // Spreads the last letters over all bits, so that user1 and user2 differ.
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) % HUES;
}

/**
 * Hands out hues so that people who are in the room together look different: whoever comes first has the hue that their
 * name asks for, and whoever would get the same one, or the one next to it, moves on. They keep theirs until they leave.
 * The same names in the same order get the same hues. With more people than hues, some share one.
 */
export class NameHues {
  /** The hues of those who are there, by folded names. */
  readonly #present = new Map<string, number>();
  /** How many of them have each hue. */
  readonly #uses: number[] = Array(HUES).fill(0);
  /** The hues of names that were seen of late, in the history for instance; the oldest is at the beginning. */
  readonly #seen = new Map<string, number>();

  /** The hue of a name, from 0. */
  of(name: string): number {
    const folded = foldName(name);
    const known = this.#present.get(folded) ?? this.#seen.get(folded);
    if (known !== undefined) return known;
    const others = new Set(this.#seen.values());
    const hue = choose(folded, (hue) => this.#uses[hue] === 0 && !others.has(hue));
    this.#remember(folded, hue);
    return hue;
  }

  /** Takes note that someone is there. */
  enter(name: string): void {
    const folded = foldName(name);
    if (this.#present.has(folded)) return;
    const isFree = (hue: number) => this.#uses[hue] === 0;
    const seen = this.#seen.get(folded);
    const hue = seen !== undefined && isFree(seen) ? seen : choose(folded, isFree);
    this.#seen.delete(folded);
    this.#present.set(folded, hue);
    this.#uses[hue]++;
  }

  /** Takes note that someone is gone, so that others may have their hue. */
  leave(name: string): void {
    const folded = foldName(name);
    const hue = this.#present.get(folded);
    if (hue === undefined) return;
    this.#present.delete(folded);
    this.#uses[hue]--;
    this.#remember(folded, hue);
  }

  /** Takes note that it is not known any more who is there. */
  clear(): void {
    for (const [folded, hue] of this.#present) this.#remember(folded, hue);
    this.#present.clear();
    this.#uses.fill(0);
  }

  #remember(folded: string, hue: number): void {
    this.#seen.set(folded, hue);
    if (this.#seen.size > HUES) this.#seen.delete(this.#seen.keys().next().value!);
  }
}

/** The hue for a name: free with free neighbours if possible, else free, else the one that it asks for. */
function choose(folded: string, isFree: (hue: number) => boolean): number {
  const preferred = preferredHue(folded);
  const candidates = Array.from({ length: HUES }, (_, i) => (preferred + i * STRIDE) % HUES);
  const isApart = (hue: number) => [hue, hue + 1, hue + HUES - 1].every((near) => isFree(near % HUES));
  return candidates.find(isApart) ?? candidates.find(isFree) ?? preferred;
}
