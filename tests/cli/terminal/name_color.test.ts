import { assert, assertEquals } from "@std/assert";
import { colorName, NAME_COLORS } from "../../../lib/cli/terminal/name_color.ts";
import { HUES } from "../../../lib/wire/name_hue.ts";
import { testWith } from "../../helpers/needs.ts";

const WITH_COLORS = { permissions: [], others: { "NO_COLOR to be unset": !Deno.noColor } };

/** The relative luminance (WCAG 2) of a colour of the 6 × 6 × 6 cube in the 256-colour palette. */
function luminance(color: number): number {
  const levels = [0, 95, 135, 175, 215, 255];
  const [r, g, b] = [Math.floor((color - 16) / 36), Math.floor((color - 16) / 6) % 6, (color - 16) % 6]
    .map((level) => levels[level] / 255)
    .map((value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const color of NAME_COLORS) {
  Deno.test(`colour ${color} can be read on black and on white`, () => {
    const own = luminance(color) + 0.05;
    assert(own / 0.05 >= 4 && 1.05 / own >= 4);
  });
}

Deno.test("there is a colour for each hue, and no colour twice", () => {
  assertEquals(NAME_COLORS.length, HUES);
  assertEquals(new Set(NAME_COLORS).size, HUES);
});

testWith(WITH_COLORS, "colorName() colours a name, and does nothing else to it", () => {
  for (let hue = 0; hue < HUES; hue++) {
    assertEquals(colorName("alice", hue), `\x1b[38;5;${NAME_COLORS[hue]}malice\x1b[39m`);
  }
});
