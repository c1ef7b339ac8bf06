import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { colorName, NAME_COLORS } from "../../../lib/cli/terminal/name_color.ts";
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

testWith(WITH_COLORS, "colorName() gives a name the same look each time, in whatever case", () => {
  assertEquals(colorName("alice"), colorName("alice"));
  assertEquals(colorName("Alice").replace("Alice", "alice"), colorName("alice"));
});

testWith(WITH_COLORS, "colorName() tells names apart by more than their hue", () => {
  const looks = Array.from({ length: 200 }, (_, i) => colorName(`user${i}`).split("user")[0]);
  assert(new Set(looks).size >= 60, "many names look the same");
  assertNotEquals(colorName("user1").split("user")[0], colorName("user2").split("user")[0]);
  for (const style of ["\x1b[1m", "\x1b[3m", "\x1b[4m"]) {
    const share = looks.filter((look) => look.startsWith(style)).length;
    assert(share > 20 && share < 80, `${share} of 200 names have ${JSON.stringify(style)}`);
  }
});
