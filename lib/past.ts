import type { Cursor } from "./cursor.ts";
import type { Message } from "./wire/entries.ts";

/** The most bytes of messages from before that are sent at once: the newest ones. */
const MAX_PAST = 256 * 1024;

const encoder = new TextEncoder();

/**
 * Sends messages from before, as the member with this key gets them, in the order in which they are given. Where they
 * are too many bytes, the newest are sent.
 */
export function sendPast(cursor: Cursor, key: string, past: readonly Message[]): void {
  const now = Date.now();
  const newestFirst = past.toSorted((a, b) => b.seq - a.seq);
  const lines = new Map<Message, string>();
  let size = 0;
  for (const message of newestFirst) {
    const line = cursor.format.past(message, { own: message.by === key, now });
    if ((size += encoder.encode(line).length) > MAX_PAST) break;
    lines.set(message, line);
  }
  cursor.write(past.map((message) => lines.get(message) ?? "").join(""));
}
