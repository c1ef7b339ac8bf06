import { assert, assertEquals } from "@std/assert";
import { layout, type LayoutOptions, promptFor, SAVE_CURSOR } from "../../../lib/cli/terminal/layout.ts";
import { graphemes } from "../../../lib/cli/terminal/width.ts";
import { seeded } from "../../helpers/numbers.ts";

/** The rows, with `|` for the cursor, and without styles. */
function shown(options: Partial<LayoutOptions> & { line: string }): string[] {
  const { rows } = layout({ prompt: "> ", cursor: options.line.length, columns: 10, rows: 4, ...options });
  return rows.map(({ text }) => text.replace(SAVE_CURSOR, "|").replace(/\p{Cc}\[[0-9;]*m/gu, ""));
}

const CASES: [what: string, options: Partial<LayoutOptions> & { line: string }, rows: string[]][] = [
  ["an empty line", { line: "" }, ["> |"]],
  ["a short line", { line: "hello" }, ["> hello|"]],
  ["the cursor inside", { line: "hello", cursor: 2 }, ["> he|llo"]],
  ["a line that fills the row, with the cursor in the next", { line: "12345678" }, ["> 12345678", "|"]],
  ["the cursor at the end of a row", { line: "123456789", cursor: 8 }, ["> 12345678", "|9"]],
  ["a line of several rows", { line: "abcdefghijklmnop", cursor: 0 }, ["> |abcdefgh", "ijklmnop"]],
  ["wide characters, of which none is cut", { line: "1234567日本" }, ["> 1234567", "日本|"]],
  ["the cursor before a wide character that does not fit", { line: "1234567日", cursor: 7 }, [
    "> 1234567",
    "|日",
  ]],
  ["combining marks, with what they belong to", { line: "12345678e\u0301", cursor: 8 }, [
    "> 12345678",
    "|e\u0301",
  ]],
  ["the cursor inside of what is one character", { line: "ae\u0301b", cursor: 2 }, ["> a|e\u0301b"]],
  ["emoji of several code points, with the room that they may take", { line: "123👍🏽567", cursor: 3 }, [
    "> 123|👍🏽5",
    "67",
  ]],
  ["rows around the cursor, where there are too many", { line: "x".repeat(78), rows: 3, cursor: 40 }, [
    "x".repeat(10),
    "xx|" + "x".repeat(8),
    "x".repeat(10),
  ]],
  ["the last rows", { line: "x".repeat(75), rows: 2 }, ["x".repeat(10), "xxxxxxx|"]],
  ["labels", { line: "aXb", label: (c) => c === "X" ? "[4 lines]" : undefined }, ["> a[4 line", "s]b|"]],
];

for (const [what, options, rows] of CASES) {
  Deno.test(`layout() shows ${what}`, () => assertEquals(shown(options), rows));
}

Deno.test("layout() makes no row too wide, and puts the cursor into one of them, whatever is typed", () => {
  const next = seeded(4);
  const below = (bound: number) => Math.floor(next() * bound);
  const characters = [
    "a",
    " ",
    "é",
    "e\u0301",
    "日",
    "👍",
    "👍🏽",
    "👨‍👩‍👧",
    "🇩🇪",
    "❤️",
    "क्षि",
    "\u200d",
    "ｱ",
    "~",
  ];
  for (let round = 0; round < 300; round++) {
    const line = Array.from(
      { length: below(40) },
      () => characters[below(characters.length)],
    ).join("");
    const [columns, limit] = [4 + below(20), 1 + below(5)];
    const cursor = below(line.length + 1);
    const { rows, row, column } = layout({ prompt: "> ", line, cursor, columns, rows: limit });
    assert(rows.length <= limit);
    assert(rows[row].text.includes(SAVE_CURSOR), `no cursor in "${line}"`);
    assert(column < columns);
    for (const { text, width } of rows) {
      // One character that is made of many may be wider than a narrow screen, which then cuts it off.
      const characters = [...graphemes(text.replace(SAVE_CURSOR, ""))].length;
      assert(width <= columns || characters === 1, JSON.stringify(text));
    }
  }
});

Deno.test("promptFor() leaves most of a narrow screen to the line", () => {
  assertEquals(promptFor("alice", 80), "alice> ");
  assertEquals(promptFor("alice", 10), "al…> ");
  assertEquals(promptFor("山田太郎さん", 24), "山田太…> ");
  assertEquals(promptFor(undefined, 80), "> ");
  assertEquals(promptFor("alice", 1), "…> ");
});
