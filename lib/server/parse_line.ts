import { Refusal } from "../wire/refusal.ts";
import { clean, isBlank } from "../wire/clean.ts";
import { ONCE_COMMANDS, parseCommand } from "../wire/commands.ts";
import { type Line, TOO_LONG } from "../wire/lines.ts";
import type { Command, CommandContext } from "./commands/command.ts";
import type { CommandTable } from "./commands/table.ts";
import { lineCost } from "./access/rate_limiter.ts";

/** What a line asks for. Speaking and refusals take the same path as every command. */
export interface ParsedLine<C = CommandContext> {
  /** The command to carry out. */
  readonly command: Pick<Command<C>, "run">;
  /** What comes after the command's name. */
  readonly text: string;
  /** How many lines it counts as in the limit on input. */
  readonly cost: number;
  /** The number of its `/once`, if it has one. */
  readonly line?: number;
  /** Whether it was refused for its length. */
  readonly tooLong?: boolean;
}

const SAY: ParsedLine["command"] = {
  run: ({ room, member, line }, text) => room.broadcast(member, text, { line }),
};

/** The prefix of a line that is handled once. It does not count as part of the line. */
const ONCE = /^\/once +([1-9]\d{0,14})(?: |$)/i;

/** The longest such prefix, in bytes, with room for a few extra spaces. */
export const MAX_ONCE_BYTES = 32;

const NOTHING: ParsedLine["command"] = { run() {} };

/** How to parse a line. */
export interface ParseLineOptions<C> {
  /** Its size. */
  bytes: number;
  /** How it begins, if it is too long. */
  head?: string;
  /** The most bytes it may have. */
  maxLine: number;
  /** The available commands. */
  commands: CommandTable<C>;
}

/** Parses a line, which need not be cleaned yet. */
export function parseLine<C extends CommandContext>(line: Line, options: ParseLineOptions<C>): ParsedLine<C> {
  const { bytes, head = "", maxLine, commands } = options;
  const text = clean(line === TOO_LONG ? head : line);
  const [prefix, number] = ONCE.exec(text) ?? [""];
  const once = number === undefined ? undefined : Number(number);
  const cost = lineCost(bytes);
  if (line === TOO_LONG || bytes - prefix.length > maxLine) {
    return { ...refused(`that line is too long: ${maxLine} bytes are the most`, cost, once), tooLong: true };
  }
  if (once === undefined) return parseText(text, cost, commands);
  const input = parseText(text.slice(prefix.length), cost, commands);
  const { command } = input;
  if (command === NOTHING) return refused("there is nothing to say: /once N LINE", cost, once);
  if (command !== SAY && !(command as Command<C>).once) return refused(NOT_ONCE, cost, once);
  return { ...input, line: once };
}

const NOT_ONCE = `/once takes a text, ${ONCE_COMMANDS.map((name) => `/${name}`).join(" or ")}`;

function parseText<C extends CommandContext>(
  text: string,
  cost: number,
  commands: CommandTable<C>,
): ParsedLine<C> {
  if (isBlank(text)) return { command: NOTHING, text: "", cost };
  const given = parseCommand(text);
  if (given === undefined) return { command: SAY, text: text.replace(/^\/\//, "/"), cost };
  const command = commands.find(given.name);
  if (command === undefined) return refused(commands.unknown(given.name), cost);
  return { command, text: given.text, cost: Math.max(cost, command.cost ?? 0) };
}

function refused(why: string, cost: number, line?: number): ParsedLine<CommandContext> {
  const command: ParsedLine["command"] = {
    run() {
      throw new Refusal(why);
    },
  };
  return { command, text: "", cost, line };
}
