/** The longest time from one attempt to the next, in milliseconds. */
const MAX_DELAY_MS = 30_000;

/**
 * How long to wait, in milliseconds, before the attempt of this number, counted from 0: twice as long each time, up to
 * half a minute, and by a half at most shorter by chance, so that those who were cut off together do not come together.
 * `random` is from 0 to 1.
 */
export function backoff(attempt: number, first: number, random: number): number {
  return Math.min(MAX_DELAY_MS, first * 2 ** attempt) * (1 - random / 2);
}
