import { clean } from "./clean.ts";
import type {
  Closed,
  Elsewhere,
  Message,
  Notice,
  Presence,
  Private,
  Renamed,
  RoomSummary,
  Welcome,
} from "./entries.ts";

/** What a client is told about an entry in addition to the entry itself. */
export interface Marks {
  /** The entry is the client's own: the receipt. */
  own: boolean;
  /** The entry is from before the client came. */
  history: boolean;
}

/** An entry as a client receives it. */
export type ReceivedEntry =
  | (Omit<Message, "authorKey"> & Marks)
  | Omit<Presence, "memberKeys">
  | Omit<Renamed, "by">;

/** One JSON line from a server. */
export type Received = ReceivedEntry | Welcome | Private | Notice | Elsewhere | Omit<Closed, "fault">;

/** The longest name, in code units; no server of this version sends one of more than 64. */
const MAX_RECEIVED_NAME = 128;

type Fields = Record<string, unknown>;

/**
 * Parses a JSON line from a server, which may be broken or hostile: every text in it is cleaned. Returns undefined if it
 * is no object, is of an unknown kind, or lacks a field.
 */
export function parseReceived(line: string): Received | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return;
  }
  if (typeof fields !== "object" || fields === null) return;
  try {
    return read(fields as Fields);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

function read(fields: Fields): Received | undefined {
  switch (fields.kind) {
    case "said":
    case "action": {
      const marks = { own: fields.own === true, history: fields.history === true };
      return {
        ...numbered(fields),
        kind: fields.kind,
        name: name(fields.name),
        text: text(fields.text),
        ...marks,
        ...lineOf(fields),
      };
    }
    case "joined":
    case "left": {
      if (!Array.isArray(fields.names)) throw new TypeError("names");
      const names = fields.names.map(name);
      return { ...numbered(fields), kind: fields.kind, names, ...optionally(text, "reason", fields.reason) };
    }
    case "renamed":
      return { ...numbered(fields), kind: "renamed", name: name(fields.name), to: name(fields.to) };
    case "welcome": {
      const { version, seq, taken } = fields;
      const log = text(fields.log);
      return {
        kind: "welcome",
        version: number(version),
        log,
        seq: number(seq),
        name: name(fields.name),
        taken: number(taken ?? 0),
        ...optionally(name, "room", fields.room),
        ...optionally(text, "title", fields.title),
        ...optionally(number, "messages", fields.messages),
      };
    }
    case "private":
      return fields.to === undefined
        ? { kind: "private", name: name(fields.name), text: text(fields.text) }
        : { kind: "private", to: name(fields.to), text: text(fields.text), ...lineOf(fields) };
    case "notice":
    case "error":
    case "pong": {
      const names = Array.isArray(fields.names) ? { names: fields.names.map(name) } : {};
      const rooms = fields.rooms === undefined ? {} : { rooms: roomsOf(fields.rooms) };
      return { kind: fields.kind, text: text(fields.text), ...lineOf(fields), ...names, ...rooms };
    }
    case "rooms":
      return { kind: "rooms", rooms: roomsOf(fields.rooms) };
    case "mention":
      return {
        kind: "mention",
        room: name(fields.room),
        name: name(fields.name),
        seq: number(fields.seq),
      };
    case "closed":
      return { kind: "closed", text: text(fields.text), retry: fields.retry === true };
  }
}

function numbered(fields: Fields): { seq: number; time: number } {
  return { seq: number(fields.seq), time: number(Date.parse(text(fields.time))) };
}

function lineOf({ line }: Fields): { line?: number } {
  return line === undefined ? {} : { line: number(line) };
}

function optionally<T, F extends string>(
  read: (value: unknown) => T,
  field: F,
  value: unknown,
): { [field in F]?: T } {
  return (value === undefined ? {} : { [field]: read(value) }) as { [field in F]?: T };
}

function roomsOf(value: unknown): RoomSummary[] {
  if (!Array.isArray(value)) throw new TypeError("not rooms");
  return value.map((room: Fields) => ({
    name: name(room?.name),
    members: number(room?.members),
    messages: number(room?.messages),
  }));
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a text");
  return clean(value);
}

/** Reads a name: short, and without private-use characters, which clients use for their own purposes. */
function name(value: unknown): string {
  const cleaned = text(value);
  if (cleaned.length > MAX_RECEIVED_NAME || /\p{Co}/u.test(cleaned)) throw new TypeError("not a name");
  return cleaned;
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError("not a number");
  return value;
}
