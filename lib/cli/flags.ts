import { parseArgs } from "@std/cli/parse-args";
import { closestString } from "@std/text/closest-string";
import { ExplainedError } from "../wire/refusal.ts";

/** A command-line flag. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** Its value, as the usage shows it; a flag without a value is either given or not. */
  readonly value?: string;
  /** What it does, for the usage. */
  readonly summary: string;
}

/** Says in one sentence what is wrong with a command line. */
export class UsageError extends ExplainedError {}

/** A parsed command line. */
export interface Arguments {
  /** The arguments that belong to no flag. */
  positional: string[];
  /** The values of the flags that take one, if given. */
  values: Record<string, string | undefined>;
  /** The flags without a value that were given. */
  given: Set<string>;
}

/** Flags that every program has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "help", summary: "show this" },
  { name: "version", summary: "show the version" },
];

/**
 * Parses a command line.
 *
 * @throws {UsageError} if a flag is unknown or lacks its value, or there are more than `maxPositional` other arguments
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
  if (parsed._.length > maxPositional) {
    throw new UsageError(`there is one argument too many: "${parsed._[maxPositional]}"`);
  }
  const values: Arguments["values"] = {};
  for (const name of withValue) {
    if (parsed[name] === "") throw new UsageError(`--${name} needs a value`);
    values[name] = parsed[name];
  }
  return { positional: parsed._, values, given: new Set(without.filter((name) => parsed[name])) };
}

/**
 * Reads a whole number.
 *
 * @throws {UsageError} if it is not one, or is out of bounds
 */
export function parseNumber(what: string, value: string, [min, max]: [min: number, max: number]): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new UsageError(`${what} must be a whole number from ${min} to ${max}, not "${value}"`);
}

/** The lines of a usage that list flags. */
export function formatFlags(flags: readonly Flag[]): string {
  const calls = flags.map(({ name, value }) => value === undefined ? `--${name}` : `--${name} ${value}`);
  const width = Math.max(...calls.map((call) => call.length));
  return flags.map(({ summary }, i) => `  ${calls[i].padEnd(width)}  ${summary}`).join("\n");
}
