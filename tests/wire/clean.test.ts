import { assertEquals } from "@std/assert";
import { clean, isBlank } from "../../lib/wire/clean.ts";

const REMOVED: { name: string; range: [first: number, last: number] }[] = [
  { name: "C0 controls before the tab", range: [0x00, 0x08] },
  { name: "C0 controls after the line ends, ESC among them", range: [0x0e, 0x1f] },
  { name: "DEL", range: [0x7f, 0x7f] },
  { name: "C1 controls before NEL", range: [0x80, 0x84] },
  { name: "C1 controls after it", range: [0x86, 0x9f] },
  { name: "the Arabic letter mark", range: [0x061c, 0x061c] },
  { name: "left-to-right and right-to-left marks", range: [0x200e, 0x200f] },
  { name: "bidirectional embeddings and overrides", range: [0x202a, 0x202e] },
  { name: "bidirectional isolates", range: [0x2066, 0x2069] },
  { name: "the byte order mark", range: [0xfeff, 0xfeff] },
];

const SPACES = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x85, 0x2028, 0x2029];

for (const { name, range: [first, last] } of REMOVED) {
  Deno.test(`clean() removes ${name}`, () => {
    for (let code = first; code <= last; code++) {
      const char = String.fromCodePoint(code);
      assertEquals([clean(char), clean(`${char}a${char}${char}b${char}`)], ["", "ab"], code.toString(16));
    }
  });
}

Deno.test("clean() turns tabs and whatever breaks a line into spaces, so that no words are joined", () => {
  for (const code of SPACES) assertEquals(clean(`a${String.fromCodePoint(code)}b`), "a b", code.toString(16));
});

Deno.test("clean() changes no other code point", () => {
  const changed: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (SPACES.includes(code) || REMOVED.some(({ range: [first, last] }) => code >= first && code <= last)) {
      continue;
    }
    const text = `a${String.fromCodePoint(code)}b`;
    // With a control character beside it, the slow path of clean() is taken.
    if (clean(text) !== text || clean(`${text}\0`) !== text) changed.push(code.toString(16));
  }
  assertEquals(changed, []);
});

const MIXED: [name: string, text: string, cleaned: string][] = [
  ["colours", "\x1b[31mred\x1b[0m", "[31mred[0m"],
  ["a terminal title", "\x1b]0;owned\x07hi", "]0;ownedhi"],
  ["C1 sequences", "\x9b2Jhi\x9d0;x\x9c", "2Jhi0;x"],
  ["a forged line", "hi\r\n<bob> forged", "hi <bob> forged"],
  ["Trojan source", "if \u202e\u2066// x\u2069 \u2066y", "if // x y"],
  ["a family, joined", "👨\u200d👩\u200d👧\u200d👦\x07", "👨\u200d👩\u200d👧\u200d👦"],
  ["a heart with a variation selector", "\x07❤\ufe0f", "❤\ufe0f"],
  ["a keycap and a flag", "1\ufe0f\u20e3🇩🇪\x00", "1\ufe0f\u20e3🇩🇪"],
  ["Persian with a non-joiner", "می\u200cخواهم\u200f", "می\u200cخواهم"],
  ["tabs among controls", "a\x00\t\x01b\t\tc", "a b  c"],
  ["nothing but controls", "\x00\x1b\x9f\u2069", ""],
];

for (const [name, text, cleaned] of MIXED) {
  Deno.test(`clean() cleans ${name}, and twice is the same as once`, () => {
    assertEquals([clean(text), clean(clean(text))], [cleaned, cleaned]);
  });
}

const BLANKS: [name: string, text: string][] = [
  ["nothing", ""],
  ["white space of all kinds", " \t\u00a0\u1680\u2003\u202f\u205f\u3000\u2028\v\f\u0085"],
  ["control characters", "\x00\x1b\x9f"],
  ["a zero width space", "\u200b"],
  ["a word joiner", "\u2060"],
  ["the Braille blank", "\u2800"],
  ["Hangul fillers", "\u115f\u1160\u3164\uffa0"],
  ["a soft hyphen", "\u00ad"],
  ["a variation selector", "\ufe0f\u{e0100}"],
  ["a grapheme joiner", "\u034f"],
  ["tags", "\u{e0001}\u{e0061}\u{e007f}"],
  ["byte order marks", "\ufeff\ufeff"],
  ["joiners without an emoji", "\u200d \u200c"],
  ["bidirectional controls", "\u202e\u2066\u061c"],
  ["marks of annotations", "\ufff9\ufffb"],
];

for (const [name, text] of BLANKS) {
  Deno.test(`isBlank() is true for ${name}, and beside anything visible it is not`, () => {
    assertEquals([isBlank(text), isBlank(clean(text)), isBlank(`  ${text}  `)], [true, true, true]);
    for (const visible of ["x", ".", "\ufffd", "👍", "\u0301", "ㅤㅤ가", "❤\ufe0f"]) {
      assertEquals([isBlank(text + visible), isBlank(visible + text)], [false, false], visible);
    }
  });
}

Deno.test("isBlank() is what cleaning leaves nothing visible of", () => {
  const blank = [
    "",
    " \t",
    "\x0f",
    "\ufeff",
    "\u200b\u2060",
    "\u2800",
    "\u3164",
    "\u00ad",
    "\ufe0f",
    "\u034f",
    "\u{e0041}",
    "\r",
  ];
  assertEquals(blank.filter((text) => !isBlank(text)), []);
  const visible = ["a", "\x0fa", "\u200b.", "🎉", "❤\ufe0f", "\ue0b0", "0"];
  assertEquals(visible.filter(isBlank), []);
});
