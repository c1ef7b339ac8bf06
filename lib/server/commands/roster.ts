/** The most names in one line of the roster. */
const NAMES_PER_LINE = 100;

/** The lines that tell who is here, each with the names in it. */
export function rosterLines(names: readonly string[]): { text: string; names: readonly string[] }[] {
  const lines = [];
  for (let start = 0; start === 0 || start < names.length; start += NAMES_PER_LINE) {
    const some = names.slice(start, start + NAMES_PER_LINE);
    lines.push({ text: `${start === 0 ? `${names.length} here` : "and"}: ${some.join(", ")}`, names: some });
  }
  return lines;
}
