import { DEFAULT_PORT, parseAddress } from "../cli/address.ts";
import { COMMON_FLAGS, type Flag, formatFlags, parseFlags, parseNumber, UsageError } from "../cli/flags.ts";
import { MAX_HISTORY } from "../log/log.ts";
import type { Keep } from "../log/sqlite/retention.ts";
import { clean, isBlank } from "../wire/clean.ts";
import { type Format, FORMAT_NAMES, isFormatName } from "../wire/formats/format.ts";
import { FORMATS } from "../wire/formats/formats.ts";
import { MAX_LINE_BYTES } from "../wire/lines.ts";
import { parseRoomName } from "../wire/names.ts";
import { Refusal } from "../wire/refusal.ts";
import { PROGRAMS } from "../cli/version.ts";
import type { CertificateFiles } from "./access/certificate.ts";
import { DEFAULTS, type Limits } from "./limits.ts";
import { parseHost } from "./web/hosts.ts";

/** A parsed command line of the server. */
export type ServerCommand =
  | { kind: "help" | "version" }
  | {
    kind: "serve";
    hostname: string;
    port: number;
    limits: Limits;
    quiet: boolean;
    /** Whether to print the QR code of the page at the start, on a terminal that has room for it. */
    qr: boolean;
    /** What the server is called. */
    title?: string;
    /** By which names browsers may call it; see {@linkcode parseHost}. */
    hosts: string[];
    /** The file that holds the password. */
    passwordFile?: string;
    /** The file that holds the operator's password. */
    operatorFile?: string;
    /** The certificate and key for TLS. */
    certificate?: CertificateFiles;
    /** The file that keeps the rooms. */
    data?: DataOptions;
  }
  | {
    kind: "export";
    /** The file that keeps the rooms. */
    path: string;
    /** The only room to print. */
    room?: string;
    /** How to print it. */
    format: Format;
  }
  | {
    kind: "copy";
    /** The file that keeps the rooms. */
    path: string;
    /** The file to make. */
    to: string;
  }
  | {
    kind: "free";
    /** The file that keeps the rooms, and who owns which name. */
    path: string;
    /** The name to free. */
    name: string;
  };

/** How rooms are kept in a file. */
export interface DataOptions {
  /** The path of the file. */
  path: string;
  /** Whether every commit syncs the disk. */
  full: boolean;
  /** What is kept; everything if absent. */
  keep?: Keep;
}

/** The lowest `--max-line`, in bytes: any `/hello` must fit, or clients could not come in. */
const MIN_MAX_LINE = 1024;

const DATA: Flag = {
  name: "data",
  value: "FILE",
  summary: "keep the rooms in this file (in memory only)",
  elsewhere: ["db", "database", "file", "store"],
};

/** The longest `--title`, in bytes: what a label in DNS may have, by which servers are found. */
const MAX_TITLE_BYTES = 63;

const FLAGS: readonly Flag[] = [
  { name: "title", value: "TEXT", summary: "what this server is called (this machine's name)" },
  DATA,
  { name: "sync", value: "full", summary: "sync the disk for each batch: also survives power cuts (normal)" },
  { name: "keep", value: "30d", summary: "keep this many days, or entries: 1000000 (everything)" },
  { name: "history", value: "N", summary: `messages a newcomer is shown (${DEFAULTS.history})` },
  {
    name: "password-file",
    value: "FILE",
    summary: "let in only those who know its first line (everyone)",
    elsewhere: ["password", "pass", "pw"],
  },
  {
    name: "cert",
    value: "FILE",
    summary: "speak TLS, with this certificate (plain TCP)",
    elsewhere: ["tls", "ssl", "certificate", "tls-cert"],
  },
  { name: "key", value: "FILE", summary: "and its key; if neither file exists, both are made" },
  {
    name: "operator-file",
    value: "FILE",
    summary: "/operator PASSWORD, its first line, gives the operator's commands",
    elsewhere: ["operator", "oper", "admin"],
  },
  {
    name: "host",
    value: "NAME",
    summary: "a name that browsers call it by; https://NAME behind a proxy; repeatable",
    repeatable: true,
  },
  { name: "max-clients", value: "N", summary: `connections at once (${DEFAULTS.maxClients})` },
  {
    name: "max-per-address",
    value: "N",
    summary: `connections at once from one address (${DEFAULTS.maxPerAddress})`,
  },
  { name: "rate", value: "N", summary: `lines a second from one address, 0 for no limit (${DEFAULTS.rate})` },
  { name: "burst", value: "N", summary: `lines at once from one address (${DEFAULTS.burst})` },
  { name: "max-line", value: "BYTES", summary: `the longest line (${DEFAULTS.maxLine})` },
  { name: "no-qr", summary: "print no QR code at the start" },
  { name: "quiet", summary: "print only the ready lines and errors" },
  ...COMMON_FLAGS,
];

/** Those of `copy` and `free`. */
const FILE_FLAGS: readonly Flag[] = [
  { ...DATA, summary: "the file that the rooms are kept in" },
  ...COMMON_FLAGS,
];

const EXPORT_FLAGS: readonly Flag[] = [
  { ...DATA, summary: "the file that the rooms are kept in" },
  { name: "room", value: "NAME", summary: "print only this room (all of them)" },
  { name: "format", value: FORMAT_NAMES.join("|"), summary: "how to print it (text)" },
  ...COMMON_FLAGS,
];

