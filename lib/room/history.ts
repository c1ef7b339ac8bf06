import type { Cursor } from "../fanout/cursor.ts";
import { type Log, MAX_HISTORY, type Which } from "../log/log.ts";
import type { Member } from "./member.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Message } from "../wire/entries.ts";

/** The most bytes of past messages that are sent at once; of more, the newest are. */
export const MAX_HISTORY_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** Past messages of a room, for members who ask for them. */
export class History {
  readonly #log: Log;
  readonly #settled: () => Promise<void>;

  /** `settled` resolves when everything said is in the log. */
  constructor(log: Log, settled: () => Promise<void>) {
    this.#log = log;
    this.#settled = settled;
  }

  /** Sends a member the last messages of those that are meant. Returns how many. */
  async history(member: Member, which: Which): Promise<number> {
    await this.#settled();
    const past = await this.#log.history(which);
    sendHistory(member.cursor, member.key, past);
    return past.length;
  }

  /**
   * Sends a member the newest messages that contain all of these words, newest first. Returns how many.
   *
   * @throws {Refusal} if the log cannot be searched
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
 * Sends past messages, as the member with this key sees them, in the given order. If they are too many bytes, only the
 * newest are sent.
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
