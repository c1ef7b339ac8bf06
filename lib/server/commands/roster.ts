import { compareNames } from "../../wire/name_order.ts";

/** The most names in one line of the roster. */
const NAMES_PER_LINE = 100;

/** The lines that tell who is here, each with the names in it. */
export function rosterLines(names: readonly string[]): { text: string; names: readonly string[] }[] {
  const sorted = names.toSorted(compareNames);
  const lines = [];
  for (let start = 0; start === 0 || start < sorted.length; start += NAMES_PER_LINE) {
    const some = sorted.slice(start, start + NAMES_PER_LINE);
    lines.push({ text: `${start === 0 ? `${sorted.length} here` : "and"}: ${some.join(", ")}`, names: some });
  }
  return lines;
}
