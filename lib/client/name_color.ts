import { bold, italic, rgb8, underline } from "@std/fmt/colors";
import { foldName } from "../wire/names.ts";

/**
 * The colours of the 256-colour palette whose contrast is at least 4:1 on black and on white (WCAG 2; no colour can have
 * more than 4.6:1 on both), ordered by hue.
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

/** The styles that tell names of the same hue apart. */
const STYLES: readonly ((text: string) => string)[] = [(text) => text, bold, italic, underline];

/** A name in its own colour and style, which are the same in every client and do not depend on case. */
export function colorName(name: string): string {
  let hash = 0;
  for (const char of foldName(name)) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) >>> 0;
  // Spreads the last letters over all bits, so that user1 and user2 differ in colour and style.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  const style = STYLES[(hash >>> 16) % STYLES.length];
  return style(rgb8(name, NAME_COLORS[hash % NAME_COLORS.length]));
}
