import { isBlank } from "../../wire/clean.ts";
import { type CommandInfo, findCommand, parseCommand } from "../../wire/commands.ts";

/** A line on its way to the server. */
export interface Outgoing {
  /** The line as it was typed. */
  readonly text: string;
  /** Its number, if the server confirms it. */
  readonly number?: number;
  /** Whether the client asks by itself, so that a refusal concerns nobody who typed. */
  readonly unasked?: boolean;
  /** Whether it was given to a connection that is still there, or is known to have been handled. */
  sent: boolean;
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

  /** Puts a line at the end, and returns it. */
  add(text: string, { unasked }: { unasked?: boolean } = {}): Outgoing {
    const line = { text, unasked, number: isConfirmed(text) ? ++this.#number : undefined, sent: false };
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

  /** Returns the next line to send. A command that is not confirmed is dropped with that. */
  next(): Outgoing | undefined {
    const line = this.#lines.find(({ sent }) => !sent);
    if (line === undefined) return;
    line.sent = true;
    if (line.number === undefined) {
      const following = this.#lines.find(({ sent, number }) => !sent && number !== undefined);
      const next = following?.number ?? this.#number + 1;
      this.#command = line.unasked ? undefined : { text: line.text, next };
      this.drop(line);
    }
    return line;
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
    for (const line of this.#lines) line.sent = line.number !== undefined && line.number <= taken;
    // The receipt of a private message was lost with the connection; entries come again.
    return this.#dropAll(this.#lines.filter(({ sent, text }) => sent && isPrivate(text)));
  }

  /**
   * Notes that the server has answered the line of this number, or the first one if it does not number its answers.
   * Receipts come in order: if this is one, returns the earlier lines that will get none any more.
   */
  answered(number: number | undefined, receipt: boolean): Outgoing[] {
    const line = number === undefined ? this.#lines.find(({ sent }) => sent) : this.find(number);
    if (line === undefined) return [];
    if (this.#command !== undefined && (line.number ?? 0) >= this.#command.next) this.#command = undefined;
    this.drop(line);
    if (!receipt) return [];
    const skipped = this.#lines.filter(({ text, number }) =>
      !isPrivate(text) && (number ?? 0) < line.number!
    );
    return number === undefined ? [] : this.#dropAll(skipped.filter(({ sent }) => sent));
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
