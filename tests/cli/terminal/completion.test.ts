import { assertEquals } from "@std/assert";
import { Completion, completions } from "../../../lib/cli/terminal/completion.ts";

const candidates = {
  commands: ["msg", "me", "name"],
  aliases: ["dm", "nick"],
  names: ["alice", "Alfred", "bob", "Ümit"],
  rooms: ["kitchen", "hall", "küche"],
};

/** What the line with `|` for the cursor can be completed to. */
function complete(line: string): string[] {
  const cursor = line.indexOf("|");
  const edited = { line: line.replace("|", ""), cursor };
  return completions(edited, candidates).map(({ line, cursor }) =>
    `${line.slice(0, cursor)}|${line.slice(cursor)}`
  );
}

const CASES: [before: string, after: string[]][] = [
  ["al|", ["alice: |", "Alfred: |"]],
  ["AL|", ["alice: |", "Alfred: |"]],
  ["hey al|", ["hey alice |", "hey Alfred |"]],
  ["hey al| you", ["hey alice |you", "hey Alfred |you"]],
  ["al|, hi", ["alice: |, hi", "Alfred: |, hi"]],
  ["@b|", ["@bob: |"]],
  ["u\u0308|", ["Ümit: |"]],
  ["|", ["alice: |", "Alfred: |", "bob: |", "Ümit: |"]],
  ["hey |", []],
  ["zz|", []],
  ["/m|", ["/msg |", "/me |"]],
  ["/M|", ["/msg |", "/me |"]],
  ["/x|", []],
  ["/msg b|", ["/msg bob |"]],
  ["/msg |", ["/msg alice |", "/msg Alfred |", "/msg bob |", "/msg Ümit |"]],
  ["/ignore bo|", ["/ignore bob |"]],
  ["hey (al|", ["hey (alice|", "hey (Alfred|"]],
  ["(bo|)", ["(bob|)"]],
  ["bob,al|", ["bob,alice |", "bob,Alfred |"]],
  ["bob, al|", ["bob, alice |", "bob, Alfred |"]],
  ['ask "bo|', ['ask "bob|']],
  ["ask 'bo|", ["ask 'bob|"]],
  ["ask “bo|", ["ask “bob|"]],
  ["'bo|", ["'bob|"]],
  ["(@bo|", ["(@bob|"]],
  ["don'al|", []],
  ["(|", []],
  ["hey, |", []],
  ["/ni|", ["/nick |"]],
  ["/n|", ["/name |"]],
  ["/dm b|", ["/dm bob |"]],
  ["/join k|", ["/join kitchen |", "/join küche |"]],
  ["/j #HA|", ["/j hall |"]],
  ["/join |", ["/join kitchen |", "/join hall |", "/join küche |"]],
  ["/join a|", []],
  ["/join hall b|", ["/join hall bob |"]],
  ["/W |", ["/W alice |", "/W Alfred |", "/W bob |", "/W Ümit |"]],
];

for (const [before, after] of CASES) {
  Deno.test(`completions() completes "${before}"`, () => assertEquals(complete(before), after));
}

Deno.test("Completion goes through all of them, and around, and back", () => {
  const completion = new Completion();
  const next = (line: string, back = false) =>
    completion.next({ line, cursor: line.length }, { ...candidates, back })?.line;
  assertEquals(next("al"), "alice: ");
  assertEquals(next("alice: "), "Alfred: ");
  assertEquals(next("Alfred: "), "alice: ");
  assertEquals(next("alice: ", true), "Alfred: ");
  assertEquals(next("b", true), "bob: ");
  assertEquals(next("zz"), undefined);
});

Deno.test("Completion begins anew when something else was typed", () => {
  const completion = new Completion();
  const next = (line: string) =>
    completion.next({ line, cursor: line.length }, { ...candidates, back: false })?.line;
  assertEquals(next("al"), "alice: ");
  assertEquals(next("alice: b"), "alice: bob ");
});
