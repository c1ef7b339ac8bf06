/** The longest delay between two attempts, in milliseconds. */
const MAX_DELAY_MS = 30_000;

/**
 * Returns the delay in milliseconds before an attempt, counted from 0: it starts at `first`, doubles each time up to half a
 * minute, and is shortened by up to half at random, so that clients that were cut off together do not return together.
 * `random` is from 0 to 1.
 */
export function backoff(attempt: number, first: number, random: number): number {
  return Math.min(MAX_DELAY_MS, first * 2 ** attempt) * (1 - random / 2);
}
