import { assertEquals } from "@std/assert";
import { highlight, mentions } from "../../lib/wire/mention.ts";

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
  ["see https://x.org/alice", "alice", false],
  ["see https://x.org/{alice}", "alice", false],
  ["alice:https://x.org/", "alice", true],
  ["ssh://alice@host", "alice", false],
  ["/home/alice", "alice", false],
  ["/alice", "alice", false],
  ["alice/notes.txt", "alice", false],
  ["./alice", "alice", false],
  ["~alice has it", "alice", false],
  ["thanks alice~", "alice", true],
  [String.raw`C:\Users\alice`, "alice", false],
  [String.raw`OFFICE\alice`, "alice", false],
  ["alice@host", "alice", false],
  ["(alice@[10.0.0.1])", "alice", false],
  ["git@alice:repo", "alice", false],
  ["alice+lists@example.org", "alice", false],
  ["alice.example.org", "alice", false],
  ["www.alice.org", "alice", false],
  ["example.org?user=alice", "alice", false],
  ["alice:8081", "alice", false],
  ["alice:)", "alice", true],
  ["alice?", "alice", true],
  ["(@alice)", "alice", true],
  ["what...alice?", "alice", true],
  ["10.0.0.1:8081", "10.0.0.1", false],
  ["10.0.0.1/24", "10.0.0.1", false],
  ["10.0.0.1~2 is someone else", "10.0.0.1", false],
  ["[fe80::1]:8081", "fe80::1", false],
  ["fe80::1:2", "fe80::1", false],
  ["fe80::1: hi", "fe80::1", true],
  ["/home/alice is alice's", "alice", true],
];

for (const [text, name, mentioned] of CASES) {
  Deno.test(`mentions() finds ${mentioned ? "" : "no "}"${name}" in "${text}"`, () => {
    assertEquals(mentions(text, name), mentioned);
  });
}

Deno.test("highlight() styles each mention, but nothing in a link, a path or an address", () => {
  const style = (name: string) => `*${name}*`;
  assertEquals(
    highlight("Alice, see https://x.org/alice?a=alice or ask alice", "alice", style),
    "*Alice*, see https://x.org/alice?a=alice or ask *alice*",
  );
  assertEquals(
    highlight("mail alice@x.org  or look in ~/alice,\talice", "alice", style),
    "mail alice@x.org  or look in ~/alice,\t*alice*",
  );
  assertEquals(highlight("nothing", "alice", style), "nothing");
  assertEquals(highlight("anything", "", style), "anything");
});
