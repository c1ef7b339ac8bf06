import { assertEquals } from "@std/assert";
import { Greeting, type Verdict } from "../../../lib/client/core/greeting.ts";
import { BANNER, WELCOME } from "../../../lib/wire/hello.ts";

const encoder = new TextEncoder();

/** The verdict after each byte of what a server says. */
function verdicts(text: string): Verdict[] {
  const greeting = new Greeting();
  return Array.from(encoder.encode(text), (byte) => greeting.push(new Uint8Array([byte])));
}

for (const [name, end] of [["LF", "\n"], ["CR LF", "\r\n"]]) {
  Deno.test(`Greeting recognises parley by its first two lines, however they are cut, with ${name}`, () => {
    const text = `${WELCOME}${end}${BANNER}${end}`;
    assertEquals(new Greeting().push(encoder.encode(text)), "parley");
    const seen = verdicts(text);
    const decided = seen.indexOf("parley");
    assertEquals(new Set(seen.slice(0, decided)), new Set(["undecided"]));
    assertEquals(new Set(seen.slice(decided)), new Set(["parley"]));
  });
}

Deno.test("Greeting takes a server that greets differently for another one, from the first byte that differs", () => {
  for (const text of ["hello\n", `${WELCOME}\nhello\n`, `${WELCOME}\r${BANNER}`, `${WELCOME} ${BANNER}`]) {
    assertEquals(verdicts(`${text}\n`).at(-1), "other", text);
  }
  assertEquals(verdicts("Wx"), ["undecided", "other"]);
});

Deno.test("Greeting does not take what a member writes for the second line", () => {
  assertEquals(verdicts(`${WELCOME}\n<alice> ${BANNER}\n${BANNER}\n`).at(-1), "other");
});

Deno.test("Greeting goes on waiting while what came may still become the greeting", () => {
  assertEquals(new Greeting().push(encoder.encode(WELCOME)), "undecided");
  assertEquals(new Greeting().push(new Uint8Array()), "undecided");
});
