import { parseArgs } from "@std/cli/parse-args";
import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { ExplainedError } from "../wire/refusal.ts";

/** A command-line flag. */
export interface Flag {
  /** Its name, without the dashes. */
  readonly name: string;
  /** Its value, as the usage shows it; a flag without a value is either given or not. */
  readonly value?: string;
  /** What it does, for the usage. */
  readonly summary: string;
  /** A letter that means the same. */
  readonly short?: string;
  /** Whether it may be given several times; otherwise the last one counts. */
  readonly repeatable?: boolean;
  /** What other programs call it: whoever tries that is told the name. */
  readonly elsewhere?: readonly string[];
}

/** Says in one sentence what is wrong with a command line. */
export class UsageError extends ExplainedError {}

/** A parsed command line. */
export interface Arguments {
  /** The arguments that belong to no flag. */
  positional: string[];
  /** The values of the flags that take one, if given. */
  values: Record<string, string | undefined>;
  /** All values of those that may be given several times. */
  lists: Record<string, string[]>;
  /** The flags without a value that were given. */
  given: Set<string>;
}

/** Flags that both programs have. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "help", short: "h", summary: "show this", elsewhere: ["?", "usage"] },
  { name: "version", short: "V", summary: "show the version", elsewhere: ["v"] },
];

/** Flags of other programs for what comes without a flag here. */
const POSITIONAL: readonly { names: readonly string[]; hint: string }[] = [
  { names: ["port", "p", "P"], hint: "the port is the second argument: IP PORT" },
  {
    names: [
      "host",
      "hostname",
      "ip",
      "address",
      "addr",
      "bind",
      "listen",
      "server",
      "connect",
      "H",
      "l",
      "s",
    ],
    hint: "the address is the first argument: IP PORT",
  },
];

/**
 * Parses a command line.
 *
 * @throws {UsageError} if a flag is unknown or lacks its value, or there are more than `maxPositional` other arguments
 */
export function parseFlags(args: string[], flags: readonly Flag[], maxPositional: number): Arguments {
  const withValue = flags.filter((flag) => flag.value !== undefined).map((flag) => flag.name);
  const repeatable = flags.filter((flag) => flag.repeatable).map((flag) => flag.name);
  const without = flags.filter((flag) => flag.value === undefined).map((flag) => flag.name);
  requireValues(args, withValue);
  const parsed = parseArgs(args, {
    string: ["_", ...withValue],
    boolean: without,
    collect: repeatable,
    alias: Object.fromEntries(flags.flatMap(({ name, short }) => short === undefined ? [] : [[name, short]])),
    unknown(arg: string, key?: string) {
      if (key === undefined) return true;
      throw new UsageError(`there is no flag ${arg.split("=")[0]}; ${guess(key, flags)}`);
    },
  });
  const assigned = args.slice(0, args.includes("--") ? args.indexOf("--") : undefined)
    .find((arg) => without.some((name) => arg.startsWith(`--${name}=`)));
  if (assigned !== undefined) throw new UsageError(`${assigned.split("=")[0]} takes no value`);
  const values: Arguments["values"] = {};
  const lists: Arguments["lists"] = {};
  for (const name of withValue) {
    const all: string[] = [parsed[name] ?? []].flat();
    if (all.includes("")) throw new UsageError(`--${name} needs a value`);
    if (repeatable.includes(name)) lists[name] = all;
    values[name] = all.at(-1);
  }
  if (parsed._.includes("")) throw new UsageError("an argument is empty: is a variable unset?");
  if (parsed._.length > maxPositional) {
    throw new UsageError(`there is one argument too many: "${parsed._[maxPositional]}"`);
  }
  return { positional: parsed._, values, lists, given: new Set(without.filter((name) => parsed[name])) };
}

/** An empty value, as of an unset variable, would be taken for one of the other arguments. */
function requireValues(args: readonly string[], names: readonly string[]): void {
  const end = args.indexOf("--");
  for (const [i, arg] of args.slice(0, end === -1 ? args.length : end).entries()) {
    if (args[i + 1] === "" && names.includes(arg.replace(/^--/, ""))) {
      throw new UsageError(`${arg} needs a value, and was given an empty one`);
    }
  }
}

/** What someone meant who gave a flag that there is not. */
function guess(key: string, flags: readonly Flag[]): string {
  const positional = POSITIONAL.find(({ names }) => names.includes(key));
  if (positional !== undefined) return positional.hint;
  const elsewhere = flags.find((flag) => flag.elsewhere?.includes(key))?.name;
  const closest = elsewhere ?? closestString(key, flags.map((flag) => flag.name));
  const near = elsewhere !== undefined || levenshteinDistance(key, closest) <= Math.max(1, key.length / 2);
  return near ? `did you mean --${closest}?` : "--help lists the flags";
}

/**
 * Parses a whole number, written in decimal digits.
 *
 * @throws {UsageError} if it is not one, or is out of bounds
 */
export function parseNumber(what: string, value: string, [min, max]: [min: number, max: number]): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new UsageError(`${what} must be a whole number from ${min} to ${max}, not "${value}"`);
}

/** Returns the lines of a usage that list flags, their summaries in one column. */
export function formatFlags(flags: readonly Flag[]): string {
  const calls = flags.map(({ name, value, short }) =>
    `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`
  );
  const width = Math.max(...calls.map((call) => call.length));
  return flags.map(({ summary }, i) => `  ${calls[i].padEnd(width)}  ${summary}`).join("\n");
}
