import type { Resume } from "../../wire/hello.ts";

/** How many random bytes a key has. */
const KEY_BYTES = 16;

/** A line that a client has taken, and that the server has not answered. */
export interface Unanswered {
  /** The line as it was typed. */
  readonly text: string;
  /** Its number, if the server confirms it. */
  readonly number?: number;
}

/** What another run of a client needs to go on exactly where this one has stopped, such as a page that is loaded again. */
export interface Continuation {
  /** The client's key. */
  readonly client: string;
  /** The name that it bears. */
  readonly name?: string;
  /** The room in which it is. */
  readonly room?: string;
  /** The last entry that it has seen there. */
  readonly resume?: Resume;
  /** How many messages the room had counted up to there. */
  readonly messages?: number;
  /** The number of the last line that was to be confirmed. */
  readonly number: number;
  /** What was not answered yet, in order. */
  readonly unanswered: readonly Unanswered[];
}

/** Makes up a key that nobody can guess, also in a page that came over plain http. */
export function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
