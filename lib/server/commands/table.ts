import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { type Audience, callOf, type CommandName, commandsFor, helpLines } from "../../wire/commands.ts";
import { MAX_NAME } from "../../wire/names.ts";
import type { Command, CommandContext, Run } from "./command.ts";

/** The commands available to someone. */
export class CommandTable<C = CommandContext> {
  readonly #commands: ReadonlyMap<string, Command<C>>;

  private constructor(commands: readonly Command<C>[]) {
    this.#commands = new Map(commands.map((command) => [command.name, command]));
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
    return this.#commands.values();
  }

  /** Finds a command by its name, regardless of case. */
  find(name: string): Command<C> | undefined {
    return this.#commands.get(name.toLowerCase());
  }

  /** The sentence that there is no such command, and which one may have been meant. */
  unknown(name: string): string {
    // Of several that are equally close, the one whose length differs least: letters are swapped more often than left out.
    const known = [...this.#commands.keys()].sort((a, b) =>
      Math.abs(a.length - name.length) - Math.abs(b.length - name.length)
    );
    const closest = closestString(name.toLowerCase(), known);
    const near = levenshteinDistance(name.toLowerCase(), closest) <= Math.max(1, name.length / 2);
    const hint = near ? `did you mean /${closest}? ` : "";
    const shown = name.slice(0, MAX_NAME);
    return `there is no command "/${shown}"; ${hint}/help lists them, and // says a line with /`;
  }

  /** The lines of the answer to `/help`. */
  get help(): string[] {
    return helpLines([
      ...[...this].map((command) => [callOf(command), command.summary] as const),
      ["//TEXT", "say something that begins with a slash"],
    ]);
  }
}
