/**
 * The page's sentences that need a count or a time.
 *
 * @module
 */
import { localClock, localDate } from "../../wire/time.ts";
import type { PresenceItem } from "./items.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** The most names in a line that tells who came and went. */
const MAX_NAMES = 3;

/** The heading of a day: `Today, Wednesday 25 November`. Times are in milliseconds since 1970. */
export function dayInWords(time: number, now: number): string {
  const date = new Date(time);
  const year = date.getFullYear() === new Date(now).getFullYear() ? "" : ` ${date.getFullYear()}`;
  const day = `${DAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]}${year}`;
  const near = nearDay(time, now);
  return near === "" ? day : `${near[0].toUpperCase()}${near.slice(1)}, ${day}`;
}

/** A time in as few words as it takes: `17:40`, `yesterday 17:40`, `3 Nov 08:55`. */
export function timeInWords(time: number, now: number): string {
  const near = nearDay(time, now);
  if (near === "today") return localClock(time);
  if (near === "yesterday") return `${near} ${localClock(time)}`;
  const date = new Date(time);
  const year = date.getFullYear() === new Date(now).getFullYear() ? "" : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()].slice(0, 3)}${year} ${localClock(time)}`;
}

/** What is new since someone was here last: `37 new since yesterday 17:40`. */
export function newsInWords(count: number, since: number, now: number): string {
  return `${count} new since ${timeInWords(since, now)}`;
}

/** What has come while someone reads back: `12 new, 1 for you`. */
export function missedInWords(count: number, calls: number): string {
  if (count === 0) return "To the newest";
  return calls === 0 ? `${count} new` : `${count} new, ${calls} for you`;
}

/** Who came and went, in one line. `nameOf` says how someone is called, and whether they are the reader. */
export function presenceInWords(
  { came, left, passed }: PresenceItem,
  isSelf: (name: string) => boolean,
): string {
  const list = (names: readonly string[]) => inWords(names.map((name) => isSelf(name) ? "You" : name));
  const parts = [];
  if (came.length > 0) parts.push(`${list(came)} came in`);
  if (passed.length > 0) parts.push(`${list(passed)} looked in`);
  if (left.length > 0) {
    const [{ reason }] = left;
    const why = reason !== undefined && left.every((one) => one.reason === reason) ? `: ${reason}` : "";
    parts.push(`${list(left.map(({ name }) => name))} left${why}`);
  }
  return parts.join(" · ") || "nobody came or left";
}

/** Some names: `dave, erin and 3 others`. */
function inWords(names: readonly string[]): string {
  if (names.length > MAX_NAMES + 1) {
    return `${names.slice(0, MAX_NAMES - 1).join(", ")} and ${names.length - MAX_NAMES + 1} others`;
  }
  if (names.length === 1) return names[0];
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function nearDay(time: number, now: number): "today" | "yesterday" | "" {
  const date = localDate(time);
  if (date === localDate(now)) return "today";
  return date === localDate(new Date(now).setHours(0, 0, 0, 0) - 1) ? "yesterday" : "";
}

/** A sentence as the page shows it: with a capital, and “quotes”. */
export function sentence(text: string): string {
  const quoted = text.replace(/"([^"]*)"/g, "“$1”");
  return quoted.slice(0, 1).toUpperCase() + quoted.slice(1);
}
