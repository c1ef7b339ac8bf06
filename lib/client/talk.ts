import { OutputError } from "../output.ts";
import { ConversationError } from "./connection.ts";
import type { Conversation, ConversationEvent } from "./conversation.ts";
import { TrustError } from "./trust.ts";

/** How to talk. */
export interface TalkOptions {
  /** What to say, line by line. */
  input: AsyncIterable<string>;
  /** Shows an event. A promise holds back what comes after it. */
  show(event: ConversationEvent): void | Promise<void>;
  /** Shows a line that was said to a server that does not give it back. */
  showOwn(text: string): void | Promise<void>;
  /**
   * Asks for the password; gives nothing where there is none to give, which ends the conversation. The input is not
   * read before that, so that both may come from one terminal.
   */
  password?(): string | undefined;
  /** Carries out a line that is for the client; gives nothing for one that is for the server alone. */
  locally?(line: string): LocalAnswer | undefined;
  /** Whether to stay when the input has ended. */
  follow: boolean;
}

/** What the client itself says to a line. */
export interface LocalAnswer {
  /** For its user. */
  answer: string;
  /** Whether the server is to have a say, too. */
  send: boolean;
}

/** How a conversation ended. */
export interface Outcome {
  /** Why it ended, in a sentence, where it did not end as it was meant to. */
  problem?: string;
}

/**
 * Says what comes from the input and shows what happens, until the input has ended and all of it was answered, or the
 * server closes. Does not throw for what happens on the connection.
 */
export async function talk(conversation: Conversation, options: TalkOptions): Promise<Outcome> {
  const tally = new Tally();
  const saying = conversation.ready.then(() => say(conversation, options, tally)).catch(() =>
    tally.broken = true
  );
  try {
    for await (const event of conversation.events()) {
      tally.note(event);
      if (event.kind === "password") await answer(conversation, options, tally);
      else await options.show(event);
    }
  } catch (error) {
    if (error instanceof OutputError) return {};
    if (error instanceof ConversationError || error instanceof TrustError) return { problem: error.message };
    tally.broken = true;
  }
  if (tally.ended) await saying;
  return tally.outcome(conversation);
}

async function answer(conversation: Conversation, options: TalkOptions, tally: Tally): Promise<void> {
  // Where the input is read already, what is typed as a password could be said.
  const password = tally.begun ? undefined : options.password?.();
  if (password === undefined) {
    throw new ConversationError(
      "the room has a password, and none was given that is right: --password-file FILE",
    );
  }
  await conversation.givePassword(password);
}

async function say(conversation: Conversation, options: TalkOptions, tally: Tally): Promise<void> {
  tally.begun = true;
  for await (const line of options.input) {
    const local = options.locally?.(line);
    if (local !== undefined) await options.show({ kind: "notice", text: local.answer });
    if (local?.send === false) continue;
    if (conversation.waits) await options.show({ kind: "waiting", text: line });
    await conversation.send(line);
    if (!conversation.rich) await options.showOwn(line);
  }
  if (options.follow) return;
  tally.ended = true;
  await conversation.end();
}

/** Takes note of how it goes. */
class Tally {
  /** The input is being read. */
  begun = false;
  /** The input has ended, so that the server is expected to close. */
  ended = false;
  /** The connection broke. */
  broken = false;
  #unconfirmed = 0;
  #refused = 0;

  note(event: ConversationEvent): void {
    if (event.kind === "unconfirmed") this.#unconfirmed++;
    if (event.kind === "error") this.#refused++;
    // What was refused before concerned the password, which was right in the end.
    if (event.kind === "welcome") this.#refused = 0;
  }

  outcome({ closed, unanswered }: Conversation): Outcome {
    if (!this.ended && closed === "bye") return {};
    if (!this.ended) return { problem: closed ?? "the connection was lost" };
    if (this.#refused > 0) return { problem: "the server refused something of what was said" };
    if (this.broken || this.#unconfirmed + unanswered.length > 0) {
      return { problem: closed === "bye" ? NOT_CONFIRMED : closed ?? NOT_CONFIRMED };
    }
    return {};
  }
}

const NOT_CONFIRMED = "the connection was lost before all was confirmed";
