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
    if (!speaksTo(event, self) || now - this.#last < ALERT_PAUSE_MS) return "";
    this.#last = now;
    const text = `${event.name}: ${event.text}`.slice(0, MAX_NOTIFICATION).toWellFormed();
    return `${notify ? `\x1b]9;parley: ${text}\x07` : ""}${bell ? "\x07" : ""}`;
  }
}

/** Whether an event speaks to the user: in private, or by name. */
function speaksTo(
  event: ConversationEvent,
  self: string,
): event is ConversationEvent & { name: string; text: string } {
  if (event.kind === "private") return event.to === undefined;
  if (event.kind !== "said" && event.kind !== "action") return false;
  return !event.own && !event.history && mentions(event.text, self);
}
