import { type CommandInfo, findCommand, parseCommand } from "../../wire/commands.ts";

/** A line on its way to the server. */
export interface Outgoing {
  /** What was typed. */
  readonly text: string;
  /** Its number, where the server confirms it. */
  readonly number?: number;
  /** Whether the client asks by itself, so that a refusal concerns nobody who typed. */
  readonly unasked?: boolean;
  /** Whether it was given to a connection that is still there, or is known to have been handled. */
  sent: boolean;
}

/**
 * What one says, in order, until the server has answered it. Each line that is confirmed has a number, so that it can
 * be sent again on another connection, and still is said once. Pure: it sends nothing.
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

  /** The line of this number, while it is not answered. */
  find(number: number | undefined): Outgoing | undefined {
    return number === undefined ? undefined : this.#lines.find((line) => line.number === number);
  }

  /** The lines that were not answered yet, in order. */
  get lines(): readonly Outgoing[] {
    return this.#lines;
  }

  /** Takes the next line to be sent; a command, which is not confirmed, is out of hand with that. */
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

  /** Takes out a line of which nothing more will be heard. */
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
    // What answered a private message is gone with the connection, while what was said to all comes again.
    return this.#dropAll(this.#lines.filter(({ sent, text }) => sent && isPrivate(text)));
  }

  /**
   * The server has answered the line of this number; one that does not number its answers has answered the first one.
   * Receipts come in order: gives the lines before it to which none will come any more, if it is a receipt.
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

/** Whether the server confirms a line: what is said, done, or said to one person. Other commands answer for themselves. */
function isConfirmed(text: string): boolean {
  if (text.trim() === "") return false;
  const command = parseCommand(text);
  return command === undefined || onceOf(text) !== undefined && command.text !== "";
}

function isPrivate(text: string): boolean {
  return onceOf(text) === "private";
}

function onceOf(text: string): CommandInfo["once"] {
  return findCommand(parseCommand(text)?.name ?? "")?.once;
}
