import { COMMON_FLAGS, type Flag, formatFlags, parseFlags, parseNumber, UsageError } from "../cli/flags.ts";
import { parseName } from "../wire/names.ts";
import { Refusal } from "../wire/refusal.ts";
import { parseFingerprint } from "../net/tls/certificates.ts";
import { PROGRAMS } from "../cli/version.ts";

/** A client's command line that says where to connect, and how. */
export interface ConnectCommand {
  /** Which of the two kinds of command line it is. */
  kind: "connect";
  /** The server's address, or its host name. */
  hostname: string;
  /** The server's port. */
  port: number;
  /** The name to ask for. */
  name?: string;
  /** Whether to print JSON lines when the output is not a terminal. */
  json: boolean;
  /** Whether to go on printing after the input has ended. */
  follow: boolean;
  /** Whether to ring the terminal's bell for who is spoken to. */
  bell: boolean;
  /** Whether to show a desktop notification, too. */
  notify: boolean;
  /** Whether to append lines only, without colours, in a terminal. */
  plain: boolean;
  /** The file that the room's password is in. */
  passwordFile?: string;
  /** Whether to speak TLS. */
  tls: boolean;
  /** The file of the authority, or the certificate, to trust. */
  caFile?: string;
  /** The fingerprint of the only certificate to trust. */
  fingerprint?: string;
}

/** What one joins a room with. */
export interface ChatOptions extends ConnectCommand {
  /** The room's password, where it is known. */
  password?: string;
  /** Leaves the room when it is aborted. */
  signal: AbortSignal;
}

/** What a client's command line says. */
export type ClientCommand = { kind: "help" | "version" } | ConnectCommand;

const FLAGS: readonly Flag[] = [
  { name: "name", value: "NAME", summary: "ask for this name" },
  { name: "password-file", value: "FILE", summary: "the room's password is its first line (asked for)" },
  { name: "tls", summary: "encrypted, with a server that is known to the authorities or confirmed" },
  { name: "ca", value: "FILE", summary: "the same, and trust this authority or certificate too" },
  { name: "fingerprint", value: "HEX", summary: "the same, with exactly the certificate of this SHA-256" },
  { name: "json", summary: "print JSON lines when the output is not a terminal" },
  { name: "follow", summary: "go on printing after the input has ended" },
  { name: "no-bell", summary: "in a terminal: do not ring when your name is mentioned" },
  { name: "notify", summary: "in a terminal: show a desktop notification, too (OSC 9)" },
  { name: "plain", summary: "in a terminal: only append lines, without colours; also if TERM=dumb" },
  ...COMMON_FLAGS,
];

/** How the client is used. */
export const CLIENT_USAGE: string = `Usage: ${PROGRAMS.client} IP PORT [flags]

Joins the chat room at this address. What is typed is said; /help lists the commands. In a
pipe, each line of input is said, and it ends when all of it was confirmed.

${formatFlags(FLAGS)}`;

/**
 * Reads a client's command line.
 *
 * @throws {UsageError} whose message says what is wrong with it
 */
export function parseClientArgs(args: string[]): ClientCommand {
  const { positional, values, given } = parseFlags(args, FLAGS, 2);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const [hostname, port] = positional;
  if (port === undefined && /^[^:]+:\d+$/.test(hostname ?? "")) {
    throw new UsageError(`put a space between the address and the port: ${hostname.replace(":", " ")}`);
  }
  if (port === undefined) throw new UsageError("say where the server is: its address and its port");
  return {
    kind: "connect",
    hostname,
    port: parseNumber("PORT", port, [1, 65535]),
    name: values.name === undefined ? undefined : parseNameFlag(values.name),
    json: given.has("json"),
    follow: given.has("follow"),
    bell: !given.has("no-bell"),
    notify: given.has("notify"),
    plain: given.has("plain"),
    passwordFile: values["password-file"],
    tls: given.has("tls") || values.ca !== undefined || values.fingerprint !== undefined,
    caFile: values.ca,
    fingerprint: fingerprint(values.fingerprint),
  };
}

function parseNameFlag(name: string): string {
  try {
    return parseName(name);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new UsageError(`--name: ${error.message}`);
  }
}

function fingerprint(hex: string | undefined): string | undefined {
  if (hex === undefined) return;
  const parsed = parseFingerprint(hex);
  if (parsed !== undefined) return parsed;
  throw new UsageError(`--fingerprint takes the 64 hexadecimal digits that the server shows, not "${hex}"`);
}
