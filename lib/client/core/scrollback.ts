import { findCommand, parseCommand } from "../../wire/commands.ts";
import type { ConversationEvent } from "./events.ts";

/** Up to where someone has scrolled back in a room: a `/history` alone goes on from there. */
export class Scrollback {
  /** The oldest message of those that were shown last, one after another. */
  #oldest?: number;
  /** The same, of the answer that is being shown. */
  #answered?: number;
  /** Whether the server can show what came before a certain message. */
  #able = false;

  /** The line to send for one that was typed. */
  ask(line: string): string {
    const goesOn = isPlainHistory(line) && this.#able && this.#oldest !== undefined;
    return goesOn ? `/history before ${this.#oldest}` : line;
  }

  /** Notes an event. `command`: the name of the command that is being answered, if one is. */
  note(event: ConversationEvent, command?: string): void {
    if (event.kind === "welcome") {
      this.#oldest = this.#answered = undefined;
      // Servers without rooms cannot.
      this.#able = event.room !== undefined;
    }
    if (event.kind !== "said" && event.kind !== "action") return;
    const { seq } = event;
    if (event.history && command === "history") this.#answered = Math.min(seq, this.#answered ?? seq);
    // What a search has found is somewhere else.
    else if (!event.history || command === undefined) this.#oldest = Math.min(seq, this.#oldest ?? seq);
  }

  /** Notes that an answer is complete: what came before it, or before something newer that was asked for, comes next. */
  answered(): void {
    this.#oldest = this.#answered ?? this.#oldest;
    this.#answered = undefined;
  }
}

/** Whether a line asks for messages from before, and not for certain ones. */
export function isPlainHistory(line: string): boolean {
  const command = parseCommand(line.trim());
  return command?.text === "" && findCommand(command.name)?.name === "history";
}
