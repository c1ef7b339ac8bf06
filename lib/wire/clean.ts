// Controls that a terminal would act on (C0, DEL, C1), and those that reorder what is displayed.
const UNWANTED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SPACES = /[\t\u2028\u2029]/g;
// What shows nothing: joiners, fillers, variation selectors, tags, and the empty Braille pattern.
const BLANK = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;
// What needs a closer look at all: most lines do not.
const SUSPECT = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/**
 * Takes out of a decoded line what must never reach a terminal, a log or a file: control characters and
 * bidirectional overrides. Tabs and Unicode line separators become a space; the joiners that emoji need stay.
 * Cleaning twice is the same as cleaning once.
 */
export function clean(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(SPACES, " ").replace(UNWANTED, "");
}

/** Whether nothing visible is left of a text once it is cleaned: only white space and invisible characters. */
export function isBlank(text: string): boolean {
  return clean(text).replace(BLANK, "") === "";
}
