import type { ConversationEvent } from "../core/conversation.ts";
import { mentions } from "../core/mention.ts";

/** The shortest time from one alert to the next, in milliseconds: nobody can ring without end. */
const ALERT_PAUSE_MS = 1000;

/** The longest text of a desktop notification, in characters. */
const MAX_NOTIFICATION = 200;

/** How to get someone's attention. */
export interface AlertOptions {
  /** Whether to ring the terminal's bell. */
  bell: boolean;
  /** Whether to show a desktop notification. */
  notify: boolean;
}

/** Gets the attention of someone who is spoken to. */
export class Alert {
  readonly #options: AlertOptions;
  #last = -Infinity;

  /** See {@linkcode AlertOptions}. */
  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /**
   * What to send to the terminal because of an event, `""` for nothing. `self`: one's name; `now`: a clock in
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

/** Whether someone is spoken to: in private, or by name. */
function speaksTo(
  event: ConversationEvent,
  self: string,
): event is ConversationEvent & { name: string; text: string } {
  if (event.kind === "private") return event.to === undefined;
  if (event.kind !== "said" && event.kind !== "action") return false;
  return !event.own && !event.history && mentions(event.text, self);
}
