import { Refusal } from "../wire/refusal.ts";
import { clean } from "../wire/clean.ts";
import { type Line, TOO_LONG } from "../wire/lines.ts";
import type { Command, CommandContext } from "./commands/command.ts";
import { type CommandTable, split } from "./commands/table.ts";
import { lineCost } from "./limits.ts";

/** What a line asks for. Saying something and being refused take the same path as every command. */
export interface ParsedLine<C = CommandContext> {
  /** What is to be carried out. */
  readonly command: Pick<Command<C>, "run">;
  /** What comes after the command's name. */
  readonly text: string;
  /** How many lines it counts for in the limit on input. */
  readonly cost: number;
  /** The number under which it is to be done once, where it has one. */
  readonly line?: number;
  /** Whether it was refused for its length. */
  readonly tooLong?: boolean;
}

/** What the first line of a connection may be besides what every line may be. */
export type FirstLine =
  | { kind: "hello"; json: string }
  | { kind: "name"; name: string }
  | { kind: "http" }
  | { kind: "other" };

const SAY: ParsedLine["command"] = {
  run: ({ room, member, line }, text) => room.broadcast(member, text, { line }),
};

/** What stands before a line that is to be said once. It does not count as a part of the line. */
const ONCE = /^\/once +([1-9]\d{0,14})(?: |$)/i;

/** How many bytes that may be, with some spaces to spare. */
export const MAX_ONCE_BYTES = 32;

const NOTHING: ParsedLine["command"] = { run() {} };

/** What a line is read with. */
export interface ParseLineOptions<C> {
  /** Its size. */
  bytes: number;
  /** What it begins with, where it is too long. */
  head?: string;
  /** The most bytes that it may have. */
  maxLine: number;
  /** The commands that can be given. */
  commands: CommandTable<C>;
}

/** Reads a line, which is not cleaned yet. */
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

const NOT_ONCE = "/once takes a text, /me or /msg";

function parseText<C extends CommandContext>(
  text: string,
  cost: number,
  commands: CommandTable<C>,
): ParsedLine<C> {
  if (text.trim() === "") return { command: NOTHING, text: "", cost };
  if (!text.startsWith("/")) return { command: SAY, text, cost };
  if (text.startsWith("//")) return { command: SAY, text: text.slice(1), cost };
  const [name, rest] = split(text.slice(1));
  const command = commands.find(name);
  if (command === undefined) return refused(commands.unknown(name), cost);
  return { command, text: rest, cost: Math.max(cost, command.cost ?? 0) };
}

/** Whether the first bytes of a connection are those of a TLS handshake, which no line of text begins with. */
export function isTls(bytes: Uint8Array): boolean {
  return bytes[0] === 0x16;
}

/** Looks at a line as the first one of a connection. */
export function parseFirstLine(line: Line): FirstLine {
  if (line === TOO_LONG) return { kind: "other" };
  const text = clean(line).trimEnd();
  if (/^[A-Z]+ \S+ HTTP\/1\.\d$/.test(text)) return { kind: "http" };
  if (!text.startsWith("/")) return { kind: "other" };
  const [word, rest] = split(text);
  if (word.toLowerCase() === "/hello") return { kind: "hello", json: rest };
  if (word.toLowerCase() === "/name") return { kind: "name", name: rest };
  return { kind: "other" };
}

function refused(why: string, cost: number, line?: number): ParsedLine<CommandContext> {
  const command: ParsedLine["command"] = {
    run() {
      throw new Refusal(why);
    },
  };
  return { command, text: "", cost, line };
}
