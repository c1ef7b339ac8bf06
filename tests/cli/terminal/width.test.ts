import { assertEquals } from "@std/assert";
import { fit } from "../../../lib/cli/terminal/width.ts";

Deno.test("fit() cuts what is too wide, and nothing else", () => {
  assertEquals(fit("hello", 5), "hello");
  assertEquals(fit("hello!", 5), "hell…");
  assertEquals(fit("日本語", 5), "日本…");
  assertEquals(fit("日本", 4), "日本");
  assertEquals(fit("", 3), "");
});
