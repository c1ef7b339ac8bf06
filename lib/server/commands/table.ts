import { levenshteinDistance } from "@std/text/levenshtein-distance";
import {
  type Audience,
  callOf,
  type CommandName,
  commandsFor,
  findCommand,
  helpLines,
  namesOf,
} from "../../wire/commands.ts";
import { MAX_NAME } from "../../wire/names.ts";
import type { Command, CommandContext, Run } from "./command.ts";

/** Shorter names and aliases are like everything. */
const MIN_LIKE = 2;

/** The commands that someone can give. */
export class CommandTable<C = CommandContext> {
  readonly #commands: readonly Command<C>[];
  /** By their names and aliases. */
  readonly #byName: ReadonlyMap<string, Command<C>>;

  private constructor(commands: readonly Command<C>[]) {
    this.#commands = commands;
    this.#byName = new Map(
      commands.flatMap((command) => namesOf(command).map((name) => [name, command] as const)),
    );
  }

  /** The commands for these audiences, each with its implementation. */
  static for<A extends Audience, C>(
    audiences: readonly A[],
    runs: { readonly [name in CommandName<A>]: Run<C> },
  ): CommandTable<C> {
    const run = (name: string) => runs[name as CommandName<A>];
    return new CommandTable(commandsFor(audiences).map((info) => ({ ...info, run: run(info.name) })));
  }

  /** The commands, in the order in which `/help` lists them. */
  [Symbol.iterator](): Iterator<Command<C>> {
    return this.#commands[Symbol.iterator]();
  }

  /** Finds a command by its name or an alias, in upper or lower case. */
  find(name: string): Command<C> | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The sentence that there is no such command, and which one may have been meant. */
  unknown(name: string): string {
    // One that others have was meant, and none of these.
    const meant = findCommand(name) === undefined ? this.#closest(name.toLowerCase()) : undefined;
    const hint = meant === undefined ? "" : `did you mean /${meant}? `;
    const shown = name.slice(0, MAX_NAME);
    return `there is no command "/${shown}"; ${hint}/help lists them, and // says a line with /`;
  }

  /** The name of the command that is most like this one, if one is like it at all. */
  #closest(name: string): string | undefined {
    const candidates = [...this.#byName].filter(([known]) => known.length >= MIN_LIKE)
      .map(([known, { name: own }]) => ({
        own,
        distance: levenshteinDistance(name, known),
        // Of two that are as near, the one in which nothing is missing: letters are swapped more often than left out.
        missing: Math.abs(known.length - name.length),
      }))
      .filter(({ distance }) => distance <= Math.max(1, name.length / 2))
      .sort((one, other) => one.distance - other.distance || one.missing - other.missing);
    return candidates.at(0)?.own;
  }

  /** The lines that `/help` answers. */
  get help(): string[] {
    return helpLines([
      ...[...this].map((command) => [callOf(command), command.summary] as const),
      ["//TEXT", "say something that begins with a slash"],
    ]);
  }
}
