import { clean, isBlank } from "../../wire/clean.ts";

/** How far the user of a client has seen a room's log. */
export interface Place {
  /** The log's id. */
  log: string;
  /** The sequence number of the last entry seen. */
  seq: number;
  /** The time of that entry, in milliseconds since 1970. */
  time: number;
  /** How many messages the room had counted up to it. */
  messages: number;
}

/** What a client remembers about one server. */
export interface Memory {
  /** The secret by which a name there stays its user's. */
  identity?: string;
  /** The name that its user bore last. */
  name?: string;
  /** The room in which its user was last. */
  room?: string;
  /** How far each room has been seen, the latest last. */
  places: Map<string, Place>;
  /** What other versions of the client keep in the file. */
  others?: Record<string, unknown>;
}

/** The most rooms of one server whose places are remembered. */
export const MAX_PLACES = 256;

/** The largest file, in bytes; what is remembered about one server always fits. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** The longest name of a member or a room, and the longest id of a log, in code units. */
const MAX_TEXT = 128;

/** Nothing. */
export function emptyMemory(): Memory {
  return { places: new Map() };
}

/** Makes up an identity: 256 random bits. */
export function makeIdentity(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a text can be remembered as the name of a member or a room, or as the id of a log. */
export function isRememberable(text: unknown): text is string {
  return typeof text === "string" && text.length <= MAX_TEXT && !isBlank(text) && clean(text) === text;
}

/** Whether this can be remembered as a place. */
export function isPlace(place: unknown): place is Place {
  if (typeof place !== "object" || place === null) return false;
  const { log, seq, time, messages } = place as Record<string, unknown>;
  return isRememberable(log) &&
    [seq, time, messages].every((n) => Number.isSafeInteger(n) && n as number >= 0);
}

/** Remembers a place, unless the same log has been seen further. Returns whether that changed anything. */
export function setPlace(places: Map<string, Place>, room: string, place: Place): boolean {
  const known = places.get(room);
  if (known !== undefined && known.log === place.log && known.seq >= place.seq) return false;
  places.delete(room);
  places.set(room, place);
  if (places.size > MAX_PLACES) places.delete(places.keys().next().value!);
  return true;
}

/**
 * Adds what is newer to what is older. The newer name and room win; of the places in one log the one that is further
 * wins, of those in different logs the newer one. An identity is never replaced.
 */
export function merge(older: Memory, newer: Memory): Memory {
  const places = new Map(older.places);
  for (const [room, place] of newer.places) setPlace(places, room, place);
  return {
    identity: older.identity ?? newer.identity,
    name: newer.name ?? older.name,
    room: newer.room ?? older.room,
    places,
    others: { ...newer.others, ...older.others },
  };
}

/** Formats what a file holds. */
export function formatMemory({ places, others, ...rest }: Memory): string {
  // An array: names that are numbers would change the order of an object.
  const known = { ...rest, places: [...places].map(([room, place]) => ({ room, ...place })) };
  const text = `${JSON.stringify({ ...others, ...known }, undefined, 1)}\n`;
  const fits = new TextEncoder().encode(text).length <= MAX_FILE_BYTES;
  return fits ? text : formatMemory({ ...rest, places });
}

/** Parses what a file holds. `damaged`: not all of it makes sense, and the rest is what could be saved. */
export function parseMemory(text: string): { memory: Memory; damaged: boolean } {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    // Cut off, or something else.
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    const identity = /"identity"\s*:\s*"([\w-]{22,128})"/.exec(text)?.[1];
    return { memory: { ...emptyMemory(), identity }, damaged: true };
  }
  const { identity, name, room, places, ...others } = fields as Record<string, unknown>;
  const parser = new Parser();
  const memory = {
    identity: parser.optional(identity, isIdentity),
    name: parser.optional(name, isRememberable),
    room: parser.optional(room, isRememberable),
    places: parser.places(places),
    others,
  };
  return { memory, damaged: parser.damaged };
}

/** Notices values that make no sense. */
class Parser {
  damaged = false;

  optional(value: unknown, isRight: (value: unknown) => value is string): string | undefined {
    if (value === undefined || isRight(value)) return value;
    this.damaged = true;
  }

  places(value: unknown = []): Map<string, Place> {
    const places = new Map<string, Place>();
    if (!Array.isArray(value) || value.length > MAX_PLACES) this.damaged = true;
    for (const item of Array.isArray(value) ? value : []) {
      if (!isPlace(item) || !isRememberable((item as Partial<Record<"room", unknown>>).room)) {
        this.damaged = true;
        continue;
      }
      const { room, log, seq, time, messages } = item as Place & { room: string };
      setPlace(places, room, { log, seq, time, messages });
    }
    return places;
  }
}

/** At least 128 bits in hexadecimal digits or in base64url, and not longer than `/hello` takes. */
function isIdentity(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{22,128}$/.test(value);
}
