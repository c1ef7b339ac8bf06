import { assert, assertEquals } from "@std/assert";
import { type Line, LineReader, TOO_LONG } from "../../lib/wire/lines.ts";

const MAX = 8;
const encoder = new TextEncoder();

/** Everything that a reader reports of an input that arrives in these parts. */
function readAll(parts: Uint8Array[], max: number): { lines: Line[]; bytes: number } {
  const reader = new LineReader(max);
  const lines: Line[] = [];
  let bytes = 0;
  for (const part of parts) {
    // A chunk is only valid until the next one is asked for.
    const chunk = part.slice();
    for (const line of reader.push(chunk)) {
      lines.push(line);
      bytes += reader.bytes;
    }
    chunk.fill(0x3f);
  }
  const rest = reader.end();
  if (rest !== undefined) {
    lines.push(rest);
    bytes += reader.bytes;
  }
  return { lines, bytes: bytes + reader.takeSkipped() };
}

/** The input whole, byte by byte, split in two at every place and, if it is short, in three. */
function* splits(input: Uint8Array): Generator<Uint8Array[]> {
  yield [input];
  yield Array.from(input, (_, i) => input.subarray(i, i + 1));
  for (let i = 0; i <= input.length; i++) {
    yield [input.subarray(0, i), input.subarray(i)];
    for (let j = i; input.length <= 32 && j <= input.length; j++) {
      yield [input.subarray(0, i), input.subarray(i, j), input.subarray(j)];
    }
  }
}

const long = "0123456789".repeat(30);

const CASES: { name: string; input: string | number[]; lines: Line[]; max?: number }[] = [
  { name: "nothing", input: "", lines: [] },
  { name: "LF", input: "ab\ncd\n", lines: ["ab", "cd"] },
  { name: "CR LF", input: "ab\r\ncd\r\n", lines: ["ab", "cd"] },
  { name: "both line ends", input: "a\nb\r\nc\n", lines: ["a", "b", "c"] },
  { name: "empty lines", input: "\n\r\n\na\n\n", lines: ["", "", "", "a", ""] },
  { name: "CR alone", input: "a\rb\r\r\n\rc\n", lines: ["a", "b", "", "", "c"] },
  { name: "CR NUL", input: "ab\r\0cd\r\0\0\r\0", lines: ["ab", "cd", "\0"] },
  {
    name: "CR LF LF, CR NUL LF and CR LF NUL",
    input: "a\r\n\nb\r\0\nc\r\n\0\n",
    lines: ["a", "", "b", "", "c", "\0"],
  },
  { name: "multi-byte UTF-8", input: "é😀\n€ß\r\né", lines: ["é😀", "€ß", "é"] },
  {
    name: "bad UTF-8",
    input: [0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82, 0x0a, 0xf0, 0x9f, 0x98, 0x0d, 0x0a, 0x80],
    lines: ["a\ufffdb", "\ufffd", "\ufffd", "\ufffd"],
  },
  { name: "a character cut by a line end", input: [0xc3, 0x0a, 0xa9, 0x0a], lines: ["\ufffd", "\ufffd"] },
  { name: "a BOM", input: "\ufeffab\n\ufeffcd\n", lines: ["ab", "\ufeffcd"] },
  { name: "a BOM alone", input: "\ufeff\nab\n\ufeff", lines: ["", "ab", "\ufeff"] },
  { name: "two BOMs", input: "\ufeff\ufeffab\r\n", lines: ["\ufeffab"] },
  { name: "a BOM as all there is", input: "\ufeff", lines: [""] },
  { name: "a part of a BOM", input: [0xef, 0xbb, 0x0a], lines: ["\ufffd"] },
  { name: "control characters", input: "\0\x1b[m\n", lines: ["\0\x1b[m"] },
  { name: "a line at the cap", input: "12345678\na\n", lines: ["12345678", "a"] },
  { name: "a line at the cap with CR LF", input: "12345678\r\na\n", lines: ["12345678", "a"] },
  { name: "a CR as the last byte at the cap", input: "1234567\r\r\na\n", lines: ["1234567", "", "a"] },
  { name: "a line one over", input: "123456789\na\n", lines: [TOO_LONG, "a"] },
  { name: "a line one over with CR LF", input: "123456789\r\na\n", lines: [TOO_LONG, "a"] },
  { name: "a CR that ends a line at the cap", input: "12345678\rx\na\n", lines: ["12345678", "x", "a"] },
  { name: "two CRs at the cap", input: "12345678\r\r\na\n", lines: ["12345678", "", "a"] },
  { name: "a CR within a line one over", input: "123456789\rx\n", lines: [TOO_LONG, "x"] },
  { name: "a cap counted in bytes", input: "€€é\n€€€\n", lines: ["€€é", TOO_LONG] },
  {
    name: "long lines in a row",
    input: `${"x".repeat(16)}\n\n${"y".repeat(11)}\n`,
    lines: [TOO_LONG, "", TOO_LONG],
  },
  { name: "an endless line", input: "x".repeat(40), lines: [TOO_LONG] },
  { name: "an unterminated rest", input: "ab\ncd", lines: ["ab", "cd"] },
  { name: "an unterminated rest at the cap", input: "a\n12345678", lines: ["a", "12345678"] },
  { name: "an unterminated rest with CR", input: "12345678\r", lines: ["12345678"] },
  { name: "an unterminated rest one over", input: "a\n123456789", lines: ["a", TOO_LONG] },
  {
    name: "lines of some hundred bytes",
    input: `${long}\n${long}é\r\n${long}`,
    lines: [long, TOO_LONG, long],
    max: 300,
  },
];

