import { findCommand, parseCommand } from "../../wire/commands.ts";
import { foldName } from "../../wire/names.ts";

/** What can be completed. */
export interface Candidates {
  /** Commands, without the slash. */
  commands: readonly string[];
  /** Names of people; those who come first are offered first. */
  names: readonly string[];
}

/** A line that is edited. */
export interface Edited {
  /** What is typed. */
  line: string;
  /** The index before which the cursor stands. */
  cursor: number;
}

/**
 * All that the word before the cursor can be completed to, in order. A command is completed where the line begins with
 * it; a name with a colon where the line begins with it, because it is spoken to, and with a space elsewhere.
 */
export function completions({ line, cursor }: Edited, { commands, names }: Candidates): Edited[] {
  const start = line.slice(0, cursor).search(/\S*$/);
  const word = line.slice(start, cursor);
  const head = line.slice(0, start);
  const tail = line.slice(cursor);
  if (head === "" && word.startsWith("/")) {
    return commands.filter((name) => `/${name}`.startsWith(word.toLowerCase()))
      .map((name) => edited(`/${name} `, tail));
  }
  // An empty word inside a line stands for no one in particular.
  if (word === "" && head !== "" && !takesName(head)) return [];
  // One may be spoken to as @alice.
  const at = word.startsWith("@") ? "@" : "";
  const sought = foldName(word.slice(at.length));
  return names.filter((name) => foldName(name).startsWith(sought))
    .map((name) => edited(`${head}${at}${name}${head === "" ? ": " : " "}`, tail));
}

/** Whether what stands before the cursor is a command whose first argument is a name. */
function takesName(head: string): boolean {
  const command = parseCommand(head);
  return command?.text === "" && findCommand(command.name)?.completes === "name";
}

function edited(before: string, tail: string): Edited {
  return { line: before + (before.endsWith(" ") ? tail.replace(/^ /, "") : tail), cursor: before.length };
}

/** Goes through what a line can be completed to, from one Tab to the next. */
export class Completion {
  #all: Edited[] = [];
  #at = 0;
  #given?: Edited;

  /** The next one, or with `back` the one before; nothing where there is none. */
  next(now: Edited, { back, ...candidates }: Candidates & { back: boolean }): Edited | undefined {
    const goesOn = this.#given?.line === now.line && this.#given.cursor === now.cursor;
    if (!goesOn) {
      this.#all = completions(now, candidates);
      this.#at = back ? 0 : -1;
    }
    if (this.#all.length === 0) return;
    this.#at = (this.#at + (back ? -1 : 1) + this.#all.length) % this.#all.length;
    return this.#given = this.#all[this.#at];
  }
}
