import { bold, dim, red } from "@std/fmt/colors";
import { colorName } from "../../cli/terminal/name_color.ts";
import type { Direct, Entry } from "../../wire/entries.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { localClock } from "../../wire/time.ts";
import type { ConsoleFormat } from "./console.ts";

/** For a terminal: the local time in front of what happens, and colours unless `NO_COLOR` is set. */
export const COLOR_CONSOLE: ConsoleFormat = {
  ...FORMATS.text,
  entry: (entry) => at(entry.time, colored(entry)),
  own: (entry) => at(entry.time, colored(entry)),
  history: (entry, options) => FORMATS.text.history({ ...entry, name: colorName(entry.name) }, options),
  direct: (line) => line.kind === "private" ? at(Date.now(), coloredDirect(line)) : coloredDirect(line),
  event: (text) => at(Date.now(), `${dim(text)}\n`),
};

function at(time: number, line: string): string {
  return `${dim(localClock(time))} ${line}`;
}

function colored(entry: Entry): string {
  return entry.kind === "said" || entry.kind === "action"
    ? FORMATS.text.entry({ ...entry, name: colorName(entry.name) })
    : styled(FORMATS.text.entry(entry), dim);
}

function coloredDirect(line: Direct): string {
  const style = line.kind === "error" ? red : line.kind === "private" ? bold : dim;
  return styled(FORMATS.text.direct(line), style);
}

/** Styles a line, but not its end. */
function styled(line: string, style: (text: string) => string): string {
  return `${style(line.slice(0, -1))}\n`;
}
