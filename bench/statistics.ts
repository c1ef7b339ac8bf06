import { median } from "../tests/helpers/numbers.ts";

/** A number as it is shown: whole where it is large. */
export function show(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The median of some values, with the smallest and the largest. */
export function spread(values: readonly number[]): string {
  if (values.length === 1) return show(values[0]);
  return `${show(median(values))} (${show(Math.min(...values))} – ${show(Math.max(...values))})`;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
