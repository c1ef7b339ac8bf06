import type { Direct, Entry, Message } from "../entries.ts";
import { json } from "./json.ts";
import { text } from "./text.ts";

/** How one output format puts things into lines. Each returned line ends in LF; `""` means that nothing is shown. */
export interface Format {
  /** How `/hello` names it. */
  readonly name: "text" | "json";
  /** An entry as everyone gets it to whom it does not belong. */
  entry(entry: Entry): string;
  /** An entry as the member with this key gets it, to whom it belongs. */
  own(entry: Entry, key: string): string;
  /** An entry from before the member came. `now`, in milliseconds, decides whether the date is shown. */
  history(entry: Message, options: { own: boolean; now: number }): string;
  /** An entry for whoever reads the whole log, with its time and date. */
  exported(entry: Entry): string;
  /** A line for one member only. */
  direct(line: Direct): string;
}

/** The output formats by name. */
export const FORMATS: { readonly text: Format; readonly json: Format } = { text, json };
