import type { Welcome } from "../../wire/entries.ts";
import type { Received } from "../../wire/received.ts";
import type { Unread } from "./unread.ts";

/** What happens on a connection. */
export type ClientEvent =
  /** A line of plain text, cleaned. */
  | { kind: "line"; text: string }
  /** The server is not parley, or late to show that it is: nothing is confirmed, and no receipts come. */
  | { kind: "plain" }
  /** The same, and nothing at all has come from it yet. */
  | { kind: "silent" }
  /** The server asks for the password; which is given to the connection. */
  | { kind: "password" }
  | Received;

/** What happens in a conversation, on its connections or between them. */
export type ConversationEvent =
  | Exclude<ClientEvent, { kind: "welcome" }>
  /** One is in a room. `from`: the other room that one was in before. */
  | Welcome & { from?: string }
  /** How much was said in the room, which was just entered, since its user saw it last. */
  | { kind: "unread" } & Unread
  /** The connection broke, or the server closed it for now; the next attempt is in `delay` milliseconds. */
  | { kind: "lost"; delay: number }
  /** The connection is back. */
  | { kind: "back" }
  /** The line `said` was refused; `text` says why. */
  | { kind: "error"; text: string; said: string }
  /** The server may or may not have handled this line, and nothing will tell. */
  | { kind: "unconfirmed"; text: string };
