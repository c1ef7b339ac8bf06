import { clean } from "./clean.ts";
import { FORMAT_NAMES, type FormatName, isFormatName } from "./formats/format.ts";

/** What a client may set up in its first line, `/hello {…}`. Every field is optional. */
export interface Hello {
  /** The name asked for. */
  name?: string;
  /** The output format; text without it. */
  format?: FormatName;
  /** The password of the room, where it has one. */
  password?: string;
  /** A secret that the client made up when it started: by it the room knows it again. */
  client?: string;
  /** Where the client stopped before its connection broke. */
  resume?: Resume;
}

/** A place in a log that a client has seen everything up to. */
export interface Resume {
  /** The log's id. */
  log: string;
  /** The sequence number of the last entry that was seen; 0 where none was. */
  since: number;
  /** The time of that entry, in milliseconds since 1970; without it, the entry is not compared. */
  time?: number;
}

/** The longest `client` key, in characters. */
const MAX_CLIENT = 128;

/** The version of the wire format, as the second line and the `welcome` object say it. */
export const VERSION = 1;

/** The first line that every connection gets. */
export const WELCOME = "Welcome to this chatroom!";

/** The second: by it a client recognises the server. */
export const BANNER = `-- parley ${VERSION}; /help lists the commands`;

/** All that a connection gets that speaks plain text where only TLS is spoken. */
export const TLS_ONLY = "error: this room speaks TLS: start the client with --tls";

/** The notice by which a server asks for the password, and waits for it. */
export const PASSWORD_PROMPT = "password:";

/**
 * Reads the object after `/hello`. Fields it does not know are ignored, so that newer clients can talk to older servers.
 *
 * @throws {SyntaxError} whose message says what is wrong, where it is no object or a field has the wrong type
 */
export function parseHello(json: string): Hello {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Said below, with an example.
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError('/hello takes a JSON object, such as /hello {"name":"alice","format":"json"}');
  }
  const { name, format, password, client, log, since, time } = value as Record<string, unknown>;
  requireString("name", name);
  if (format !== undefined && !isFormatName(format)) {
    throw new SyntaxError(`"format" in /hello must be "${FORMAT_NAMES.join('" or "')}"`);
  }
  requireString("password", password);
  requireString("client", client);
  if (client !== undefined && (client === "" || client.length > MAX_CLIENT)) {
    throw new SyntaxError(`"client" in /hello must have 1 to ${MAX_CLIENT} characters`);
  }
  const resume = readResume(log, since, time);
  // What JSON escapes has not been cleaned with the line.
  return { name: name === undefined ? undefined : clean(name), format, password, client, resume };
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

function requireString(field: string, value: unknown): asserts value is string | undefined {
  if (value === undefined || typeof value === "string") return;
  throw new SyntaxError(`"${field}" in /hello must be a string`);
}

/** The `/hello` line, without its end, that says this. */
export function formatHello({ resume, ...hello }: Hello): string {
  const { log, since, time } = resume ?? {};
  const at = time === undefined ? undefined : new Date(time).toISOString();
  return `/hello ${JSON.stringify({ ...hello, log, since, time: at })}`;
}
