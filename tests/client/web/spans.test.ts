import { assertEquals } from "@std/assert";
import { spansOf } from "../../../lib/client/web/spans.ts";

/** The parts of a text, each with a letter for its kind. */
function parts(text: string, self?: string): string[] {
  return spansOf(text, self).map(({ kind, text }) => `${kind[0]}:${text}`);
}

for (
  const [text, ...expected] of [
    ["plain", "t:plain"],
    ["see http://x.org/a.", "t:see ", "l:http://x.org/a", "t:."],
    ["(see https://x.org/a_(b))", "t:(see ", "l:https://x.org/a_(b))"],
    ["(https://x.org/a)", "t:(", "l:https://x.org/a", "t:)"],
    ["`a b` and `c`", "c:`a b`", "t: and ", "c:`c`"],
    ["`http://x.org`", "c:`http://x.org`"],
    [
      "alice: `alice` http://x.org/alice Alice!",
      "m:alice",
      "t:: ",
      "c:`alice`",
      "t: ",
      "l:http://x.org/alice",
      "t: ",
      "m:Alice",
      "t:!",
    ],
    ["malice and alice.org", "t:malice and alice.org"],
    ["javascript:alert(1) ftp://x.org", "t:javascript:alert(1) ftp://x.org"],
    [""],
  ]
) {
  Deno.test(`spansOf() splits ${JSON.stringify(text)}`, () => assertEquals(parts(text, "alice"), expected));
}

Deno.test("spansOf() loses no character", () => {
  const text = "a `b` http://c.d/e?f=(g) `h alice ` ” » ``` alice, http://";
  assertEquals(spansOf(text, "alice").map(({ text }) => text).join(""), text);
});
