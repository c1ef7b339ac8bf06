import { assert, assertEquals } from "@std/assert";
import { textWidth } from "../../../lib/cli/terminal/width.ts";
import { wrap } from "../../../lib/cli/terminal/wrap.ts";
import { seeded } from "../../helpers/numbers.ts";

const LINK = `https://example.org/${"a/".repeat(90)}12:06`;

const CASES: [what: string, columns: number, line: string, rows: string[]][] = [
  ["a short line as it is", 20, "12:05 <bob> hi", ["12:05 <bob> hi"]],
  ["a line that fills the row", 14, "12:05 <bob> hi", ["12:05 <bob> hi"]],
  ["a long line by words, below the text", 24, "12:05 <bob> the quick brown fox", [
    "12:05 <bob> the quick",
    "            brown fox",
  ]],
  ["actions, notices, errors and private lines below their text", 20, "12:05 * bob waves to everyone", [
    "12:05 * bob waves to",
    "        everyone",
  ]],
  ["a notice", 20, "-- 4 here: alice, bob, carol", ["-- 4 here: alice,", "   bob, carol"]],
  ["an error", 20, "error: no one here is called bob", ["error: no one here", "       is called bob"]],
  ["a private line", 20, "[bob] is there still cake?", ["[bob] is there still", "      cake?"]],
  ["history of another day", 44, "2026-11-22 20:14 <bob> the quick brown fox jumps", [
    "2026-11-22 20:14 <bob> the quick brown fox",
    "      jumps",
  ]],
  ["a line of another server", 12, "hello there you", ["hello there", "  you"]],
  ["a line that was made to look like two", 30, `12:05 <bob> hi${" ".repeat(20)}12:06 <eve> no!`, [
    "12:05 <bob> hi",
    "            12:06 <eve> no!",
  ]],
  ["spaces inside and at the beginning", 24, "12:05 <bob>   a  b  c d e f g", [
    "12:05 <bob>   a  b  c d",
    "            e f g",
  ]],
  ["spaces that fill a row", 16, `<bob> a${" ".repeat(40)}b `, ["<bob> a", "      b"]],
  ["a word that is too long, under the indent", 16, `<bob> see ${"x".repeat(25)} end`, [
    "<bob> see",
    `      ${"x".repeat(10)}`,
    `      ${"x".repeat(10)}`,
    "      xxxxx end",
  ]],
  ["a long name on a narrow screen", 20, "12:05 <someonewithalongname> hi", [
    "12:05",
    "     <someonewithalo",
    "     ngname> hi",
  ]],
  ["a link whole, and what follows it in a row of its own", 40, `12:05 <bob> see ${LINK} <eve> no!`, [
    "12:05 <bob> see",
    `            ${LINK}`,
    "            <eve> no!",
  ]],
  ["a link that is all there is", 40, `12:05 <bob> ${LINK}`, [`12:05 <bob> ${LINK}`]],
  ["a link in brackets", 40, `12:05 <bob> <${LINK}>, ok`, [
    "12:05 <bob> <",
    `            ${LINK}`,
    "            >, ok",
  ]],
  ["a link that fits into a row", 30, "12:05 <bob> look at http://x.org/abc", [
    "12:05 <bob> look at",
    "            http://x.org/abc",
  ]],
  [
    "a link at the first character that looks like a space or a bracket",
    24,
    `<bob> http://x.org/${"a".repeat(20)}⠀⠀<eve>⠀no`,
    [
      `<bob> http://x.org/${"a".repeat(20)}`,
      "      ⠀⠀<eve>⠀no",
    ],
  ],
  ["scripts without spaces anywhere, but not before closing punctuation", 17, "<bob> 我们中午去哪，吃午饭", [
    "<bob> 我们中午去",
    "      哪，吃午饭",
  ]],
  ["wide characters, of which none is cut", 13, "<bob> 日本語です", ["<bob> 日本語", "      です"]],
  ["emoji", 14, "<bob> 🍜🍜🍜🍜🍜", ["<bob> 🍜🍜🍜🍜", "      🍜"]],
  ["combining marks", 9, "<b> e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", [
    "<b> e\u0301e\u0301e\u0301e\u0301e\u0301",
    "    e\u0301",
  ]],
  ["a narrow screen", 10, "12:05 <bob> the quick brown fox", [
    "12:05",
    "  <bob>",
    "  the",
    "  quick",
    "  brown",
    "  fox",
  ]],
];

for (const [what, columns, line, rows] of CASES) {
  Deno.test(`wrap() breaks ${what}`, () => assertEquals(wrap(line, columns).split("\n"), rows));
}

Deno.test("wrap() keeps styles and the bell where they are, and counts no column for them", () => {
  assertEquals(
    wrap("\x07\x1b[2m12:05 \x1b[22m<\x1b[38;5;64mbob\x1b[39m> hi \x1b[1malice\x1b[22m, you", 18),
    "\x07\x1b[2m12:05 \x1b[22m<\x1b[38;5;64mbob\x1b[39m> hi\n    \x1b[1malice\x1b[22m, you",
  );
  assertEquals(wrap("\x1b[2m-- a b\x1b[22m", 6), "\x1b[2m-- a b\x1b[22m");
  assertEquals(wrap("\x1b[2m-- a bc\x1b[22m", 6), "\x1b[2m-- a\n   bc\x1b[22m");
});

const CHARACTERS = [
  "a",
  "b",
  " ",
  " ",
  "é",
  "e\u0301",
  "日",
  "，",
  "(",
  "👍🏽",
  "👨‍👩‍👧",
  "ｱ",
  "http://x/",
  "\x1b[1m",
  "한",
  "กำ",
];

Deno.test("wrap() loses nothing, makes no row too wide, cuts no link, and indents all rows but one", () => {
  const next = seeded(7);
  const below = (bound: number) => Math.floor(next() * bound);
  for (let round = 0; round < 1000; round++) {
    const columns = 16 + below(30);
    const lead = ["12:05 <bob> ", "-- ", "", "12:05 * bob ", "[to bob] "][below(5)];
    const line = lead +
      Array.from({ length: below(60) }, () => CHARACTERS[below(CHARACTERS.length)]).join("");
    const rows = wrap(line, columns).split("\n");
    assertEquals(rows.join("").replaceAll(" ", ""), line.replaceAll(" ", ""), JSON.stringify(line));
    const links = line.match(/http:\/\/[a-zé日ｱ한กำ\u0301:/(]*/g) ?? [];
    for (const link of links) assert(rows.some((row) => row.includes(link)), JSON.stringify({ line, rows }));
    for (const [i, row] of rows.entries()) {
      // deno-lint-ignore no-control-regex
      const shown = row.replace(/\x1b\[1m/g, "");
      assert(
        textWidth(shown) <= columns || shown.includes("http://"),
        JSON.stringify({ line, columns, row }),
      );
      assert(i === 0 || shown.startsWith("  "), JSON.stringify({ line, columns, rows }));
    }
  }
});

for (
  const [what, text] of Object.entries({
    "one word": "x".repeat(64 * 1024),
    "spaces": " ".repeat(64 * 1024),
    "links": "http://x/ ".repeat(6_400),
    "ideographs": "日".repeat(20_000),
    "combining marks": "e" + "\u0301".repeat(30_000),
    "styles": "\x1b[1ma\x1b[22m".repeat(6_400),
  })
) {
  Deno.test(`wrap() breaks a long line of ${what} in no time`, () => {
    const start = performance.now();
    wrap(`12:05 <bob> ${text}`, 40);
    const took = performance.now() - start;
    // With its square it would be minutes.
    assert(took < 2000, `it took ${took} ms`);
  });
}
