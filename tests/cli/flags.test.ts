import { assertEquals, assertThrows } from "@std/assert";
import {
  COMMON_FLAGS,
  type Flag,
  formatFlags,
  parseFlags,
  parseNumber,
  UsageError,
} from "../../lib/cli/flags.ts";

const FLAGS: Flag[] = [
  { name: "name", value: "NAME", summary: "ask for this name", elsewhere: ["nick"] },
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

Deno.test("parseFlags() takes -h and -V for what every program has", () => {
  for (
    const [arg, name] of [["-h", "help"], ["--help", "help"], ["-V", "version"], ["--version", "version"]]
  ) {
    assertEquals([...parseFlags([arg], COMMON_FLAGS, 0).given], [name]);
    assertEquals([...parseFlags(["a", arg, "b"], COMMON_FLAGS, 2).given], [name]);
  }
});

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
  [["--name", "", "a", "b"], "--name needs a value, and was given an empty one"],
  [["a", "b", "--name", ""], "--name needs a value"],
  [["--name", "", "--json"], "--name needs a value"],
  [["--port", "8082"], "there is no flag --port; the port is the second argument: IP PORT"],
  [["--port=8082"], "there is no flag --port; the port is the second argument: IP PORT"],
  [["-p", "8082"], "there is no flag -p; the port is the second argument: IP PORT"],
  [["--host", "127.0.0.1"], "there is no flag --host; the address is the first argument: IP PORT"],
  [["--nick", "alice"], "there is no flag --nick; did you mean --name?"],
  [["--frobnicate"], "there is no flag --frobnicate; --help lists the flags"],
  [["--name", "--json"], "--name needs a value"],
  [["a", "--max-line"], "--max-line needs a value"],
  [["--json=no"], "--json takes no value"],
  [["--json="], "--json takes no value"],
  [["a", ""], "an argument is empty"],
  [["a", "b", "c"], 'there is one argument too many: "c"'],
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
    formatFlags([...FLAGS, { name: "help", short: "h", summary: "show this" }]),
    [
      "  --name NAME       ask for this name",
      "  --max-line BYTES  the longest line",
      "  --json            print JSON lines",
      "  --no-bell         no bell",
      "  -h, --help        show this",
    ].join("\n"),
  );
});
