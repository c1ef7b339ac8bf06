import { bold, italic, rgb8, underline } from "@std/fmt/colors";
import { foldName } from "../../wire/names.ts";

/**
 * Colours of the 256-colour palette that have a contrast of at least 4 to 1 to black and to white (WCAG 2; 4.6 is the
 * most that one colour can have to both), ordered by hue.
 */
export const NAME_COLORS: readonly number[] = [
  131,
  130,
  64,
  65,
  28,
  29,
  30,
  31,
  27,
  62,
  63,
  99,
  98,
  97,
  129,
  96,
  133,
  164,
  163,
  162,
  132,
  161,
];

/** What tells names apart besides their hue. */
const STYLES: readonly ((text: string) => string)[] = [(text) => text, bold, italic, underline];

/** A name in a colour and style of its own: the same ones everywhere, and in whatever case it is written. */
export function colorName(name: string): string {
  let hash = 0;
  for (const char of foldName(name)) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) >>> 0;
  // Names that differ in little are to differ in both.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  const style = STYLES[(hash >>> 16) % STYLES.length];
  return style(rgb8(name, NAME_COLORS[hash % NAME_COLORS.length]));
}
