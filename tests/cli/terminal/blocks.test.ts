import { assert, assertEquals } from "@std/assert";
import { Blocks } from "../../../lib/cli/terminal/blocks.ts";

Deno.test("Blocks keeps pasted lines together as one character", () => {
  const blocks = new Blocks();
  const block = blocks.fold("one\r\ntwo\nthree\n");
  assertEquals([...block].length, 1);
  assertEquals(blocks.label(block), "[3 lines]");
  assertEquals(blocks.label("x"), undefined);
  assertEquals(blocks.expand(`see: ${block} end`), ["see: one", "two", "three end"]);
  assertEquals(blocks.expand("no block"), ["no block"]);
});

Deno.test("Blocks takes a single pasted line as it is, cleaned, without its end", () => {
  const blocks = new Blocks();
  assertEquals(blocks.fold("a\tb\x07\x1b[31mc\x1b[0m\n"), "a bc");
  assertEquals(blocks.fold(""), "");
});

Deno.test("Blocks cleans each pasted line", () => {
  const blocks = new Blocks();
  assertEquals(blocks.expand(blocks.fold("a\x07\x9b\n\u202eb")), ["a", "b"]);
});

Deno.test("Blocks unfolds a block to be edited, and takes its lines apart again", () => {
  const blocks = new Blocks();
  const { text: unfolded } = blocks.unfold(blocks.fold("one\ntwo")) as { text: string };
  assertEquals([...unfolded].map((c) => blocks.label(c) ?? c).join(""), "one↵two");
  assertEquals(blocks.expand(unfolded.replace("two", "2")), ["one", "2"]);
  assertEquals(blocks.unfold("x"), undefined);
  assertEquals(blocks.unfold(blocks.fold("x\n".repeat(10_000))), "too long");
});

Deno.test("Blocks forgets the blocks that nothing refers to", () => {
  const blocks = new Blocks();
  const [first, second] = [blocks.fold("1\n2"), blocks.fold("3\n4")];
  blocks.keep([`again ${second}`, "nothing"]);
  assertEquals(blocks.label(first), undefined);
  assert(blocks.label(second) !== undefined);
});

Deno.test("Blocks keeps a line that is too long to be edited as a block, too", () => {
  const blocks = new Blocks();
  const text = "x".repeat(20_000);
  assertEquals(blocks.label(blocks.fold(text)), "[20000 characters]");
  assertEquals(blocks.expand(blocks.fold(text)), [text]);
});
