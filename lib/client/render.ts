import { bold, dim, red, rgb8 } from "@std/fmt/colors";
import { FORMATS } from "../wire/format.ts";
import type { Received } from "../wire/received.ts";
import type { ConversationEvent } from "./conversation.ts";

/** How events are shown. */
export interface RenderOptions {
  /** Whether to use colours. */
  color: boolean;
  /** One's own name: that one comes and goes one knows. */
  self?: string;
  /** The time of showing, in milliseconds since 1970: history from another day shows its date. */
  now: number;
}

/** Colours of the 256-colour palette that can be read on a dark and on a light background. */
const NAME_COLORS = [
  25,
  28,
  30,
  31,
  61,
  62,
  64,
  65,
  66,
  94,
  95,
  96,
  97,
  98,
  124,
  125,
  126,
  127,
  130,
  131,
  132,
  133,
  136,
  166,
];

const PLAIN_NOTE = "-- this server is not parley: plain text only, and nothing confirms what you say\n";

const SILENT_NOTE =
  "-- nothing came from this server yet: plain text only; if it speaks TLS, start the client with --tls\n";

/**
 * Puts an event into the line, with its end, that shows it; `""` where there is nothing to show. Without colours it is
 * what the text format shows, except that one's own lines are there, as `<You> …`.
 */
export function render(event: ConversationEvent, { color, now, self }: RenderOptions): string {
  switch (event.kind) {
    case "line":
      return `${event.text}\n`;
    case "plain":
      return paint(PLAIN_NOTE, dim, color);
    case "silent":
      return paint(SILENT_NOTE, dim, color);
    case "password":
      return "";
    case "lost":
      return paint(`-- connection lost, trying again in ${Math.ceil(event.delay / 1000)} s\n`, dim, color);
    case "back":
      return paint("-- connected again\n", dim, color);
    case "waiting":
      return paint(`-- waiting to be said: ${event.text}\n`, dim, color);
    case "unconfirmed":
      return paint(`error: not confirmed, and perhaps not said: ${event.text}\n`, red, color);
    case "said":
    case "action": {
      const name = event.own && event.kind === "said" ? "You" : event.name;
      const shown = { ...event, by: "", name: color ? colorName(name) : name };
      return event.history ? FORMATS.text.past(shown, { own: event.own, now }) : FORMATS.text.entry(shown);
    }
    case "joined":
    case "left":
      return paint(FORMATS.text.own({ ...event, by: event.names }, self ?? ""), dim, color);
    case "renamed":
      return paint(FORMATS.text.entry(event), dim, color);
    case "error":
      return paint(FORMATS.text.direct(event), red, color);
    case "private":
      return paint(FORMATS.text.direct(event), bold, color);
    case "closed":
      return paint(FORMATS.text.direct({ ...event, fault: false }), dim, color);
    case "welcome":
    case "notice":
    case "pong":
      return paint(FORMATS.text.direct(event), dim, color);
  }
}

/** Puts an event into a line of JSON; the lines of plain text become objects of kind `line`. */
export function renderJson(event: ConversationEvent): string {
  return JSON.stringify(withTime(event)) + "\n";
}

/** A line that one said to a server that does not give it back. */
export function renderOwn(text: string, color: boolean): string {
  return `<${color ? colorName("You") : "You"}> ${text}\n`;
}

function withTime(event: ConversationEvent): object {
  return "time" in event
    ? { ...event, time: new Date((event as Received & { time: number }).time).toISOString() }
    : event;
}

function paint(line: string, style: (text: string) => string, color: boolean): string {
  return color && line !== "" ? `${style(line.slice(0, -1))}\n` : line;
}

/** A name in a colour of its own: the same one everywhere. */
function colorName(name: string): string {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return rgb8(name, NAME_COLORS[hash % NAME_COLORS.length]);
}
