import { isBlank } from "../../wire/clean.ts";
import { type CommandInfo, findCommand, parseCommand } from "../../wire/commands.ts";
import { isJoin } from "./moving.ts";

/** A line on its way to the server. */
export interface Outgoing {
  /** The line as it was typed. */
  readonly text: string;
  /** Its number, if the server confirms it. */
  readonly number?: number;
  /** Whether the client asks by itself, so that a refusal concerns nobody who typed. */
  readonly unasked?: boolean;
  /** Whether it goes to another room: it waits until all before it is answered, and all after it until its outcome is known. */
  readonly moves: boolean;
  /** Whether it was given to a connection that is still there, or is known to have been handled. */
  sent: boolean;
  /** Whether the server handled it on an earlier connection, so that only its receipt is missing. */
  handled?: boolean;
}

/**
 * The lines that are said, in order, until the server has answered them. Each line that the server confirms has a number,
 * so that it can be sent again on a new connection and is still said once. Pure: it sends nothing.
 */
export class Outbox {
  #lines: Outgoing[] = [];
  #number = 0;
  /** The last command that was sent, and the number of the first line after it. */
  #command?: { readonly text: string; readonly next: number };
  #released = false;
  /** Whether a line that goes to another room was sent, and has no outcome yet. */
  #departing = false;

  /** Puts a line at the end, and returns it. */
  add(text: string, { unasked }: { unasked?: boolean } = {}): Outgoing {
    const number = isConfirmed(text) ? ++this.#number : undefined;
    const line = { text, unasked, number, moves: isJoin(text), sent: false };
    this.#lines.push(line);
    return line;
  }

  /** Returns the line of this number, if it is not answered yet. */
  find(number: number | undefined): Outgoing | undefined {
    return number === undefined ? undefined : this.#lines.find((line) => line.number === number);
  }

  /** The lines that were not answered yet, in order. */
  get lines(): readonly Outgoing[] {
    return this.#lines;
  }

  /** Returns the next line to send, if one may be sent now. A command that is not confirmed is dropped with that. */
  next(): Outgoing | undefined {
    const line = this.#lines.find(({ sent }) => !sent);
    if (line === undefined || this.#isHeld(line)) return;
    line.sent = true;
    if (line.number === undefined) {
      const following = this.#lines.find(({ sent, number }) => !sent && number !== undefined);
      const next = following?.number ?? this.#number + 1;
      this.#command = line.unasked ? undefined : { text: line.text, next };
      this.#departing = line.moves;
      if (!line.moves) this.drop(line);
    }
    return line;
  }

  /**
   * Whether the next line goes to another room, and waits only for receipts of what was handled on an earlier connection:
   * they are among the entries that the server sends now, if they come at all.
   */
  get settling(): boolean {
    const at = this.#lines.findIndex(({ sent }) => !sent);
    return at > 0 && this.#lines[at].moves && this.#lines.slice(0, at).every(({ handled }) => handled);
  }

  /** Waits no longer for such receipts. */
  release(): void {
    this.#released = true;
  }

  /** Whether everything was sent, and the outcome of going to another room is known. */
  get allSent(): boolean {
    // Lines are sent in order.
    return !this.#departing && this.#lines.at(-1)?.sent !== false;
  }

  /**
   * Notes the outcome of a line that goes to another room, if there is one. Returns it, and the others that have an end with it: after moving,
   * those before it get no receipt any more; after staying, those after it were meant for another room.
   */
  moved(there: boolean): { line?: Outgoing; others: Outgoing[] } {
    this.#released = this.#departing = false;
    const at = this.#lines.findIndex(({ moves }) => moves);
    if (at === -1) return { others: [] };
    const line = this.#lines[at];
    const others = there
      ? this.#lines.slice(0, at)
      : this.#lines.slice(at + 1).filter(({ unasked }) => !unasked);
    this.drop(line);
    return { line, others: this.#dropAll(others) };
  }

  /** Removes a line about which nothing more will be heard. */
  drop(line: Outgoing): void {
    this.#lines = this.#lines.filter((other) => other !== line);
  }

  /**
   * The command that was refused by an answer without a number: the last one that was sent, because commands are
   * answered at once. It is told once, and not if a line after it was answered already.
   */
  refusedCommand(): string | undefined {
    const text = this.#command?.text;
    this.#command = undefined;
    return text;
  }

  /** A new connection: what the server has not handled, above `taken`, is to be sent, and what it did is not. */
  reconnected(taken: number): Outgoing[] {
    this.#command = undefined;
    this.#released = this.#departing = false;
    for (const line of this.#lines) {
      line.sent = line.handled = line.number !== undefined && line.number <= taken;
    }
    // The receipt of a private message was lost with the connection; entries come again.
    return this.#dropAll(this.#lines.filter(({ sent, text }) => sent && isPrivate(text)));
  }

  /**
   * Notes that the server has answered the line of this number, or the first one if it does not number its answers.
   * Receipts come in order: if this is one, returns the earlier lines that will get none any more.
   */
  answered(number: number | undefined, receipt: boolean): Outgoing[] {
    const line = number === undefined
      ? this.#lines.find(({ sent, moves }) => sent && !moves)
      : this.find(number);
    if (line === undefined) return [];
    if (this.#command !== undefined && (line.number ?? 0) >= this.#command.next) this.#command = undefined;
    this.drop(line);
    if (!receipt) return [];
    const skipped = this.#lines.filter(({ text, number = Infinity }) =>
      !isPrivate(text) && number < line.number!
    );
    return number === undefined ? [] : this.#dropAll(skipped.filter(({ sent }) => sent));
  }

  /** Whether a line must not be sent yet, because someone is about to go to another room. */
  #isHeld(line: Outgoing): boolean {
    if (line.moves) return line !== this.#lines[0] && !(this.#released && this.settling);
    return this.#departing;
  }

  #dropAll(lines: Outgoing[]): Outgoing[] {
    lines.forEach((line) => this.drop(line));
    return lines;
  }
}

/** Whether the server confirms a line: a message, an action or a private message. Other commands are answered instead. */
function isConfirmed(text: string): boolean {
  if (isBlank(text)) return false;
  const command = parseCommand(text);
  return command === undefined || onceOf(text) !== undefined && !isBlank(command.text);
}

function isPrivate(text: string): boolean {
  return onceOf(text) === "private";
}

function onceOf(text: string): CommandInfo["once"] {
  return findCommand(parseCommand(text)?.name ?? "")?.once;
}
