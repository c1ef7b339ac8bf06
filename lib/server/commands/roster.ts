/** Names in one line of the roster. */
const NAMES_PER_LINE = 100;

/** The lines that say who is here. */
export function rosterLines(names: readonly string[]): string[] {
  const lines = [`${names.length} here: ${names.slice(0, NAMES_PER_LINE).join(", ")}`];
  for (let start = NAMES_PER_LINE; start < names.length; start += NAMES_PER_LINE) {
    lines.push(`and: ${names.slice(start, start + NAMES_PER_LINE).join(", ")}`);
  }
  return lines;
}