/** The usage of the server. */
export const SERVER_USAGE: string = `Usage: ${PROGRAMS.server} [IP [PORT]] [flags]
       ${PROGRAMS.server} export --data FILE [--room NAME] [--format ${FORMAT_NAMES.join("|")}]
       ${PROGRAMS.server} copy --data FILE TO   or: free --data FILE NAME

Opens a chat room for everyone who can reach this machine. IP is one of this machine's
addresses (0.0.0.0, all of them); PORT is ${DEFAULT_PORT} by default, 0 takes a free one.
IP:PORT and a port alone work too.

${formatFlags(FLAGS)}

The second form prints the rooms that are kept in a file, and ends; the third copies that
file, also while a server uses it, to one that does not exist yet; the last one frees a
name that belongs to someone, while no server uses the file.

${formatFlags(EXPORT_FLAGS.slice(0, 3))}`;

/**
 * Parses a server's command line.
 *
 * @throws {UsageError} if it is wrong
 */
export function parseServerArgs(args: string[]): ServerCommand {
  if (args[0] === "export") return parseExportArgs(args.slice(1));
  if (args[0] === "copy") return parseCopyArgs(args.slice(1));
  if (args[0] === "free") return parseFreeArgs(args.slice(1));
  const { positional, values, lists, given } = parseFlags(args, FLAGS, 2);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const number = (flag: string, byDefault: number, bounds: [number, number]): number => {
    const value = values[flag];
    return value === undefined ? byDefault : parseNumber(`--${flag}`, value, bounds);
  };
  return {
    kind: "serve",
    ...parseAddress(positional, { hostname: "0.0.0.0", port: DEFAULT_PORT, minPort: 0 }),
    limits: {
      history: number("history", DEFAULTS.history, [0, MAX_HISTORY]),
      maxClients: number("max-clients", DEFAULTS.maxClients, [1, 1_000_000]),
      maxPerAddress: number("max-per-address", DEFAULTS.maxPerAddress, [1, 1_000_000]),
      rate: number("rate", DEFAULTS.rate, [0, 1_000_000]),
      burst: number("burst", DEFAULTS.burst, [1, 1_000_000]),
      maxLine: number("max-line", DEFAULTS.maxLine, [MIN_MAX_LINE, MAX_LINE_BYTES]),
    },
    quiet: given.has("quiet"),
    qr: !given.has("no-qr"),
    title: values.title === undefined ? undefined : parseTitle(values.title),
    hosts: lists.host.map(parseHost),
    operatorFile: values["operator-file"],
    passwordFile: values["password-file"],
    certificate: certificateFiles(values.cert, values.key),
    data: dataOptions(values),
  };
}

function parseExportArgs(args: string[]): ServerCommand {
  const { values, given } = parseFlags(args, EXPORT_FLAGS, 0);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const { data, room, format = "text" } = values;
  if (data === undefined) throw new UsageError("say which file the rooms are kept in: export --data FILE");
  if (!isFormatName(format)) {
    throw new UsageError(`--format is ${FORMAT_NAMES.join(" or ")}, not "${format}"`);
  }
  return {
    kind: "export",
    path: data,
    room: room === undefined ? undefined : parseRoom(room),
    format: FORMATS[format],
  };
}

function parseRoom(room: string): string {
  try {
    return parseRoomName(room);
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(`--room: ${error.message}`);
    throw error;
  }
}

function parseCopyArgs(args: string[]): ServerCommand {
  const { positional: [to], values, given } = parseFlags(args, FILE_FLAGS, 1);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  if (values.data === undefined || to === undefined) {
    throw new UsageError("say what to copy, and where to: copy --data FILE TO");
  }
  return { kind: "copy", path: values.data, to };
}

/** @throws {UsageError} if others could not be shown it */
function parseTitle(title: string): string {
  const cleaned = clean(title).trim();
  const bytes = new TextEncoder().encode(cleaned).length;
  if (!isBlank(cleaned) && bytes <= MAX_TITLE_BYTES) return cleaned;
  throw new UsageError(`--title takes a text of 1 to ${MAX_TITLE_BYTES} bytes, not "${cleaned}"`);
}

function parseFreeArgs(args: string[]): ServerCommand {
  const { positional: [name], values, given } = parseFlags(args, FILE_FLAGS, 1);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  if (values.data === undefined || name === undefined) {
    throw new UsageError("say which name to free, and in which file: free --data FILE NAME");
  }
  return { kind: "free", path: values.data, name };
}

function dataOptions({ data, sync, keep }: Record<string, string | undefined>): DataOptions | undefined {
  if (sync !== undefined && sync !== "full" && sync !== "normal") {
    throw new UsageError(`--sync is normal or full, not "${sync}"`);
  }
  if (data !== undefined) return { path: data, full: sync === "full", keep: parseKeep(keep) };
  if (sync !== undefined || keep !== undefined) {
    throw new UsageError("--sync and --keep are for rooms that are kept in a file: give --data FILE as well");
  }
}

/** Parses `--keep`: a number of entries, of days (`30d`), or of hours (`12h`). */
function parseKeep(keep: string | undefined): Keep | undefined {
  if (keep === undefined) return;
  const [, number, unit] = /^(\d{1,9})([dh]?)$/.exec(keep) ?? [];
  if (!(Number(number) > 0)) {
    throw new UsageError(
      `--keep takes days, hours or a number of entries: 30d, 12h or 1000000, not "${keep}"`,
    );
  }
  if (unit === "") return { entries: Number(number) };
  return { age: Number(number) * (unit === "d" ? 24 : 1) * 3600 * 1000 };
}

function certificateFiles(cert?: string, key?: string): CertificateFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined || key !== undefined) {
    throw new UsageError("--cert and --key belong together; give both");
  }
}