for (const { name, input, lines, max = MAX } of CASES) {
  Deno.test(`LineReader reads the same lines however the input is cut: ${name}`, () => {
    const bytes = typeof input === "string" ? encoder.encode(input) : Uint8Array.from(input);
    const whole = readAll([bytes], max);
    assertEquals(whole.lines, lines);
    for (const parts of splits(bytes)) {
      assertEquals(readAll(parts, max), whole, `cut into ${parts.map((part) => part.length)}`);
    }
  });
}

/** The lines of a string pushed as one chunk. */
function push(reader: LineReader, input: string): Line[] {
  return [...reader.push(encoder.encode(input))];
}

Deno.test("LineReader.push() reports a line that is too long before its end, and once", () => {
  const reader = new LineReader(MAX);
  assertEquals(push(reader, "x".repeat(MAX + 2)), [TOO_LONG]);
  assertEquals(push(reader, "x".repeat(100)), []);
  assertEquals(push(reader, "x\nok\n"), ["ok"]);
});

Deno.test("LineReader.end() returns the rest once and leaves the reader empty", () => {
  const reader = new LineReader(MAX);
  assertEquals(reader.end(), undefined);
  push(reader, "ab");
  assertEquals(reader.end(), "ab");
  assertEquals(reader.end(), undefined);
  assertEquals(push(reader, "cd\n"), ["cd"]);
  push(reader, "x".repeat(20));
  assertEquals(reader.end(), undefined);
  assertEquals(push(reader, "ef\n"), ["ef"]);
});

Deno.test("LineReader.bytes is the size of the last line without its end", () => {
  const reader = new LineReader(MAX);
  const sizes: number[] = [];
  for (const _ of reader.push(encoder.encode("abc\né\r\n\n12345678\r\n123456789\n"))) {
    sizes.push(reader.bytes);
  }
  push(reader, "ab\r");
  reader.end();
  assertEquals([...sizes, reader.bytes], [3, 2, 0, 8, 9, 2]);
});

Deno.test("LineReader.takeSkipped() counts what followed of a line that was too long, once", () => {
  const reader = new LineReader(MAX);
  push(reader, "x".repeat(30));
  assertEquals([reader.bytes, reader.takeSkipped()], [30, 0]);
  push(reader, "y".repeat(5));
  push(reader, "yy\nfine\n");
  assertEquals([reader.takeSkipped(), reader.takeSkipped()], [7, 0]);
});

Deno.test("LineReader.pending says whether a line has begun and not ended", () => {
  const reader = new LineReader(MAX);
  const pending = ["", "a", "b\n", "c\nd", "\r\n", "x".repeat(20)].map((part) => {
    push(reader, part);
    return reader.pending;
  });
  assertEquals(pending, [false, true, false, true, false, false]);
});

Deno.test("LineReader.partial is what there is of a line that has not ended", () => {
  const reader = new LineReader(MAX);
  const parts = ["a", "b\r", "\ncd", "e\n", "\xff", "x".repeat(20)].map((part) => {
    push(reader, part);
    return new TextDecoder().decode(reader.partial);
  });
  assertEquals(parts, ["a", "", "cd", "", "\xff", ""]);
});

Deno.test("LineReader.push() gives a line at its CR, without waiting for what follows", () => {
  const reader = new LineReader(MAX);
  const given = ["a\r", "\n", "\nb\r", "\0c\r", "d\r"].map((part) => push(reader, part));
  assertEquals(given, [["a"], [], ["", "b"], ["c"], ["d"]]);
});

Deno.test("LineReader keeps nothing of a line of 100 MB", () => {
  const reader = new LineReader(8192);
  const chunk = new Uint8Array(50_000).fill(0x78);
  const lines: Line[] = [];
  const before = Deno.memoryUsage().external;
  for (let i = 0; i < 2000; i++) lines.push(...reader.push(chunk));
  const grown = Deno.memoryUsage().external - before;
  assertEquals(lines, [TOO_LONG]);
  assertEquals(reader.bytes + reader.takeSkipped(), 100_000_000);
  assertEquals(reader.pending, false);
  assert(grown < 1_000_000, `memory grew by ${grown} bytes`);
  assertEquals(push(reader, "\nok\n"), ["ok"]);
});
