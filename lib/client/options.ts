import { DEFAULT_PORT, parseAddress } from "../cli/address.ts";
import { COMMON_FLAGS, type Flag, formatFlags, parseFlags, UsageError } from "../cli/flags.ts";
import { parseName, parseRoomName } from "../wire/names.ts";
import { Refusal } from "../wire/refusal.ts";
import { MIN_FINGERPRINT, parseFingerprint } from "../net/tls/fingerprint.ts";
import { PROGRAMS } from "../cli/version.ts";
import type { Recollection } from "./core/places.ts";
import type { ServerId } from "./state.ts";

/** A command line that says where to connect, and how. */
export interface ConnectCommand {
  /** Tells it apart from the other command lines. */
  kind: "connect";
  /** The server's address or host name. */
  hostname: string;
  /** The server's port. */
  port: number;
  /** The name to ask for. */
  name?: string;
  /** The room to go to. */
  room?: string;
  /** Whether to print JSON lines if the output is not a terminal. */
  json: boolean;
  /** Whether to keep printing after the input has ended. */
  follow: boolean;
  /** Whether to ring the terminal's bell when the user is mentioned. */
  bell: boolean;
  /** Whether to show a desktop notification as well. */
  notify: boolean;
  /** Whether to append lines only, without colours, in a terminal. */
  plain: boolean;
  /** The file that holds the room's password. */
  passwordFile?: string;
  /** Whether to speak TLS. */
  tls: boolean;
  /** The file of the authority or certificate to trust. */
  caFile?: string;
  /** How the fingerprint of the only certificate to trust begins, see {@linkcode parseFingerprint}. */
  fingerprint?: string;
}

/** What joining a room takes. */
export interface ChatOptions extends ConnectCommand {
  /** The room's password, if it is known. */
  password?: string;
  /** Looks up what is remembered of this server. `report` tells the user what went wrong with that. */
  recall(server: ServerId, report: (sentence: string) => void): Promise<Recollection>;
  /** Leaves the room when aborted. */
  signal: AbortSignal;
}

/** A parsed command line of the client. */
export type ClientCommand = { kind: "help" | "version" } | ConnectCommand;

const FLAGS: readonly Flag[] = [
  {
    name: "name",
    value: "NAME",
    summary: "ask for this name",
    elsewhere: ["nick", "nickname", "user", "username", "u", "n"],
  },
  {
    name: "room",
    value: "NAME",
    summary: "go to this room, which begins when someone goes there (lobby)",
    elsewhere: ["channel", "chan"],
  },
  {
    name: "password-file",
    value: "FILE",
    summary: "the room's password is its first line (asked for)",
    elsewhere: ["password", "pass", "pw"],
  },
  {
    name: "tls",
    summary: "encrypt; the server is known to an authority, or confirmed",
    elsewhere: ["ssl", "secure", "encrypt"],
  },
  { name: "ca", value: "FILE", summary: "encrypt, and also trust this authority or certificate" },
  {
    name: "fingerprint",
    value: "HEX",
    summary:
      `encrypt, and trust only the certificate with this fingerprint (its first ${MIN_FINGERPRINT} digits do)`,
  },
  { name: "json", summary: "print JSON lines if the output is not a terminal" },
  { name: "follow", summary: "keep printing after the input has ended" },
  { name: "no-bell", summary: "in a terminal: do not ring when your name is mentioned" },
  { name: "notify", summary: "in a terminal: show a desktop notification as well (OSC 9)" },
  {
    name: "plain",
    summary: "in a terminal: only append lines, without colours; also if TERM=dumb",
  },
  ...COMMON_FLAGS,
];

/** The usage of the client. */
export const CLIENT_USAGE: string = `Usage: ${PROGRAMS.client} IP [PORT] [flags]

Joins the chat room at this address (PORT is ${DEFAULT_PORT} by default; IP:PORT works too, and a port
alone is one of this machine). What is typed is said; /help lists the commands. In a pipe,
each line of input is said, and the client ends when all of it was confirmed.

${formatFlags(FLAGS)}`;

/**
 * Parses a client's command line.
 *
 * @throws {UsageError} if it is wrong
 */
export function parseClientArgs(args: string[]): ClientCommand {
  const { positional, values, given } = parseFlags(joinGroups(args), FLAGS, 3);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const [, , extra] = positional;
  if (extra !== undefined) {
    throw new UsageError(`there is one argument too many: "${extra}"; did you mean --name ${extra}?`);
  }
  if (positional.length === 0) {
    throw new UsageError(`say where the server is: its address, and its port if that is not ${DEFAULT_PORT}`);
  }
  return {
    kind: "connect",
    ...parseAddress(positional, { hostname: "127.0.0.1", port: DEFAULT_PORT, minPort: 1 }),
    name: values.name === undefined ? undefined : parseFlag("name", values.name, parseName),
    room: values.room === undefined ? undefined : parseFlag("room", values.room, parseRoomName),
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

/** Parses the value of a flag with the rules of the room for it. */
function parseFlag(flag: string, value: string, parse: (value: string) => string): string {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new UsageError(`--${flag}: ${error.message}`);
  }
}

/** Makes one argument of a fingerprint that was copied in its groups, without quotes around them. */
function joinGroups(args: string[]): string[] {
  const start = args.indexOf("--fingerprint") + 1;
  if (start === 0) return args;
  let end = start;
  while (end < args.length && /^[0-9A-F]{4}$/i.test(args[end])) end++;
  return end === start ? args : args.toSpliced(start, end - start, args.slice(start, end).join(""));
}

function fingerprint(hex: string | undefined): string | undefined {
  if (hex === undefined) return;
  const parsed = parseFingerprint(hex);
  if (parsed !== undefined) return parsed;
  throw new UsageError(
    `--fingerprint takes the digits that the server shows, the first ${MIN_FINGERPRINT} at least, not "${hex}"`,
  );
}
