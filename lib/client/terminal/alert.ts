import type { ConversationEvent } from "../core/conversation.ts";
import { mentions } from "../../wire/mention.ts";

/** The shortest time between two alerts, in milliseconds, so that nobody can ring without end. */
const ALERT_PAUSE_MS = 1000;

/** The longest text of a desktop notification, in characters. */
const MAX_NOTIFICATION = 200;

/** How to get the user's attention. */
export interface AlertOptions {
  /** Whether to ring the terminal's bell. */
  bell: boolean;
  /** Whether to show a desktop notification. */
  notify: boolean;
}

/** Alerts a user who is spoken to. */
export class Alert {
  readonly #options: AlertOptions;
  #last = -Infinity;

  /** See {@linkcode AlertOptions}. */
  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /**
   * The escape sequences that alert the user to an event, or `""`. `self`: the user's name; `now`: a clock in
   * milliseconds.
   */
  for(event: ConversationEvent, { self, now }: { self: string; now: number }): string {
    const { bell, notify } = this.#options;
    const text = summary(event, self);
    if (text === undefined || now - this.#last < ALERT_PAUSE_MS) return "";
    this.#last = now;
    const shown = text.slice(0, MAX_NOTIFICATION).toWellFormed();
    return `${notify ? `\x1b]9;parley: ${shown}\x07` : ""}${bell ? "\x07" : ""}`;
  }
}

/** What an event says to the user: in private, by name, or by name in another room; `undefined` if it does not. */
function summary(event: ConversationEvent, self: string): string | undefined {
  switch (event.kind) {
    case "private":
      return event.name === undefined ? undefined : `${event.name}: ${event.text}`;
    case "mention":
      return `${event.name} mentioned you in ${event.room}`;
    case "said":
    case "action":
      if (event.own || event.history || !mentions(event.text, self)) return;
      return `${event.name}: ${event.text}`;
  }
}
