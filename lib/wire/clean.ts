// Whatever breaks a line, and the tab: removing them would join the words on both sides.
const SPACES = /\r\n|[\t-\r\u0085\u2028\u2029]/g;
// Most lines hold none of this and are returned as they are.
const SUSPECT = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/**
 * Removes from a decoded line what must never reach a terminal, a log or a file: control characters, bidirectional
 * overrides and the byte order mark. Tabs and whatever breaks a line become a space; the joiners that emoji need stay.
 * Cleaning twice is the same as cleaning once.
 */
export function clean(text: string): string {
  if (!SUSPECT.test(text)) return text;
  // Controls that a terminal would act on (C0, DEL, C1), those that reorder what is displayed, and the byte order mark.
  const unwanted = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
  return text.replace(SPACES, " ").replace(unwanted, "");
}

/**
 * Whether a text, cleaned or not, shows nothing: it is empty, or holds white space and invisible characters only. Such
 * a text is never said.
 */
export function isBlank(text: string): boolean {
  // Nearly every line begins with a visible ASCII character.
  const first = text.charCodeAt(0);
  if (first > 0x20 && first < 0x7f) return false;
  // White space, what Unicode says is not displayed, and what is displayed as nothing all the same: the Braille blank, the
  // marks of interlinear annotations, the filler of Khitan and the null notehead.
  return /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{16fe4}\u{1d159}]*$/u
    .test(text);
}
