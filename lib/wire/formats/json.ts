import { type Direct, type Entry, isMessage, type Message } from "../entries.ts";
import type { Format } from "./format.ts";

/** JSON Lines: each line is one object, with `kind` saying which. */
export const json: Format = {
  name: "json",

  entry(entry: Entry): string {
    return line(fields(entry));
  },

  own(entry: Entry, _key: string): string {
    return line(isMessage(entry) ? { ...fields(entry), own: true, line: entry.line } : fields(entry));
  },

  history(entry: Message, { own }: { own: boolean; now: number }): string {
    return line({ ...fields(entry), ...(own ? { own, line: entry.line } : {}), history: true });
  },

  exported(entry: Entry, room: string): string {
    return line({ room, ...fields(entry) });
  },

  exportedRoom(): string {
    return "";
  },

  direct(direct: Direct): string {
    if (direct.kind !== "closed") return line(direct);
    const { kind, text, retry } = direct;
    return line({ kind, text, retry });
  },
};

function fields(entry: Entry): object {
  const { seq, kind } = entry;
  const time = new Date(entry.time).toISOString();
  switch (kind) {
    case "said":
    case "action":
      return { seq, time, kind, name: entry.name, text: entry.text };
    case "joined":
    case "left":
      return { seq, time, kind, names: entry.names, reason: entry.reason };
    case "renamed":
      return { seq, time, kind, name: entry.name, to: entry.to };
  }
}

function line(value: object): string {
  return JSON.stringify(value) + "\n";
}
