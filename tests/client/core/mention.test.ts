import { assertEquals } from "@std/assert";
import { highlight, mentions } from "../../../lib/client/core/mention.ts";

const CASES: [text: string, name: string, mentioned: boolean][] = [
  ["alice: hi", "alice", true],
  ["hi Alice", "alice", true],
  ["hi @alice, you", "alice", true],
  ["it is alice's.", "alice", true],
  ["thanks, alice.", "alice", true],
  ["malice", "alice", false],
  ["alice2", "alice", false],
  ["alice-bob", "alice", false],
  ["x.alice", "alice", false],
  ["alice_", "alice", false],
  ["a.c", "a.c", true],
  ["abc", "a.c", false],
  ["ümit!", "Ümit", true],
  ["ask 10.0.0.1", "10.0.0.1", true],
  ["ask 10.0.0.11", "10.0.0.1", false],
  ["fe80::1%eth0 is mine", "fe80::1%eth0", true],
  ["hi", "", false],
];

for (const [text, name, mentioned] of CASES) {
  Deno.test(`mentions() finds ${mentioned ? "" : "no "}"${name}" in "${text}"`, () => {
    assertEquals(mentions(text, name), mentioned);
  });
}

Deno.test("highlight() styles each mention, but nothing in a link", () => {
  const style = (name: string) => `*${name}*`;
  assertEquals(
    highlight("Alice, see https://x.org/alice?a=alice or ask alice", "alice", style),
    "*Alice*, see https://x.org/alice?a=alice or ask *alice*",
  );
  assertEquals(highlight("nothing", "alice", style), "nothing");
  assertEquals(highlight("anything", "", style), "anything");
});
