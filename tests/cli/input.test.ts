import { assertEquals, assertRejects } from "@std/assert";
import { InputError, readLines, type TooLong } from "../../lib/cli/input.ts";

const encoder = new TextEncoder();

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield encoder.encode(text);
}

/** All lines of an input that comes in these pieces. */
function lines(...texts: string[]): Promise<(string | TooLong)[]> {
  return Array.fromAsync(readLines(chunks(...texts), 10));
}

Deno.test("readLines() yields lines without their ends, and a last one that has none", async () => {
  assertEquals(await lines("one\ntw", "o\r\n\nthr", "ee"), ["one", "two", "", "three"]);
  assertEquals(await lines(), []);
});

Deno.test("readLines() takes off the byte order mark at the beginning, and only there", async () => {
  assertEquals(await lines("\ufeffone\n\ufefftwo\n"), ["one", "\ufefftwo"]);
  assertEquals(await lines("\ufeffone"), ["one"]);
});

Deno.test("readLines() reports a line that is too long, and goes on behind it", async () => {
  assertEquals(await lines("1234567890\n12345678901\nok\n"), ["1234567890", { head: "12345678901" }, "ok"]);
});

Deno.test("readLines() does not wait for the end of a line that is too long", async () => {
  async function* endless() {
    while (true) yield encoder.encode("x".repeat(1000));
  }
  const { value } = await readLines(endless(), 10).next();
  assertEquals(value, { head: "x".repeat(64) });
});

Deno.test("readLines() says in a sentence that the input cannot be read", async () => {
  async function* failing(error: Error) {
    yield encoder.encode("one\n");
    throw error;
  }
  for (
    const [error, why] of [
      [new Deno.errors.IsADirectory("Is a directory (os error 21)"), "cannot read the input: it is a folder"],
      [new Error("Bad file descriptor (os error 9)"), "cannot read the input: Bad file descriptor"],
    ] as const
  ) {
    await assertRejects(() => Array.fromAsync(readLines(failing(error), 10)), InputError, why);
  }
});
