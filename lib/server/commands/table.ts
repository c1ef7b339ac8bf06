import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { MAX_NAME } from "../../wire/names.ts";
import type { Command, CommandContext } from "./command.ts";

/** The commands that someone can give. */
export class CommandTable<C = CommandContext> {
  readonly #commands: readonly Command<C>[];
  readonly #byName: Map<string, Command<C>>;

  /** The commands, in the order in which `/help` lists them. */
  constructor(commands: readonly Command<C>[]) {
    this.#commands = commands;
    this.#byName = new Map(commands.map((command) => [command.name, command]));
  }

  /** The commands, in order. */
  [Symbol.iterator](): Iterator<Command<C>> {
    return this.#commands[Symbol.iterator]();
  }

  /** Finds a command by its name, in whatever case. */
  find(name: string): Command<C> | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** Says that there is no such command, and which one may have been meant. */
  unknown(name: string): string {
    const closest = closestString(name.toLowerCase(), [...this.#byName.keys()]);
    const near = levenshteinDistance(name.toLowerCase(), closest) <= Math.max(1, name.length / 2);
    const hint = near ? `did you mean /${closest}? ` : "";
    const shown = name.slice(0, MAX_NAME);
    return `there is no command "/${shown}"; ${hint}/help lists them, and // says a line with /`;
  }

  /** The lines that `/help` answers. */
  get help(): string[] {
    const calls = this.#commands.map(({ name, usage }) => `/${name} ${usage ?? ""}`.trimEnd());
    const width = Math.max(...calls.map((call) => call.length));
    return [
      ...this.#commands.map(({ summary }, i) => `${calls[i].padEnd(width)}  ${summary}`),
      `${"//TEXT".padEnd(width)}  say something that begins with a slash`,
    ];
  }
}

/** What stands before the first space, and what follows without the spaces around it. */
export function split(text: string): [word: string, rest: string] {
  const space = text.search(/\s/);
  return space === -1 ? [text, ""] : [text.slice(0, space), text.slice(space).trim()];
}
