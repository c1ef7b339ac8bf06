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

/** The longest `client` key, in characters. */
const MAX_CLIENT = 128;

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
  // Escapes in JSON were not cleaned with the line.
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

/** Formats a `/hello` line, without its end. */
export function formatHello({ resume, ...hello }: Hello): string {
  const { log, since, time } = resume ?? {};
  const at = time === undefined ? undefined : new Date(time).toISOString();
  return `/hello ${JSON.stringify({ ...hello, log, since, time: at })}`;
}
