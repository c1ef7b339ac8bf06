import { bold, dim, red } from "@std/fmt/colors";
import { colorName } from "../../cli/terminal/name_color.ts";
import { type Direct, type Entry, isMessage, type Message } from "../../wire/entries.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { NameHues } from "../../wire/name_hue.ts";
import { localClock } from "../../wire/time.ts";
import type { ConsoleFormat } from "./console.ts";

/**
 * A console's format for a terminal: the local time in front of what happens, and colours unless `NO_COLOR` is set.
 * People who are in the room together get different ones.
 */
export function colorConsole(): ConsoleFormat {
  const hues = new NameHues();
  const named = (entry: Message) => ({ ...entry, name: colorName(entry.name, hues.of(entry.name)) });
  const colored = (entry: Entry): string => {
    note(hues, entry);
    return isMessage(entry) ? FORMATS.text.entry(named(entry)) : styled(FORMATS.text.entry(entry), dim);
  };
  return {
    ...FORMATS.text,
    entry: (entry) => at(entry.time, colored(entry)),
    own: (entry) => at(entry.time, colored(entry)),
    history: (entry, options) => FORMATS.text.history(named(entry), options),
    direct: (line) => line.kind === "private" ? at(Date.now(), coloredDirect(line)) : coloredDirect(line),
    event: (text) => at(Date.now(), `${dim(text)}\n`),
    inRoom: (room) => ({
      ...FORMATS.text,
      entry: (entry) => at(entry.time, `${dim(`#${room}`)} ${colored(entry)}`),
    }),
  };
}

/** Takes note of who comes, goes, or takes another name. */
function note(hues: NameHues, entry: Entry): void {
  switch (entry.kind) {
    case "joined":
      return entry.names.forEach((name) => hues.enter(name));
    case "left":
      return entry.names.forEach((name) => hues.leave(name));
    case "renamed":
      hues.leave(entry.name);
      return hues.enter(entry.to);
  }
}

function at(time: number, line: string): string {
  return `${dim(localClock(time))} ${line}`;
}

function coloredDirect(line: Direct): string {
  const style = line.kind === "error" ? red : line.kind === "private" ? bold : dim;
  return styled(FORMATS.text.direct(line), style);
}

/** Styles a line, but not its end. */
function styled(line: string, style: (text: string) => string): string {
  return `${style(line.slice(0, -1))}\n`;
}
