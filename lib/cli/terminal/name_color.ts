import { rgb8 } from "@std/fmt/colors";

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

/** A name in the colour of a hue, which is a place in {@linkcode NAME_COLORS}. */
export function colorName(name: string, hue: number): string {
  return rgb8(name, NAME_COLORS[hue % NAME_COLORS.length]);
}
