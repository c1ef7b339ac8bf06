import { assertEquals } from "@std/assert";
import { Editor } from "../../../lib/cli/terminal/editor.ts";

/** An editor, and what was entered in it. */
function edit(...keys: string[]) {
  const entered: string[] = [];
  const editor = new Editor((line) => void entered.push(line));
  for (const key of keys) editor.type(key);
  return Object.assign(editor, { entered });
}

const LEFT = "\x1b[D";

Deno.test("Editor edits a line, and returns it when it is entered", () => {
  using editor = edit("helo", LEFT, "l");
  assertEquals([editor.line, editor.cursor], ["hello", 4]);
  editor.type("\r");
  assertEquals([editor.line, editor.entered], ["", ["hello"]]);
});

Deno.test("Editor moves over what a reader sees as one character", () => {
  using editor = edit("ae\u0301👨‍👩‍👧", LEFT + LEFT, "X");
  assertEquals(editor.line, "aXe\u0301👨‍👩‍👧");
  editor.type("\x1b[C\x1b[C");
  assertEquals(editor.cursor, editor.line.length);
});

Deno.test("Editor brings back what was entered, and at last the draft", () => {
  using editor = edit("one\rtwo\rdraft");
  const seen = [true, true, true, false, false, false].map((back) => (editor.recall(back), editor.line));
  assertEquals(seen, ["two", "one", "one", "two", "draft", "draft"]);
});

Deno.test("Editor begins with the last line again when the line was replaced", () => {
  using editor = edit("one\rtwo\r");
  editor.recall(true);
  editor.recall(true);
  editor.replace("");
  editor.recall(true);
  assertEquals(editor.line, "two");
});

Deno.test("Editor brings back what is put into its history", () => {
  using editor = edit("one\rtwo\r");
  editor.remember("two");
  editor.remember("three");
  assertEquals(editor.history, ["three", "two", "one"]);
  editor.recall(true);
  assertEquals(editor.line, "three");
});

Deno.test("Editor brings back nothing that is secret", () => {
  using editor = edit("one\r");
  editor.secret = true;
  editor.type("s3cret\r");
  editor.secret = false;
  assertEquals([editor.history, editor.entered], [["one"], ["one", "s3cret"]]);
});

Deno.test("Editor puts text where the cursor is, and replaces the line", () => {
  using editor = edit("ad", LEFT);
  editor.insert("bc");
  assertEquals([editor.line, editor.cursor], ["abcd", 3]);
  editor.replace("other", 2);
  editor.type("X");
  assertEquals([editor.line, editor.cursor], ["otXher", 3]);
});
