import { assert, assertEquals } from "@std/assert";
import { makePage, PAGE } from "../../../scripts/page.ts";
import { testWith } from "../../helpers/needs.ts";

/** The most bytes that the page may have. */
const MAX_BYTES = 120_000;

testWith(["read", "run"], "page.html is what `deno task page` makes of the sources", async () => {
  const kept = await Deno.readTextFile(PAGE);
  assert(kept === await makePage(), "page.html is not current: deno task page");
});

testWith(["read"], "page.html is one small document that its policy lets work", async () => {
  const page = await Deno.readTextFile(PAGE);
  assert(new TextEncoder().encode(page).length <= MAX_BYTES);
  assertEquals(page.match(/<script/g)?.length, 3);
  assertEquals(page.match(/<style>/g)?.length, 1);
  const markup = page.replace(/<script>.*?<\/script>|<style>.*?<\/style>/gs, "");
  assertEquals(markup.match(/\s(style|on\w+|src)\s*=/), null);
  assert(!/innerHTML|insertAdjacentHTML|document\.write|eval\(/.test(page));
});
