import { assertEquals } from "@std/assert";
import { type Key, KeyReader } from "../../../lib/cli/terminal/keys.ts";

const text = (text: string): Key => ({ kind: "text", text });
const paste = (text: string): Key => ({ kind: "paste", text });
const UP: Key = { kind: "history", back: true };
const DOWN: Key = { kind: "history", back: false };
const TAB: Key = { kind: "tab", back: false };

const CASES: [what: string, keys: string, wanted: Key[]][] = [
  ["characters", "hé日本", [text("hé日本")]],
  ["sequences that an editor knows", "a\x1b[D\x1b[1;5C\x7f", [text("a\x1b[D\x1b[1;5C\x7f")]],
  ["Tab, with Shift too", "a\t\x1b[Zb", [text("a"), TAB, { kind: "tab", back: true }, text("b")]],
  ["Ctrl-C, D, L, Z", "\x03\x04\x0c\x1a", [
    { kind: "interrupt" },
    { kind: "end" },
    { kind: "clear" },
    { kind: "suspend" },
  ]],
  ["a paste, with what looks like keys", "a\x1b[200~x\r\ny\t\x03\x1b[D\x1b[201~b", [
    text("a"),
    paste("x\r\ny\t\x03\x1b[D"),
    text("b"),
  ]],
  ["Up and Down, in all ways", "\x1b[A\x1bOA\x10\x1b[B\x1bOB\x0e", [UP, UP, UP, DOWN, DOWN, DOWN]],
  ["nothing of what no editor knows", "a\x1b[<64;10;10M\x1b[M`!!\x1b[?62;22c\x1b[27;5;9~\x1bOPb\x1b[I", [
    text("ab"),
  ]],
  ["two pastes, one of them empty", "\x1b[200~\x1b[201~\x1b[200~x\x1b[201~", [paste(""), paste("x")]],
];

/** All keys that a reader finds in these chunks; texts that follow each other are joined. */
function read(...chunks: string[]): Key[] {
  const reader = new KeyReader();
  const keys: Key[] = [];
  for (const key of chunks.flatMap((chunk) => [...reader.push(chunk)])) {
    const last = keys.at(-1);
    if (key.kind === "text" && last?.kind === "text") keys[keys.length - 1] = text(last.text + key.text);
    else keys.push(key);
  }
  return keys;
}

for (const [what, keys, wanted] of CASES) {
  Deno.test(`KeyReader takes ${what}`, () => assertEquals(read(keys), wanted));

  Deno.test(`KeyReader takes ${what}, cut anywhere but behind an escape that is a key`, () => {
    for (let at = 1; at < keys.length; at++) {
      if (keys[at - 1] === "\x1b" && /^\[(?!201)|^O/.test(keys.slice(at))) continue;
      // What an old mouse sends has no end to be waited for.
      if (["\x1b[M", "\x1b[M`", "\x1b[M`!"].some((part) => keys.slice(0, at).endsWith(part))) continue;
      // A lone Ctrl-C in a paste ends it, see below.
      if (keys.slice(at) === "\x03") continue;
      assertEquals(read(keys.slice(0, at), keys.slice(at)), wanted, `cut at ${at}`);
    }
  });
}

Deno.test("KeyReader reports a lone escape at once", () => {
  assertEquals(read("\x1b"), [text("\x1b")]);
});

Deno.test("KeyReader holds back the beginning of a sequence only until it is another one", () => {
  assertEquals(read("\x1b[", "D"), [text("\x1b[D")]);
  assertEquals(read("a\x1b", "b"), [text("a\x1bb")]);
});

Deno.test("KeyReader ends a paste that the terminal forgot to end with Ctrl-C", () => {
  assertEquals(read("\x1b[200~lost", "\x03", "a"), [paste("lost"), text("a")]);
});

Deno.test("KeyReader drops a string from the terminal that is there as a whole", () => {
  assertEquals(read("a\x1b]11;rgb:00/00/00\x07b\x1bP1$r0m\x1b\\c"), [text("abc")]);
  assertEquals(read("\x1b]x"), [text("\x1b]x")], "Alt-] must not swallow what is typed after it");
});
