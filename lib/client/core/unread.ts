import type { Welcome } from "../../wire/entries.ts";
import { localClock, localDate } from "../../wire/time.ts";
import type { Place } from "./places.ts";

/** The most messages that a server sends at once to whoever comes back. */
const MAX_SHOWN = 200;

/** What was said in a room while its user was away. */
export interface Unread {
  /** How many messages. */
  count: number;
  /** The time of the last entry that they had seen, in milliseconds since 1970. */
  since: number;
  /** How many messages there were before. */
  before: number;
  /** Whether the history shows what is new, as many messages as a server sends at once. */
  shown: boolean;
}

/** Compares what a room has now with what was seen of it. `undefined`: nobody knows how much is new. */
export function unreadSince(
  place: Place | undefined,
  { log, seq, messages }: Welcome,
): Omit<Unread, "shown"> | undefined {
  if (place === undefined || messages === undefined || place.log !== log || place.seq > seq) return;
  const count = messages - place.messages;
  return count < 0 ? undefined : { count, since: place.time, before: place.messages };
}

/** Tells in a line what is new; `now`: in milliseconds since 1970. */
export function describeUnread({ count, since, before, shown }: Unread, now: number): string {
  const news = `${count === 0 ? "nothing" : count} new since ${timeInWords(since, now)}`;
  if (!shown) return news;
  const hidden = Math.max(0, count - MAX_SHOWN);
  const last = hidden > 0 ? `, of which the last ${MAX_SHOWN} are shown` : "";
  const earlier = before + hidden;
  if (earlier === 0) return news;
  const than = count === 0 ? "" : count === 1 ? " it" : " them";
  return `${news}${last}; /history shows the ${earlier === 1 ? "one" : earlier} before${than}`;
}

/** The local time, in as few words as it takes: `17:40`, `yesterday 17:40`, or with the date. */
function timeInWords(time: number, now: number): string {
  const date = localDate(time);
  if (date === localDate(now)) return localClock(time);
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const day = date === localDate(midnight - 1) ? "yesterday" : date;
  return `${day} ${localClock(time)}`;
}
