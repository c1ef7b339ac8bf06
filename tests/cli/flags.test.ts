import { assertEquals, assertThrows } from "@std/assert";
import { type Flag, formatFlags, parseFlags, parseNumber, UsageError } from "../../lib/cli/flags.ts";

const FLAGS: Flag[] = [
  { name: "name", value: "NAME", summary: "ask for this name" },
  { name: "max-line", value: "BYTES", summary: "the longest line" },
  { name: "json", summary: "print JSON lines" },
  { name: "no-bell", summary: "no bell" },
];

const GOOD: [args: string, positional: string[], values: Record<string, string>, given: string[]][] = [
  ["", [], {}, []],
  ["127.0.0.1 8081", ["127.0.0.1", "8081"], {}, []],
  ["0x10 007", ["0x10", "007"], {}, []],
  ["--name alice --json", [], { name: "alice" }, ["json"]],
  ["--name=alice a --json b", ["a", "b"], { name: "alice" }, ["json"]],
  ["a --max-line 007", ["a"], { "max-line": "007" }, []],
  ["--name=-5", [], { name: "-5" }, []],
  ["--name=a=b", [], { name: "a=b" }, []],
  ["--name a --name b", [], { name: "b" }, []],
  ["--no-bell", [], {}, ["no-bell"]],
  ["-- --json", ["--json"], {}, []],
  ["-- --json=1", ["--json=1"], {}, []],
];

for (const [args, positional, values, given] of GOOD) {
  Deno.test(`parseFlags() takes apart ${args || "nothing"}`, () => {
    const parsed = parseFlags(args.split(" ").filter((arg) => arg !== ""), FLAGS, 2);
    assertEquals(parsed.positional, positional);
    assertEquals(
      Object.fromEntries(Object.entries(parsed.values).filter(([, value]) => value !== undefined)),
      values,
    );
    assertEquals([...parsed.given], given);
  });
}

const BAD: [args: string[], part: string][] = [
  [["--nmae", "alice"], "there is no flag --nmae; did you mean --name?"],
  [["--jsn=1"], "there is no flag --jsn; did you mean --json?"],
  [["--no-json"], "there is no flag --no-json"],
  [["--no-name"], "there is no flag --no-name"],
  [["--constructor"], "there is no flag --constructor"],
  [["--__proto__", "x"], "there is no flag --__proto__"],
  [["-j"], "there is no flag -j"],
  [["--name"], "--name needs a value"],
  [["--name="], "--name needs a value"],
  [["--name", ""], "--name needs a value"],
  [["a", "b", "--name", ""], "--name needs a value"],
  [["--name", "--json"], "--name needs a value"],
  [["a", "--max-line"], "--max-line needs a value"],
  [["--json=no"], "--json takes no value"],
  [["--json="], "--json takes no value"],
  [["a", ""], "there is an empty word in the command line; leave it out"],
  [["a", "b", "c"], 'there is a word too many: "c"'],
];

for (const [args, part] of BAD) {
  Deno.test(`parseFlags() refuses ${JSON.stringify(args)}`, () => {
    assertThrows(() => parseFlags(args, FLAGS, 2), UsageError, part);
  });
}

Deno.test("parseNumber() reads a whole number within its bounds", () => {
  assertEquals(["0", "7", "007", "65535"].map((value) => parseNumber("PORT", value, [0, 65535])), [
    0,
    7,
    7,
    65535,
  ]);
});

Deno.test("parseNumber() refuses everything else, and says what it should be", () => {
  for (
    const value of ["", " 7", "7 ", "-1", "+7", "7.0", "1e3", "0x10", "seven", "٧", "65536", "9".repeat(400)]
  ) {
    assertThrows(
      () => parseNumber("PORT", value, [0, 65535]),
      UsageError,
      `PORT must be a whole number from 0 to 65535, not "${value}"`,
    );
  }
  assertThrows(
    () => parseNumber("--rate", "4", [5, 9]),
    UsageError,
    "--rate must be a whole number from 5 to 9",
  );
});

Deno.test("formatFlags() lists flags with their summaries in one column", () => {
  assertEquals(
    formatFlags(FLAGS),
    [
      "  --name NAME       ask for this name",
      "  --max-line BYTES  the longest line",
      "  --json            print JSON lines",
      "  --no-bell         no bell",
    ].join("\n"),
  );
});
