import type { Direct, Entry, Message } from "../entries.ts";

/** The names of the output formats, as `/hello` and the command line use them. */
export const FORMAT_NAMES = ["text", "json"] as const;

/** The name of an output format. */
export type FormatName = typeof FORMAT_NAMES[number];

/** Whether there is an output format of this name. */
export function isFormatName(name: unknown): name is FormatName {
  return (FORMAT_NAMES as readonly unknown[]).includes(name);
}

/** Formats lines. Each returned line ends in LF; `""` means that nothing is shown. */
export interface Format {
  /** Its name in `/hello`. */
  readonly name: FormatName;
  /** An entry for those to whom it does not belong. */
  entry(entry: Entry): string;
  /** An entry for the member to whom it belongs, who has this key. */
  own(entry: Entry, key: string): string;
  /** An entry from before the member came. `now`, in milliseconds, determines whether the date is shown. */
  history(entry: Message, options: { own: boolean; now: number }): string;
  /** An entry of an exported room, with time and date. */
  exported(entry: Entry, room: string): string;
  /** What stands before the entries of an exported room if there are several. */
  exportedRoom(room: string): string;
  /** A line for one member only. */
  direct(line: Direct): string;
}
