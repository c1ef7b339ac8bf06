import type { Progress } from "../progress.ts";
import type { Built, Server } from "../servers.ts";

/** What every part of the benchmark has. */
export interface Bench {
  /** The programs that were built for it. */
  built: Built;
  /** Other servers that are installed. */
  peers: Server[];
  /** How often each is measured. */
  rounds: number;
  /** Whether it is to take two minutes, and not a quarter of an hour. */
  quick: boolean;
  /** Where it says what it does. */
  progress: Progress;
}

/** Something that must hold. */
export interface Verdict {
  /** What is measured. */
  what: string;
  /** What it came to, and what it may come to at most, or at least. */
  is: string;
  bound: string;
  /** Whether it holds. */
  holds: boolean;
}

/** A part of the report: Markdown, and what of it must hold. */
export interface Part {
  text: string;
  verdicts: Verdict[];
}

/** A value that may be so large at most, where both are shown in the same way. */
export function atMost(what: string, value: number, bound: number, unit: string): Verdict {
  return { what, is: `${value.toFixed(2)} ${unit}`, bound: `≤ ${bound} ${unit}`, holds: value <= bound };
}

/** A value that must be so large at least. */
export function atLeast(what: string, value: number, bound: number, unit: string): Verdict {
  return { what, is: `${value.toFixed(2)} ${unit}`, bound: `≥ ${bound} ${unit}`, holds: value >= bound };
}
