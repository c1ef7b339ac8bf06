import { COMMON_FLAGS, type Flag, formatFlags, parseFlags, parseNumber, UsageError } from "../cli/flags.ts";
import { MAX_HISTORY } from "../log/log.ts";
import type { Keep } from "../log/sqlite/retention.ts";
import { type Format, FORMAT_NAMES, isFormatName } from "../wire/formats/format.ts";
import { FORMATS } from "../wire/formats/formats.ts";
import { PROGRAMS } from "../cli/version.ts";
import type { CertificateFiles } from "./access/certificate.ts";
import { DEFAULTS, type Limits } from "./limits.ts";

/** What a server's command line says. */
export type ServerCommand =
  | { kind: "help" | "version" }
  | {
    kind: "serve";
    hostname: string;
    port: number;
    limits: Limits;
    quiet: boolean;
    /** The file that the password is in. */
    passwordFile?: string;
    /** The files that make it speak TLS. */
    certificate?: CertificateFiles;
    /** The file that the room is kept in. */
    data?: DataOptions;
  }
  | {
    kind: "export";
    /** The file of the room. */
    path: string;
    /** What to print. */
    format: Format;
  }
  | {
    kind: "copy";
    /** The file of the room. */
    path: string;
    /** The file to make. */
    to: string;
  };

/** How a room is kept in a file. */
export interface DataOptions {
  /** The file. */
  path: string;
  /** Whether the disk is synced at every commit. */
  full: boolean;
  /** What is kept; everything without it. */
  keep?: Keep;
}

/** The longest line that can be allowed: as JSON, where each byte may become two, it stays below the 64 KiB that clients accept. */
const MAX_MAX_LINE = 32_000;

/** The shortest one: with a `/hello`, whatever it holds, a client must be able to come in. */
const MIN_MAX_LINE = 1024;

const DATA: Flag = { name: "data", value: "FILE", summary: "keep the room in this file (in memory only)" };

const FLAGS: readonly Flag[] = [
  DATA,
  { name: "sync", value: "full", summary: "sync the disk for each batch: survives power cuts, too (normal)" },
  { name: "keep", value: "30d", summary: "keep so many days, or entries: 1000000 (everything)" },
  { name: "history", value: "N", summary: `messages a newcomer is shown (${DEFAULTS.history})` },
  { name: "password-file", value: "FILE", summary: "let in only who knows its first line (everyone)" },
  { name: "cert", value: "FILE", summary: "speak TLS, with this certificate (plain TCP)" },
  { name: "key", value: "FILE", summary: "and its key; where neither exists yet they are made" },
  { name: "max-clients", value: "N", summary: `connections at once (${DEFAULTS.maxClients})` },
  {
    name: "max-per-address",
    value: "N",
    summary: `connections at once from one address (${DEFAULTS.maxPerAddress})`,
  },
  { name: "rate", value: "N", summary: `lines a second from one address, 0 for no limit (${DEFAULTS.rate})` },
  { name: "burst", value: "N", summary: `lines at once from one address (${DEFAULTS.burst})` },
  { name: "max-line", value: "BYTES", summary: `the longest line (${DEFAULTS.maxLine})` },
  { name: "quiet", summary: "print only the ready lines and errors" },
  ...COMMON_FLAGS,
];

const COPY_FLAGS: readonly Flag[] = [
  { ...DATA, summary: "the file that the room is kept in" },
  ...COMMON_FLAGS,
];

const EXPORT_FLAGS: readonly Flag[] = [
  { ...DATA, summary: "the file that the room is kept in" },
  { name: "format", value: FORMAT_NAMES.join("|"), summary: "how to print it (text)" },
  ...COMMON_FLAGS,
];

/** How the server is used. */
export const SERVER_USAGE: string = `Usage: ${PROGRAMS.server} [IP [PORT]] [flags]
       ${PROGRAMS.server} export --data FILE [--format ${FORMAT_NAMES.join("|")}]
       ${PROGRAMS.server} copy --data FILE TO

Opens a chat room for everyone who can reach this machine. IP is one of this machine's
addresses (0.0.0.0, all of them); PORT is 8081 by default, 0 takes a free one.

${formatFlags(FLAGS)}

The second form prints the room that is kept in a file, and ends; the third copies that
file, also while a server uses it, to one that does not exist yet.

${formatFlags(EXPORT_FLAGS.slice(0, 2))}`;

/**
 * Reads a server's command line.
 *
 * @throws {UsageError} whose message says what is wrong with it
 */
export function parseServerArgs(args: string[]): ServerCommand {
  if (args[0] === "export") return parseExportArgs(args.slice(1));
  if (args[0] === "copy") return parseCopyArgs(args.slice(1));
  const { positional, values, given } = parseFlags(args, FLAGS, 2);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const [hostname = "0.0.0.0", port = "8081"] = positional;
  const number = (flag: string, byDefault: number, bounds: [number, number]): number => {
    const value = values[flag];
    return value === undefined ? byDefault : parseNumber(`--${flag}`, value, bounds);
  };
  return {
    kind: "serve",
    hostname,
    port: parseNumber("PORT", port, [0, 65535]),
    limits: {
      history: number("history", DEFAULTS.history, [0, MAX_HISTORY]),
      maxClients: number("max-clients", DEFAULTS.maxClients, [1, 1_000_000]),
      maxPerAddress: number("max-per-address", DEFAULTS.maxPerAddress, [1, 1_000_000]),
      rate: number("rate", DEFAULTS.rate, [0, 1_000_000]),
      burst: number("burst", DEFAULTS.burst, [1, 1_000_000]),
      maxLine: number("max-line", DEFAULTS.maxLine, [MIN_MAX_LINE, MAX_MAX_LINE]),
    },
    quiet: given.has("quiet"),
    passwordFile: values["password-file"],
    certificate: certificateFiles(values.cert, values.key),
    data: dataOptions(values),
  };
}

function parseExportArgs(args: string[]): ServerCommand {
  const { values, given } = parseFlags(args, EXPORT_FLAGS, 0);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const { data, format = "text" } = values;
  if (data === undefined) throw new UsageError("say which file the room is kept in: export --data FILE");
  if (!isFormatName(format)) {
    throw new UsageError(`--format is ${FORMAT_NAMES.join(" or ")}, not "${format}"`);
  }
  return { kind: "export", path: data, format: FORMATS[format] };
}

function parseCopyArgs(args: string[]): ServerCommand {
  const { positional: [to], values, given } = parseFlags(args, COPY_FLAGS, 1);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  if (values.data === undefined || to === undefined) {
    throw new UsageError("say what to copy, and where to: copy --data FILE TO");
  }
  return { kind: "copy", path: values.data, to };
}

function dataOptions({ data, sync, keep }: Record<string, string | undefined>): DataOptions | undefined {
  if (sync !== undefined && sync !== "full" && sync !== "normal") {
    throw new UsageError(`--sync is normal or full, not "${sync}"`);
  }
  if (data !== undefined) return { path: data, full: sync === "full", keep: parseKeep(keep) };
  if (sync !== undefined || keep !== undefined) {
    throw new UsageError("--sync and --keep are for a room that is kept in a file: give --data FILE, too");
  }
}

/** What `--keep` says: a number of entries, or of days (`30d`) or hours (`12h`). */
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
