import { MAX_HISTORY, type Which } from "../../log/log.ts";
import { Refusal } from "../../wire/refusal.ts";

/** How many messages `/history` shows if it is given no number. */
const DEFAULT_HISTORY = 50;

const MINUTE_MS = 60_000;

/** Farther, in milliseconds, than any local time is from the same time in UTC, and than any clock is put at once. */
const MAX_OFFSET_MS = 36 * 60 * MINUTE_MS;

/** What a clock on the wall shows, with the date. */
interface WallTime {
  /** The date, as numbers. */
  date: readonly [year: number, month: number, day: number];
  hours: number;
  minutes: number;
}

/**
 * Reads what comes after `/history`: nothing, a number, `before SEQ`, with or without a number, `since HH:MM`, which is the
 * last time that the server's clock showed that, or `since YYYY-MM-DD HH:MM`. An hour that occurs twice means its later time; one that is skipped, the
 * moment after the gap.
 *
 * @throws {Refusal} if it is none of these
 */
export function parseHistory(text: string, now: Date): Which {
  if (text === "") return { limit: DEFAULT_HISTORY };
  if (/^\d+$/.test(text)) return { limit: Math.min(Number(text), MAX_HISTORY) };
  const [, before, limit = DEFAULT_HISTORY] = /^before\s+(\d{1,15})(?:\s+(\d+))?$/i.exec(text) ?? [];
  if (before !== undefined) return { limit: Math.min(Number(limit), MAX_HISTORY), before: Number(before) };
  const [, date, hours, minutes] = /^since\s+(?:(\d{4}-\d\d-\d\d)\s+)?(\d\d?):(\d\d)$/i.exec(text) ?? [];
  const since = Number(hours) < 24 && Number(minutes) < 60
    ? findTime(date, { hours: Number(hours), minutes: Number(minutes), now })
    : undefined;
  if (since !== undefined) return { limit: MAX_HISTORY, since };
  throw new Refusal(
    "that is not how /history is used: /history, /history 50, /history since 20:00, " +
      "/history since 2026-11-22 20:00, or /history before 41",
  );
}

/** The time that is meant, in milliseconds since 1970; undefined if there is no such date. */
function findTime(
  date: string | undefined,
  { now, ...clock }: { hours: number; minutes: number; now: Date },
): number | undefined {
  const past = (times: number[]) => times.findLast((time) => time <= now.getTime());
  if (date !== undefined) {
    const [year, month, day] = date.split("-").map(Number);
    const times = timesOf({ date: [year, month, day], ...clock });
    return past(times) ?? times[0];
  }
  const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  // Today, or on the day before, unless the calendar has skipped that.
  for (let back = 0; back < 3; back++) {
    const earlier = new Date(Date.UTC(year, month - 1, day - back));
    const date = [earlier.getUTCFullYear(), earlier.getUTCMonth() + 1, earlier.getUTCDate()] as const;
    const time = past(timesOf({ date, ...clock }));
    if (time !== undefined) return time;
  }
}

/** When the clock shows this, in order: twice where it was put back, and where it was put forward, right after that. */
function timesOf(wall: WallTime): number[] {
  const { date: [year, month, day], hours, minutes } = wall;
  const utc = Date.UTC(year, month - 1, day, hours, minutes);
  if (new Date(utc).getUTCMonth() + 1 !== month || new Date(utc).getUTCDate() !== day) return [];
  const [before, after] = [utc - MAX_OFFSET_MS, utc + MAX_OFFSET_MS];
  const times = [...new Set([before, after].map((time) => utc + offsetAt(time)))].sort((a, b) => a - b);
  const shown = times.filter((time) => shows(new Date(time), wall));
  return shown.length > 0 ? shown : [changeBetween(before, after)];
}

/** When the clock is changed between two times, to the minute. */
function changeBetween(before: number, after: number): number {
  const old = offsetAt(before);
  while (after - before > MINUTE_MS) {
    const middle = before + Math.round((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetAt(middle) === old) before = middle;
    else after = middle;
  }
  return after;
}

/** By how many milliseconds UTC is ahead of the local time. */
function offsetAt(time: number): number {
  return new Date(time).getTimezoneOffset() * MINUTE_MS;
}

function shows(time: Date, { date: [, month, day], hours, minutes }: WallTime): boolean {
  return time.getMonth() + 1 === month && time.getDate() === day && time.getHours() === hours &&
    time.getMinutes() === minutes;
}
