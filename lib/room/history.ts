import type { Cursor } from "../fanout/cursor.ts";
import { type Log, MAX_HISTORY } from "../log/log.ts";
import type { Member } from "./members.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Message } from "../wire/entries.ts";

/** The most bytes of messages from before that are sent at once: the newest ones. */
export const MAX_HISTORY_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** What was said in a room before, for members who ask. */
export class History {
  readonly #log: Log;
  readonly #length: number;
  readonly #settled: () => Promise<void>;

  /** `length`: how many messages there are for who names no number. `settled` resolves when all that was said is in the log. */
  constructor(log: Log, length: number, settled: () => Promise<void>) {
    this.#log = log;
    this.#length = length;
    this.#settled = settled;
  }

  /** Sends a member the last messages, or those since a time (milliseconds since 1970); gives their number. */
  async history(member: Member, options: { limit?: number; since?: number }): Promise<number> {
    await this.#settled();
    const past = await this.#log.history({ limit: this.#length, ...options });
    sendHistory(member.cursor, member.key, past);
    return past.length;
  }

  /**
   * Sends a member the newest messages that have all of these words, newest first; gives their number.
   *
   * @throws {Refusal} where the log cannot tell
   */
  async search(member: Member, words: readonly string[]): Promise<number> {
    await this.#settled();
    const found = await this.#log.search?.(words, MAX_HISTORY);
    if (found === undefined) {
      throw new Refusal(
        "this room is not kept in a file, and cannot be searched; /history shows what was said",
      );
    }
    sendHistory(member.cursor, member.key, found);
    return found.length;
  }
}

/**
 * Sends messages from before, as the member with this key gets them, in the order in which they are given. Where they
 * are too many bytes, the newest are sent.
 */
export function sendHistory(cursor: Cursor, key: string, past: readonly Message[]): void {
  const now = Date.now();
  const newestFirst = past.toSorted((a, b) => b.seq - a.seq);
  const lines = new Map<Message, string>();
  let size = 0;
  for (const message of newestFirst) {
    const line = cursor.format.history(message, { own: message.authorKey === key, now });
    if ((size += encoder.encode(line).length) > MAX_HISTORY_BYTES) break;
    lines.set(message, line);
  }
  cursor.write(past.map((message) => lines.get(message) ?? "").join(""));
}
