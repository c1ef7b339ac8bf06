/**
 * What travels: entries, which are numbered and the same for everyone, and direct lines, which are for one member only.
 *
 * @module
 */

/** What the log gives every entry. */
export interface Numbered {
  /** The sequence number: one more than that of the entry before it. */
  seq: number;
  /** When the log took it, in milliseconds since 1970. */
  time: number;
}

/** Something that was said, or done with `/me`. */
export interface Message extends Numbered {
  /** Whether it was said or done. */
  kind: "said" | "action";
  /** Who said it. */
  name: string;
  /** What was said, cleaned. */
  text: string;
  /** The key of the member who said it. It tells the member's own entries from others and is never sent. */
  authorKey: string;
  /** The number that it was said under with `/once`, where it was; sent to who said it alone. */
  line?: number;
}

/** Who came or went: several names where several did at once. */
export interface Presence extends Numbered {
  /** Whether they came or went. */
  kind: "joined" | "left";
  /** Who. */
  names: string[];
  /** Why they left, where all of them had the same reason. */
  reason?: string;
  /** The keys of those who are named, in the same order; never sent. */
  memberKeys: string[];
}

/** A member's change of name. */
export interface Renamed extends Numbered {
  /** Says that it is one. */
  kind: "renamed";
  /** The name until then. */
  name: string;
  /** The name from then on. */
  to: string;
}

/** One numbered thing that happened in the room. */
export type Entry = Message | Presence | Renamed;

/** An entry before the log gave it its number and time. */
export type Draft =
  | Omit<Message, keyof Numbered>
  | Omit<Presence, keyof Numbered>
  | Omit<Renamed, keyof Numbered>;

/** The answer to `/hello`, and in the text format the line that says who one is. */
export interface Welcome {
  /** Says that it is one. */
  kind: "welcome";
  /** The version of the wire format. */
  version: number;
  /** Names one life of a log. */
  log: string;
  /** The cursor: entries with higher numbers follow. */
  seq: number;
  /** The name under which one is in the room. */
  name: string;
  /** The highest `/once` number of this client that was handled. */
  taken: number;
}

/** A private message: `name` is set at its receiver, `to` at its sender. */
export type Private =
  | { kind: "private"; name: string; to?: undefined; text: string }
  | { kind: "private"; to: string; name?: undefined; text: string; line?: number };

/** A reply to a command, or anything else that is said to one connection alone. */
export interface Notice {
  /** Whether it tells something, refuses something, or answers `/ping`. */
  kind: "notice" | "error" | "pong";
  /** What it says, in a sentence. */
  text: string;
  /** The number of the `/once` that an error answers, where it answers one. */
  line?: number;
  /** Who is here, where it answers `/who`: all of them, or the next of many. Only in JSON. */
  names?: readonly string[];
}

/** The last line before the server closes a connection. */
export interface Closed {
  /** Says that it is one. */
  kind: "closed";
  /** Why it closes, in a sentence. */
  text: string;
  /** Whether trying again makes sense. */
  retry: boolean;
  /** Whether the connection was at fault, so that the text format shows an error; not sent in JSON. */
  fault: boolean;
}

/** A line for one member only; not in the log. */
export type Direct = Welcome | Private | Notice | Closed;

/** The keys of the members that an entry belongs to: whoever said it, or everyone who came or went. */
export function keysOf(entry: Entry): readonly string[] {
  if (isMessage(entry)) return [entry.authorKey];
  return entry.kind === "renamed" ? [] : entry.memberKeys;
}

/** Whether an entry is a message, the kind that history shows. */
export function isMessage(entry: Entry): entry is Message {
  return entry.kind === "said" || entry.kind === "action";
}
