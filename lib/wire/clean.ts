// Controls that a terminal would act on (C0, DEL, C1), and those that reorder what is displayed.
const UNWANTED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SPACES = /[\t\u2028\u2029]/g;
// Most lines hold none of this and are returned as they are.
const SUSPECT = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/**
 * Removes from a decoded line what must never reach a terminal, a log or a file: control characters and bidirectional
 * overrides. Tabs and Unicode line separators become a space; the joiners that emoji need stay.
 * Cleaning twice is the same as cleaning once.
 */
export function clean(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(SPACES, " ").replace(UNWANTED, "");
}
