import { findCommand, parseCommand } from "../../wire/commands.ts";
import type { ConversationEvent } from "./events.ts";
import { Scrollback } from "./scrollback.ts";

/** The commands that are answered by messages from before, and what those are. */
const TITLES: Readonly<Record<string, string>> = {
  history: "what was said before",
  search: "what was found, newest first",
};

/** What belongs to no answer: it happens to the connection. */
const BREAKS: ReadonlySet<ConversationEvent["kind"]> = new Set(["welcome", "back", "lost", "closed"]);

/** What the pings say that are sent before and after such a command. */
const MARK = /^answer (\d+) (begins|ends)$/;

/** A command whose answer is shown. */
interface Question {
  /** What was typed. */
  line: string;
  /** The command's name. */
  name: string;
}

/** What to show around an event. */
export interface Framing {
  /** The text of the line that ends an answer before the event. */
  end?: string;
  /** The text of the line that begins an answer with the event. */
  heading?: string;
  /** Whether the event itself is not for the user. */
  hidden?: boolean;
}

/**
 * Finds out which messages from before answer a command, so that they can be shown between a heading and an end. The
 * wire does not tell, but a server answers in order: so pings before and after the command frame its answer.
 */
export class Answers {
  readonly #questions = new Map<number, Question>();
  #asked = 0;
  /** The command that is being answered. */
  #current?: Question;
  #headed = false;
  readonly #scrollback = new Scrollback();
  #idle?: PromiseWithResolvers<void>;

  /** Resolves when all questions so far are answered, or will never be. */
  async idle(): Promise<void> {
    if (this.#questions.size === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** The lines to send in place of a line that the user has entered. */
  ask(line: string): string[] {
    const name = findCommand(parseCommand(line.trim())?.name ?? "")?.name ?? "";
    if (!Object.hasOwn(TITLES, name)) return [line];
    const number = ++this.#asked;
    this.#questions.set(number, { line: line.trim(), name });
    return [`/ping answer ${number} begins`, this.#scrollback.ask(line), `/ping answer ${number} ends`];
  }

  /** Whether a line is one of those that {@linkcode Answers.ask} adds, so that its user knows nothing of it. */
  static isOwn(line: string): boolean {
    return line.startsWith("/ping ") && MARK.test(line.slice("/ping ".length));
  }

  /** Takes note of an event; returns what to show around it. */
  note(event: ConversationEvent): Framing {
    this.#scrollback.note(event, this.#current?.name);
    const mark = event.kind === "pong" ? MARK.exec(event.text) : null;
    if (mark !== null) return this.#mark(Number(mark[1]), mark[2]);
    if (BREAKS.has(event.kind)) {
      this.#questions.clear();
      this.#settle();
      return this.#end();
    }
    if ("history" in event && event.history) {
      if (this.#current === undefined || this.#headed) return {};
      this.#headed = true;
      return { heading: `${this.#current.line}: ${TITLES[this.#current.name]}` };
    }
    // An answer is sent at once: what happens in the room comes before or after all of it.
    return this.#headed && "time" in event ? this.#end() : {};
  }

  #mark(number: number, verb: string): Framing {
    const question = this.#questions.get(number);
    if (question === undefined) return {};
    if (verb === "begins") {
      this.#current = question;
      return { hidden: true };
    }
    this.#questions.delete(number);
    this.#scrollback.answered();
    if (this.#questions.size === 0) this.#settle();
    return { ...this.#end(), hidden: true };
  }

  #settle(): void {
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #end(): Framing {
    const end = this.#headed && this.#current !== undefined ? `end of /${this.#current.name}` : undefined;
    this.#current = undefined;
    this.#headed = false;
    return { end };
  }
}
