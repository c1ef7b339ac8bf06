import { clean } from "./clean.ts";
import { FORMAT_NAMES, type FormatName, isFormatName } from "./formats/format.ts";

/** What a client can set up in its first line, `/hello {…}`. Every field is optional. */
export interface Hello {
  /** The requested name. */
  name?: string;
  /** The output format; text by default. */
  format?: FormatName;
  /** The password of the room, if it has one. */
  password?: string;
  /** A secret that the client made up at its start, by which the room recognises it. */
  client?: string;
  /** The client's position before its connection broke. */
  resume?: Resume;
  /** The room to go to; the lobby without it. */
  room?: string;
  /** A secret that the client keeps for this server, by which a name stays its user's. */
  identity?: string;
  /** Whether to tell what happens in other rooms. */
  watch?: boolean;
  /** How far the client has read this room before it was started. */
  seen?: Seen;
}

/** A position in a log up to which the user of a client has read it at an earlier time. */
export interface Seen {
  /** The log's id. */
  log: string;
  /** The sequence number of the last entry seen. */
  seq: number;
}

/** A position in a log up to which a client has seen everything. */
export interface Resume {
  /** The log's id. */
  log: string;
  /** The sequence number of the last entry seen; 0 if none was. */
  since: number;
  /** The time of that entry, in milliseconds since 1970; without it, the entry is not verified. */
  time?: number;
}

/** The longest `client` key, and the longest `identity`, in characters. */
const MAX_SECRET = 128;

/** The version of the wire format, as the second line and the `welcome` object state it. */
export const VERSION = 1;

/** The first line that every connection gets. */
export const WELCOME = "Welcome to this chatroom!";

/** The second line, by which a client recognises the server. */
export const BANNER = `-- parley ${VERSION}; /help lists the commands`;

/** Both, as every connection gets them first. */
export const GREETING = `${WELCOME}\n${BANNER}\n`;

/** The only line that plain text on a TLS port is answered with. */
export const TLS_ONLY = "error: this room speaks TLS: start the client with --tls";

/** The notice by which a server asks for the password. */
export const PASSWORD_PROMPT = "password:";

/**
 * Parses the object after `/hello`. Unknown fields are ignored, so that newer clients can talk to older servers.
 *
 * @throws {SyntaxError} whose message says what is wrong, if it is no object or a field has the wrong type
 */
export function parseHello(json: string): Hello {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Reported below, with an example.
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError('/hello takes a JSON object, such as /hello {"name":"alice","format":"json"}');
  }
  const fields = value as Record<string, unknown>;
  const { name, format, password, client, room, identity, watch, log, since, time, seen } = fields;
  requireString("name", name);
  if (format !== undefined && !isFormatName(format)) {
    throw new SyntaxError(`"format" in /hello must be "${FORMAT_NAMES.join('" or "')}"`);
  }
  requireString("password", password);
  requireSecret("client", client);
  requireSecret("identity", identity);
  requireString("room", room);
  if (watch !== undefined && typeof watch !== "boolean") {
    throw new SyntaxError('"watch" in /hello must be true or false');
  }
  return {
    // Escapes in JSON were not cleaned with the line.
    name: name === undefined ? undefined : clean(name),
    room: room === undefined ? undefined : clean(room),
    format,
    password,
    client,
    identity,
    watch,
    resume: readResume(log, since, time),
    seen: readSeen(seen),
  };
}

function readResume(log: unknown, since: unknown, time: unknown): Resume | undefined {
  requireString("log", log);
  requireString("time", time);
  if (since !== undefined && !(Number.isSafeInteger(since) && since as number >= 0)) {
    throw new SyntaxError('"since" in /hello must be the number of an entry');
  }
  if (time !== undefined && Number.isNaN(Date.parse(time))) {
    throw new SyntaxError('"time" in /hello must be that of the entry, such as "2026-11-22T20:14:03.120Z"');
  }
  if (log === undefined || since === undefined) return;
  return { log, since: since as number, time: time === undefined ? undefined : Date.parse(time) };
}

function readSeen(seen: unknown): Seen | undefined {
  if (seen === undefined) return;
  const { log, seq } = (typeof seen === "object" && seen !== null ? seen : {}) as Record<string, unknown>;
  if (typeof log === "string" && Number.isSafeInteger(seq) && seq as number >= 0) {
    return { log, seq: seq as number };
  }
  throw new SyntaxError('"seen" in /hello must be a place in a log, such as {"log":"…","seq":41}');
}

function requireSecret(field: string, value: unknown): asserts value is string | undefined {
  requireString(field, value);
  if (value !== undefined && (value === "" || value.length > MAX_SECRET)) {
    throw new SyntaxError(`"${field}" in /hello must have 1 to ${MAX_SECRET} characters`);
  }
}

function requireString(field: string, value: unknown): asserts value is string | undefined {
  if (value === undefined || typeof value === "string") return;
  throw new SyntaxError(`"${field}" in /hello must be a string`);
}

/** Formats a `/hello` line, without its end. */
export function formatHello({ resume, ...hello }: Hello): string {
  const { log, since, time } = resume ?? {};
  const at = time === undefined ? undefined : new Date(time).toISOString();
  return `/hello ${JSON.stringify({ ...hello, log, since, time: at })}`;
}
