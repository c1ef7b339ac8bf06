/**
 * What travels: entries, which are numbered and the same for everyone, and direct lines, which are for one member only.
 *
 * @module
 */

/** Something that was said, or done with `/me`. */
export interface Message {
  /** The sequence number: one more than that of the entry before it. */
  seq: number;
  /** When the log took it, in milliseconds since 1970. */
  time: number;
  kind: "said" | "action";
  name: string;
  text: string;
  /** The key of the member who said it. It tells the member's own entries from others and is never sent. */
  by: string;
}

/** Who came or went: several names where several did at once. */
export interface Presence {
  seq: number;
  time: number;
  kind: "joined" | "left";
  names: string[];
  /** Why they left, where all of them had the same reason. */
  reason?: string;
  /** The keys of those who are named, in the same order; never sent. */
  by: string[];
}

/** A member's change of name. */
export interface Renamed {
  seq: number;
  time: number;
  kind: "renamed";
  name: string;
  to: string;
}

/** One numbered thing that happened in the room. */
export type Entry = Message | Presence | Renamed;

type Unnumbered<T> = T extends Entry ? Omit<T, "seq" | "time"> : never;

/** An entry before the log gave it its number and time. */
export type Draft = Unnumbered<Entry>;

/** The answer to `/hello`, and in the text format the line that says who one is. */
export interface Welcome {
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
  | { kind: "private"; to: string; name?: undefined; text: string };

/** A reply to a command, or anything else that is said to one connection alone. */
export interface Notice {
  kind: "notice" | "error" | "pong";
  text: string;
}

/** The last line before the server closes a connection. */
export interface Closed {
  kind: "closed";
  text: string;
  /** Whether trying again makes sense. */
  retry: boolean;
  /** Whether the connection was at fault, so that the text format shows an error; not sent in JSON. */
  fault: boolean;
}

/** A line for one member only; not in the log. */
export type Direct = Welcome | Private | Notice | Closed;

/** Whether an entry is a message, the kind that history shows. */
export function isMessage(entry: Entry): entry is Message {
  return entry.kind === "said" || entry.kind === "action";
}
