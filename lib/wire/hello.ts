import { clean } from "./clean.ts";

/** What a client may set up in its first line, `/hello {…}`. Every field is optional. */
export interface Hello {
  /** The name asked for. */
  name?: string;
  /** The output format; text without it. */
  format?: "text" | "json";
  /** The password of the room, where it has one. */
  password?: string;
}

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
  const { name, format, password } = value as Record<string, unknown>;
  if (name !== undefined && typeof name !== "string") {
    throw new SyntaxError('"name" in /hello must be a string');
  }
  if (format !== undefined && format !== "text" && format !== "json") {
    throw new SyntaxError('"format" in /hello must be "text" or "json"');
  }
  if (password !== undefined && typeof password !== "string") {
    throw new SyntaxError('"password" in /hello must be a string');
  }
  // What JSON escapes has not been cleaned with the line.
  return { name: name === undefined ? undefined : clean(name), format, password };
}

/** The `/hello` line, without its end, that says this. */
export function formatHello(hello: Hello): string {
  return `/hello ${JSON.stringify(hello)}`;
}
