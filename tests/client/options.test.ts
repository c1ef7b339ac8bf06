import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/flags.ts";
import { CLIENT_USAGE, parseClientArgs } from "../../lib/client/options.ts";

Deno.test("--room takes the name of a room, as /join does", () => {
  const roomOf = (...args: string[]) => (parseClientArgs(["127.0.0.1", ...args]) as { room?: string }).room;
  assertEquals([roomOf(), roomOf("--room", "#Kitchen"), roomOf("--room=2024")], [
    undefined,
    "kitchen",
    "2024",
  ]);
  assertThrows(() => roomOf("--room", "a b"), UsageError, '--room: "a b" is not allowed');
  assertThrows(() => roomOf("--channel", "x"), UsageError, "did you mean --room?");
  assertThrows(() => roomOf("--chan", "x"), UsageError, "did you mean --room?");
  assertEquals(CLIENT_USAGE.includes("--room NAME"), true);
});

const MISTAKES: [args: string[], why: string][] = [
  [[], "say where the server is"],
  [["--port", "8081"], "there is no flag --port; the port is the second argument"],
  [["127.0.0.1", "8081", "--name", ""], "--name needs a value, and was given an empty one"],
  [["127.0.0.1", "0"], 'PORT must be a whole number from 1 to 65535, not "0"'],
  [["127.0.0.1", "8081", "--name"], "--name needs a value"],
  [["127.0.0.1", "8081", "alice"], 'there is one argument too many: "alice"; did you mean --name alice?'],
];

for (const [args, why] of MISTAKES) {
  Deno.test(`parseClientArgs() refuses ${JSON.stringify(args)}`, () => {
    assertThrows(() => parseClientArgs(args), UsageError, why);
  });
}
