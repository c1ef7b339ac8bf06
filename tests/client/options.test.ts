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
