import { assertEquals, assertRejects } from "@std/assert";
import { InputError, type InputSource, readLines, type TooLong } from "../../lib/cli/input.ts";

const encoder = new TextEncoder();

/** An input that comes in these pieces, or fails instead. */
function inputOf(...pieces: (string | Error)[]): InputSource {
  return {
    read(buffer) {
      const piece = pieces.shift();
      if (piece instanceof Error) return Promise.reject(piece);
      return Promise.resolve(piece === undefined ? null : encoder.encodeInto(piece, buffer).written);
    },
  };
}

/** All lines of an input that comes in these pieces. */
function lines(...pieces: (string | Error)[]): Promise<(string | TooLong)[]> {
  return Array.fromAsync(readLines(inputOf(...pieces), 10));
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
  const endless: InputSource = { read: (buffer) => Promise.resolve(buffer.fill(0x78).length) };
  const { value } = await readLines(endless, 10).next();
  assertEquals(value, { head: "x".repeat(64) });
});

Deno.test("readLines() says in a sentence that the input cannot be read", async () => {
  for (
    const [error, why] of [
      [new Deno.errors.IsADirectory("Is a directory (os error 21)"), "cannot read the input: it is a folder"],
      [new Error("Bad file descriptor (os error 9)"), "cannot read the input: Bad file descriptor"],
    ] as const
  ) {
    await assertRejects(() => lines("one\n", error), InputError, why);
  }
});

Deno.test("readLines() waits for an input that has nothing for now", async () => {
  assertEquals(await lines("one\nt", new Deno.errors.WouldBlock("(os error 11)"), "wo\n"), ["one", "two"]);
});
