import type { ReceivedEntry } from "../../wire/received.ts";
import type { ConversationEvent } from "../core/events.ts";

/** What answers a question. */
export interface Answer {
  /** The messages from before, in the order in which they came. */
  entries: ReceivedEntry[];
  /** Why there are none, if the server refuses. */
  error?: string;
}

interface Question extends Answer {
  answered: PromiseWithResolvers<Answer | undefined>;
}

/** What the pings say that are sent before and after a question. */
const MARK = /^page (\d+) (begins|ends)$/;

/**
 * Asks a server for messages from before, and tells its answer from everything else. The wire does not tell them apart,
 * but a server answers in order: so pings before and after frame the answer. Pure: it sends nothing.
 */
export class Questions {
  readonly #open = new Map<number, Question>();
  #count = 0;
  #current?: Question;

  /** Returns the lines to send for a question, and its answer: `undefined` if the connection breaks. */
  ask(line: string): { lines: string[]; answer: Promise<Answer | undefined> } {
    const number = ++this.#count;
    const answered = Promise.withResolvers<Answer | undefined>();
    this.#open.set(number, { entries: [], answered });
    return {
      lines: [`/ping page ${number} begins`, line, `/ping page ${number} ends`],
      answer: answered.promise,
    };
  }

  /** Takes an event. Returns whether it belongs to an answer, and to nothing else. */
  take(event: ConversationEvent): boolean {
    const mark = event.kind === "pong" ? MARK.exec(event.text) : null;
    if (mark !== null) return this.#mark(Number(mark[1]), mark[2] === "begins");
    if (event.kind === "lost" || event.kind === "closed" || event.kind === "welcome") this.giveUp();
    if (this.#current === undefined) return false;
    if ((event.kind === "said" || event.kind === "action") && event.history) {
      this.#current.entries.push(event);
      return true;
    }
    // A server says so if there is nothing.
    if (event.kind === "notice") return event.names === undefined && event.rooms === undefined;
    if (event.kind !== "error" || "said" in event || event.line !== undefined) return false;
    this.#current.error = event.text;
    return true;
  }

  /** Nothing will be answered any more. */
  giveUp(): void {
    for (const { answered } of this.#open.values()) answered.resolve(undefined);
    this.#open.clear();
    this.#current = undefined;
  }

  #mark(number: number, begins: boolean): boolean {
    const question = this.#open.get(number);
    if (begins) {
      this.#current = question;
      return true;
    }
    this.#current = undefined;
    this.#open.delete(number);
    question?.answered.resolve({ entries: question.entries, error: question.error });
    return true;
  }
}
