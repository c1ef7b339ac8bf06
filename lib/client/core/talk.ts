import { withoutAlias } from "../../wire/commands.ts";
import { isQuit, type LocalAnswer } from "./local_commands.ts";
import { ConversationError } from "./connection.ts";
import type { Conversation, ConversationEvent } from "./conversation.ts";
import { clean } from "../../wire/clean.ts";
import { MAX_LINE_BYTES } from "../../wire/lines.ts";

/** How many characters are shown of a line that is too long. */
const SHOWN_HEAD = 40;

const encoder = new TextEncoder();

/** A line to say; of one that is too long to be kept, only what it begins with. */
export type Input = string | { readonly head: string };

/** What {@linkcode talk} takes. */
export interface TalkOptions {
  /** The lines to say. */
  input: AsyncIterable<Input>;
  /** Shows an event. What comes after it waits for a returned promise. */
  show(event: ConversationEvent): void | Promise<void>;
  /** Shows a line that was said to a server that does not send it back. */
  showOwn(text: string): void | Promise<void>;
  /** Asks for the password; `undefined` if there is none to give, which ends the conversation. */
  password?(): Promise<string | undefined>;
  /** Carries out a line that is for the client; returns `undefined` for a line that is only for the server. */
  locally?(line: string): LocalAnswer | undefined;
  /** Returns what to send for a line that is for the server. */
  literally?(line: string): string;
  /**
   * Called when one has stayed although a line was to go to another room, so that what follows it may be meant for that
   * one. Without it, nothing more is said, and the conversation ends.
   */
  stayed?(): void;
  /** Whether to stay after the input has ended. */
  follow: boolean;
}

/** How a conversation ended. */
export interface Outcome {
  /** What went wrong, in a sentence; `undefined` if all went well. */
  problem?: string;
}

/**
 * Says each line of the input and shows what happens, until the input has ended and all of it was answered, or the
 * server closes. Trouble with the connection is part of the outcome, and not thrown; so is an input that fails, which
 * otherwise counts as one that has ended. A line that no server takes is refused here.
 *
 * @throws what `show` throws
 */
export async function talk(conversation: Conversation, options: TalkOptions): Promise<Outcome> {
  const tally = new Tally();
  const saying = conversation.ready.then(() => say(conversation, options, tally)).catch(() =>
    tally.broken = true
  );
  try {
    for await (const event of conversation.events()) {
      tally.note(event);
      if (event.kind === "password") await answer(conversation, options);
      else await options.show(event);
    }
  } catch (error) {
    if (error instanceof ConversationError) return { problem: error.message };
    throw error;
  }
  if (tally.ended) await saying;
  return tally.outcome(conversation);
}

async function answer(conversation: Conversation, options: TalkOptions): Promise<void> {
  const password = await options.password?.();
  if (password !== undefined) return await conversation.givePassword(password);
  if (conversation.left) return;
  throw new ConversationError(
    "the room has a password, and none was given that is right: --password-file FILE",
  );
}

async function say(conversation: Conversation, options: TalkOptions, tally: Tally): Promise<void> {
  for await (const line of untilFailure(options, tally)) {
    if (typeof line !== "string" || conversation.rich && encoder.encode(line).length > MAX_LINE_BYTES) {
      await refuse(typeof line === "string" ? line : line.head, options, tally);
      continue;
    }
    const local = options.locally?.(line);
    for (const text of local?.answer ?? []) {
      const event: ConversationEvent = local?.refused
        ? { kind: "error", text, said: line }
        : { kind: "notice", text };
      tally.note(event);
      await options.show(event);
    }
    if (local?.send === false) continue;
    if (conversation.waits && isQuit(line)) return await conversation.leave();
    const text = local?.line ?? options.literally?.(line) ?? line;
    const sent = await conversation.send(conversation.rich ? withoutAlias(text) : text);
    if (sent === "over") return;
    if (!conversation.rich) await options.showOwn(line);
    if (sent === "sent") continue;
    options.stayed?.();
    if (options.stayed !== undefined) continue;
    tally.refusedRoom = text.trim();
    break;
  }
  if (options.follow && tally.refusedRoom === undefined) return;
  tally.ended = true;
  await conversation.end();
}

/** The input, up to where it fails. With `follow` that is as if it had ended there. */
async function* untilFailure({ input, follow }: TalkOptions, tally: Tally): AsyncGenerator<Input> {
  try {
    yield* input;
  } catch (error) {
    if (!follow) tally.inputProblem = error instanceof Error ? error.message : String(error);
  }
}

async function refuse(line: string, { show }: TalkOptions, tally: Tally): Promise<void> {
  tally.unsaid++;
  const head = [...clean(line.slice(0, 2 * SHOWN_HEAD))].slice(0, SHOWN_HEAD).join("");
  const text = `not said, because no server takes a line of more than ${MAX_LINE_BYTES} bytes: ${head}…`;
  await show({ kind: "error", text });
}

/** Counts what decides how a conversation ended. */
class Tally {
  /** Whether the input has ended, so that the server is expected to close. */
  ended = false;
  /** Whether the connection broke while something was being said. */
  broken = false;
  /** Why the input could not be read to its end, in a sentence. */
  inputProblem?: string;
  /** How many lines were not sent, because no server takes them. */
  unsaid = 0;
  /** The line that was to go to another room, if it did not, so that nothing after it was said. */
  refusedRoom?: string;
  #entered = false;
  #unconfirmed = 0;
  #refused = 0;

  note(event: ConversationEvent): void {
    if (event.kind === "unconfirmed") this.#unconfirmed++;
    if (event.kind === "error") this.#refused++;
    // Refusals before the first welcome were wrong passwords, and the last one was right.
    if (event.kind === "welcome" && !this.#entered) this.#refused = 0;
    if (event.kind === "welcome") this.#entered = true;
  }

  outcome({ closed, left, unanswered, room }: Conversation): Outcome {
    if (!this.ended && (closed === "bye" || left)) {
      return unanswered.length > 0 ? { problem: NOT_ALL_SAID } : {};
    }
    if (!this.ended) return { problem: closed ?? "the connection was lost" };
    if (this.inputProblem !== undefined) return { problem: this.inputProblem };
    if (this.refusedRoom !== undefined) {
      return {
        problem:
          `you are still in ${room}: "${this.refusedRoom}" did not work, and nothing after it was said`,
      };
    }
    if (this.#refused > 0) return { problem: "the server refused something of what was said" };
    if (this.broken || this.#unconfirmed + unanswered.length > 0) {
      return { problem: closed === "bye" ? NOT_CONFIRMED : closed ?? NOT_CONFIRMED };
    }
    return this.unsaid > 0 ? { problem: NOT_SAID } : {};
  }
}

/** The problem of someone who leaves before all was said. */
export const NOT_ALL_SAID = "you left before all was said";
const NOT_SAID = "not all of the input was said";
const NOT_CONFIRMED = "the connection was lost before all was confirmed";
