import { bold, dim, red } from "@std/fmt/colors";
import { FORMATS } from "../wire/formats/formats.ts";
import { preferredHue } from "../wire/name_hue.ts";
import { LOBBY } from "../wire/names.ts";
import { localClock } from "../wire/time.ts";
import type { ConversationEvent } from "./core/conversation.ts";
import { describeUnread } from "./core/unread.ts";
import { highlight } from "../wire/mention.ts";
import { colorName } from "../cli/terminal/name_color.ts";

/** What is shown with the time when it came, because it has none of its own. */
const NOW: ReadonlySet<ConversationEvent["kind"]> = new Set(["private", "mention", "lost", "back"]);

/** How to show events. */
export interface RenderOptions {
  /** Whether to use colours; `NO_COLOR` turns them off all the same. */
  color: boolean;
  /** The user's own name: mentions of it are highlighted, and its own coming and going is left out. */
  self?: string;
  /** The hue of a name; by default the one that the name asks for. */
  hueOf?(name: string): number;
  /** Whether to begin the lines of the room with the time. */
  clock?: boolean;
  /** The current time, in milliseconds since 1970: history from another day shows its date. */
  now: number;
}

const PLAIN_NOTE = "-- this server is not parley: plain text only, and nothing confirms what you say\n";

const SILENT_NOTE =
  "-- nothing came from this server yet: it may be no chat server; if it speaks TLS, start the client with --tls\n";

/**
 * The line that shows an event, with its line end; `""` if there is nothing to show. Without colours and times it is
 * the text format, plus the user's own lines as `<You> …`.
 */
export function render(event: ConversationEvent, options: RenderOptions): string {
  const line = renderLine(event, options);
  const time = options.clock && line !== "" ? timeOf(event, options.now) : undefined;
  return time === undefined ? line : paint(`${localClock(time)} `, dim, options.color) + line;
}

function renderLine(event: ConversationEvent, options: RenderOptions): string {
  const { color, now, self = "", clock, hueOf = preferredHue } = options;
  switch (event.kind) {
    case "line":
      return `${event.text}\n`;
    case "plain":
      return paint(PLAIN_NOTE, dim, color);
    case "silent":
      return paint(SILENT_NOTE, dim, color);
    case "password":
    // They tell what there is to complete.
    case "rooms":
      return "";
    case "unread":
      return paint(`-- ${describeUnread(event, now)}\n`, dim, color);
    case "lost":
      return paint(`-- ${renderLost(event.delay)}\n`, dim, color);
    case "back":
      return paint("-- connected again\n", dim, color);
    case "unconfirmed":
      return paint(`error: not confirmed, and perhaps not said: ${event.text}\n`, red, color);
    case "said":
    case "action": {
      const name = event.own && event.kind === "said" ? "You" : event.name;
      const text = color && !event.own ? highlight(event.text, self, bold) : event.text;
      const shown = {
        ...event,
        authorKey: "",
        name: color ? colorName(name, hueOf(event.name)) : name,
        text,
      };
      return event.history && !clock
        ? FORMATS.text.history(shown, { own: event.own, now })
        : FORMATS.text.entry(shown);
    }
    case "joined":
    case "left":
      return paint(FORMATS.text.own({ ...event, memberKeys: event.names }, self), dim, color);
    case "renamed":
      return paint(FORMATS.text.entry(event), dim, color);
    case "error":
      return paint(FORMATS.text.direct(event), red, color);
    case "private":
      return paint(FORMATS.text.direct(event), bold, color);
    case "closed":
      return paint(FORMATS.text.direct({ ...event, fault: false }), dim, color);
    case "welcome":
      return paint(renderWelcome(event), dim, color);
    case "mention":
      return paint(FORMATS.text.direct(event), bold, color);
    case "notice":
    case "pong":
      return paint(FORMATS.text.direct(event), dim, color);
  }
}

/** Tells who and where one is; after a move also that it is the lobby. */
function renderWelcome(event: ConversationEvent & { kind: "welcome" }): string {
  const { name, room = LOBBY, from } = event;
  return from === undefined ? FORMATS.text.direct(event) : `-- you are ${name} in ${room}\n`;
}

/** Tells that the connection broke, and that the next attempt is in `delay` milliseconds. */
export function renderLost(delay: number): string {
  return `connection lost, trying again in ${Math.max(1, Math.ceil(delay / 1000))} s`;
}

/** The line that begins a day. `time`: any time on that day, in milliseconds since 1970. */
export function renderDay(time: number, color: boolean): string {
  const date = new Date(time).toLocaleDateString("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  return paint(`-- ${date}\n`, dim, color);
}

/** When an event happened, in milliseconds since 1970; `undefined` for lines that show no time. */
export function timeOf(event: ConversationEvent, now: number): number | undefined {
  if ("time" in event) return event.time;
  return NOW.has(event.kind) ? now : undefined;
}

/** An event as a line of JSON; a line of plain text becomes an object of kind `line`. */
export function renderJson(event: ConversationEvent): string {
  return JSON.stringify(withTime(event)) + "\n";
}

/** A line that the user said to a server that does not send it back. */
export function renderOwn(text: string, color: boolean): string {
  return `<${color ? colorName("You", preferredHue("You")) : "You"}> ${text}\n`;
}

function withTime(event: ConversationEvent): object {
  return "time" in event ? { ...event, time: new Date(event.time).toISOString() } : event;
}

/** Styles a line, except for its line end. */
function paint(line: string, style: (text: string) => string, color: boolean): string {
  const text = line.replace(/\n$/, "");
  return color && text !== "" ? style(text) + line.slice(text.length) : line;
}
