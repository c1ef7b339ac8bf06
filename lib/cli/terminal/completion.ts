import { type CommandInfo, findCommand, parseCommand } from "../../wire/commands.ts";
import { foldName } from "../../wire/names.ts";

/** What a word can be completed to. */
export interface Candidates {
  /** Commands, without the slash. */
  commands: readonly string[];
  /** Other names of commands, which are offered only if no command begins with the word. */
  aliases?: readonly string[];
  /** Names of people, in the order in which they are offered. */
  names: readonly string[];
  /** Names of rooms, likewise. */
  rooms?: readonly string[];
}

/**
 * The word before the cursor: what follows the last space, bracket, quote, comma or semicolon, which are in nobody's
 * name. An apostrophe is a quote only where a word begins.
 */
const WORD = /(?<=^|[\s([{<,;"“”„«»‹›]|(?:^|[\s([{<])['‘])(?!['‘])[^\s([{<,;"“”„«»‹›]*$/;

/** What a name follows without a space after it, because something else closes it. */
const OPENING_PUNCTUATION = /[([{<"“„«‹'‘]$/;

/** An edited line. */
export interface Edited {
  /** What is typed. */
  line: string;
  /** The cursor's index in it. */
  cursor: number;
}

/**
 * All completions of the word before the cursor, in order. A command is completed at the beginning of the line. A room is completed as the argument of a command. A name
 * gets a colon there, because the line speaks to that person, nothing after a bracket or a quote, and a space elsewhere.
 */
export function completions(
  { line, cursor }: Edited,
  { commands, aliases = [], names, rooms = [] }: Candidates,
): Edited[] {
  const start = line.slice(0, cursor).search(WORD);
  const word = line.slice(start, cursor);
  const head = line.slice(0, start);
  const tail = line.slice(cursor);
  if (head === "" && word.startsWith("/")) {
    const begun = (name: string) => `/${name}`.startsWith(word.toLowerCase());
    const found = commands.some(begun) ? commands : aliases;
    return found.filter(begun).map((name) => edited(`/${name} `, tail));
  }
  const argument = argumentOf(head);
  if (argument === "room") {
    const begun = foldName(word.replace(/^#/, ""));
    return rooms.filter((room) => foldName(room).startsWith(begun)).map((room) =>
      edited(`${head}${room} `, tail)
    );
  }
  // An empty word inside a line means no one in particular.
  if (word === "" && head !== "" && argument !== "name") return [];
  // People may be addressed as @alice.
  const at = word.startsWith("@") ? "@" : "";
  const sought = foldName(word.slice(at.length));
  const after = head === "" ? ": " : OPENING_PUNCTUATION.test(head) ? "" : " ";
  return names.filter((name) => foldName(name).startsWith(sought))
    .map((name) => edited(`${head}${at}${name}${after}`, tail));
}

/** What the next word is, if the text before it is a command that takes something known. */
function argumentOf(head: string): CommandInfo["completes"] {
  const command = parseCommand(head);
  return command?.text === "" ? findCommand(command.name)?.completes : undefined;
}

function edited(before: string, tail: string): Edited {
  return { line: before + (before.endsWith(" ") ? tail.replace(/^ /, "") : tail), cursor: before.length };
}

/** Cycles through the completions of a line, from one Tab to the next. */
export class Completion {
  #all: Edited[] = [];
  #at = 0;
  #given?: Edited;

  /** The next completion, or the one before with `back`; `undefined` if there is none. */
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
