import { parseArgs } from "@std/cli/parse-args";
import { closestString } from "@std/text/closest-string";
import { ExplainedError } from "../wire/refusal.ts";

/** A flag of a command line. */
export interface Flag {
  /** Its name, without the dashes. */
  readonly name: string;
  /** Placeholder for its value in the usage; a flag without one is a switch. */
  readonly value?: string;
  /** What it does, for the usage. */
  readonly summary: string;
}

/** A mistake in a command line, in a sentence. */
export class UsageError extends ExplainedError {}

/** A parsed command line. */
export interface Arguments {
  /** The words that belong to no flag, in order. */
  positional: string[];
  /** The values of the flags that take one; `undefined` for a flag that was not given. */
  values: Record<string, string | undefined>;
  /** The switches that were given. */
  given: Set<string>;
}

/** Flags that both programs have. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "help", summary: "show this" },
  { name: "version", summary: "show the version" },
];

/**
 * Parses a command line.
 *
 * @throws {UsageError} if a flag is unknown or lacks its value, or if there are more than `maxPositional` other words
 */
export function parseFlags(args: string[], flags: readonly Flag[], maxPositional: number): Arguments {
  const withValue = flags.filter((flag) => flag.value !== undefined).map((flag) => flag.name);
  const without = flags.filter((flag) => flag.value === undefined).map((flag) => flag.name);
  const parsed = parseArgs(args, {
    string: ["_", ...withValue],
    boolean: without,
    unknown(arg: string, key?: string) {
      if (key === undefined) return true;
      const closest = closestString(key, flags.map((flag) => flag.name));
      throw new UsageError(`there is no flag ${arg.split("=")[0]}; did you mean --${closest}?`);
    },
  });
  const assigned = args.slice(0, args.includes("--") ? args.indexOf("--") : undefined)
    .find((arg) => without.some((name) => arg.startsWith(`--${name}=`)));
  if (assigned !== undefined) throw new UsageError(`${assigned.split("=")[0]} takes no value`);
  // An empty value is also among the other words.
  const values: Arguments["values"] = {};
  for (const name of withValue) {
    if (parsed[name] === "") throw new UsageError(`--${name} needs a value`);
    values[name] = parsed[name];
  }
  if (parsed._.includes("")) throw new UsageError("there is an empty word in the command line; leave it out");
  if (parsed._.length > maxPositional) {
    throw new UsageError(`there is a word too many: "${parsed._[maxPositional]}"`);
  }
  return { positional: parsed._, values, given: new Set(without.filter((name) => parsed[name])) };
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
  const calls = flags.map(({ name, value }) => value === undefined ? `--${name}` : `--${name} ${value}`);
  const width = Math.max(...calls.map((call) => call.length));
  return flags.map(({ summary }, i) => `  ${calls[i].padEnd(width)}  ${summary}`).join("\n");
}
