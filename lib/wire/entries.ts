/**
 * What travels on the wire: entries, which are numbered and the same for everyone, and direct lines for one member only.
 *
 * @module
 */

/** What the log assigns to every entry. */
export interface Numbered {
  /** The sequence number: one more than that of the previous entry. */
  seq: number;
  /** When the log accepted it, in milliseconds since 1970. */
  time: number;
}

/** A message, or an action (`/me`). */
export interface Message extends Numbered {
  /** Which of the two it is. */
  kind: "said" | "action";
  /** The author's name. */
  name: string;
  /** The text, cleaned. */
  text: string;
  /** The author's key. It distinguishes the member's own entries from those of others and is never sent. */
  authorKey: string;
  /** The number of its `/once`, if it has one; sent to the author only. */
  line?: number;
}

/** Arrivals or departures: several names if they happened at once. */
export interface Presence extends Numbered {
  /** Which of the two it is. */
  kind: "joined" | "left";
  /** Who came or went. */
  names: string[];
  /** Why they left, if all had the same reason. */
  reason?: string;
  /** The keys of those named, in the same order; never sent. */
  memberKeys: string[];
}

/** A member's change of name. */
export interface Renamed extends Numbered {
  /** The kind of line. */
  kind: "renamed";
  /** The old name. */
  name: string;
  /** The new name. */
  to: string;
}

/** Something that happened in the room, with its number. */
export type Entry = Message | Presence | Renamed;

/** An entry before the log has assigned its number and time. */
export type Draft =
  | Omit<Message, keyof Numbered>
  | Omit<Presence, keyof Numbered>
  | Omit<Renamed, keyof Numbered>;

/** The answer to `/hello` and to `/join`; in the text format, the line with one's own name. */
export interface Welcome {
  /** The kind of line. */
  kind: "welcome";
  /** The version of the wire format. */
  version: number;
  /** The id of one life of a log. */
  log: string;
  /** The cursor: entries with higher numbers follow. */
  seq: number;
  /** One's own name in the room. */
  name: string;
  /** The highest handled `/once` number of this client, over all rooms of the server. */
  taken: number;
  /** The room that one is in now; older servers do not tell it. */
  room?: string;
  /** What the server is called; older servers do not tell it. */
  title?: string;
  /** How many messages were ever said in the room, up to `seq`; older servers do not tell it. */
  messages?: number;
}

/** What is told of a room to those who are in another one. */
export interface RoomSummary {
  /** The room's name. */
  name: string;
  /** How many people are in it. */
  members: number;
  /** How many messages were ever said in it. */
  messages: number;
}

/** What happens in other rooms, for whoever watches: which of them changed, or that one's name was said there. */
export type Elsewhere =
  | { kind: "rooms"; rooms: readonly RoomSummary[] }
  | { kind: "mention"; room: string; name: string; seq: number };

/** A private message: `name` is set at its receiver, `to` at its sender. */
export type Private =
  | { kind: "private"; name: string; to?: undefined; text: string }
  | { kind: "private"; to: string; name?: undefined; text: string; line?: number };

/** A reply to a command, or any other line for one connection only. */
export interface Notice {
  /** Whether it informs, refuses, or answers `/ping`. */
  kind: "notice" | "error" | "pong";
  /** A sentence. */
  text: string;
  /** The number of the `/once` that an error answers, if it answers one. */
  line?: number;
  /** In an answer to `/who`, the members: all of them, or the next of many. Only in JSON. */
  names?: readonly string[];
  /** In an answer to `/rooms`, the rooms: all of them, or the next of many. Only in JSON. */
  rooms?: readonly RoomSummary[];
}

/** The last line before the server closes a connection. */
export interface Closed {
  /** The kind of line. */
  kind: "closed";
  /** Why it closes, in a sentence. */
  text: string;
  /** Whether retrying makes sense. */
  retry: boolean;
  /** Whether the peer was at fault, so that the text format shows an error; not sent in JSON. */
  fault: boolean;
}

/** A line for one member only; not in the log. */
export type Direct = Welcome | Private | Notice | Elsewhere | Closed;

/** The keys of the members that an entry belongs to: its author, or everyone who came or went. */
export function keysOf(entry: Entry): readonly string[] {
  if (isMessage(entry)) return [entry.authorKey];
  return entry.kind === "renamed" ? [] : entry.memberKeys;
}

/** Whether an entry is a message, the kind that history shows. */
export function isMessage(entry: Entry): entry is Message {
  return entry.kind === "said" || entry.kind === "action";
}
