import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MAX_NAME, NameRegistry, parseName } from "../../lib/wire/names.ts";
import { Refusal } from "../../lib/wire/refusal.ts";

const ALLOWED: [name: string, normal: string][] = [
  ["alice", "alice"],
  ["a", "a"],
  ["Dr._J-2", "Dr._J-2"],
  ["Zoë", "Zoë"],
  ["Zoe\u0308", "Zoë"],
  ["李雷", "李雷"],
  ["राम", "राम"],
  ["Ωmega", "Ωmega"],
  ["ａｌｉｃｅ", "alice"],
  ["ﬁn", "fin"],
  ["a①", "a1"],
  ["a٣", "a٣"],
  ["𝒜lice", "Alice"],
  ["yours", "yours"],
  ["server1", "server1"],
  ["x".repeat(MAX_NAME), "x".repeat(MAX_NAME)],
  ["𐐷".repeat(MAX_NAME), "𐐷".repeat(MAX_NAME)],
];

for (const [name, normal] of ALLOWED) {
  Deno.test(`parseName() allows ${name}`, () => assertEquals(parseName(name), normal));
}

const REFUSED: [name: string, why: string][] = [
  ["", "is missing"],
  ["x".repeat(MAX_NAME + 1), "at most 32 characters"],
  ["𐐷".repeat(MAX_NAME + 1), "at most 32 characters"],
  ["ﬃ".repeat(11), "has 33"],
  ["1a", "not allowed"],
  ["_a", "not allowed"],
  [".a", "not allowed"],
  ["-a", "not allowed"],
  ["\u0301a", "not allowed"],
  ["a b", "not allowed"],
  ["a\u00a0b", "not allowed"],
  ["a\tb", "not allowed"],
  ["a\nb", "not allowed"],
  ["a:b", "not allowed"],
  ["a%b", "not allowed"],
  ["a~2", "not allowed"],
  ["a/b", "not allowed"],
  ["<a>", "not allowed"],
  ["a>", "not allowed"],
  ["a]", "not allowed"],
  ["a,b", "not allowed"],
  ["a*", "not allowed"],
  ["a😀", "not allowed"],
  ["192.168.55.20", "not allowed"],
  ["fe80::1", "not allowed"],
  ["a\u00adb", "not allowed"],
  ["a\u200bb", "not allowed"],
  ["a\u200cb", "not allowed"],
  ["a\u200db", "not allowed"],
  ["a\u202eb", "not allowed"],
  ["a\u2060b", "not allowed"],
  ["a\ufeffb", "not allowed"],
  ["a\ufe0f", "not allowed"],
  ["a\u034f", "not allowed"],
  ["a\u115f", "not allowed"],
  ["\u3164", "not allowed"],
  ["\uffa0a", "not allowed"],
  ["a\u{e0100}", "not allowed"],
  ["a\u0378", "not allowed"],
  ["a\ud800", "not allowed"],
  ["you", "reserved"],
  ["You", "reserved"],
  ["SERVER", "reserved"],
  ["ｓerver", "reserved"],
];

for (const [name, why] of REFUSED) {
  Deno.test(`parseName() refuses ${JSON.stringify(name)}`, () => {
    assertThrows(() => parseName(name), Refusal, why);
  });
}

Deno.test("parseName() gives no code point a place in a name that is invisible or tells lines apart", () => {
  const basic = Array.from({ length: 0x10000 }, (_, code) => code);
  const tagsAndSelectors = Array.from({ length: 0x200 }, (_, i) => 0xe0000 + i);
  for (const code of [...basic, ...tagsAndSelectors]) {
    const name = `a_${String.fromCodePoint(code)}`;
    let normal;
    try {
      normal = parseName(name);
    } catch {
      continue;
    }
    assertMatch(normal, /^a_[\p{L}\p{M}\p{Nd}._-]+$/u);
    assert(!/[\s\p{C}\p{Default_Ignorable_Code_Point}<>[\]:%~*]/u.test(normal), code.toString(16));
    assertEquals(parseName(normal), normal);
  }
});

const SAME: [a: string, b: string][] = [
  ["alice", "ALICE"],
  ["Zoë", "ZOE\u0308"],
  ["ἀνήρ", "ἈΝΉΡ"],
  ["ΟΔΟΣ", "οδος"],
  ["οδοσ", "οδος"],
  ["strasse", "Straße"],
  ["STRAẞE", "Straße"],
  ["aΐ", "aΐ".toUpperCase()],
  ["aΰ", "aΰ".toUpperCase()],
  ["ǆ", "ǅ"],
  ["ａlice", "Alice"],
];

for (const [a, b] of SAME) {
  Deno.test(`NameRegistry takes ${a} and ${b} for the same name`, () => {
    const names = new NameRegistry<string>();
    names.take(parseName(a), "first");
    assertEquals(names.get(b), "first");
    assertThrows(() => names.take(parseName(b), "second"), Refusal, "taken");
    names.release(parseName(b));
    assertEquals(names.get(a), undefined);
  });
}

Deno.test("NameRegistry gives a name to one holder only, until it is released", () => {
  const names = new NameRegistry<string>();
  names.take("alice", "A");
  names.take("alice", "A");
  assertThrows(() => names.take("Alice", "B"), Refusal, 'the name "Alice" is taken');
  names.take("bob", "B");
  assertEquals([names.get("ALICE"), names.get("bob"), names.get("carol")], ["A", "B", undefined]);
  names.release("alice");
  names.take("Alice", "B");
  assertEquals(names.get("alice"), "B");
});

Deno.test("NameRegistry.change() gives up the old name, and keeps it if the new one is taken", () => {
  const names = new NameRegistry<string>();
  names.take("alice", "A");
  names.take("bob", "B");
  assertThrows(() => names.change("alice", "BOB", "A"), Refusal);
  assertEquals([names.get("alice"), names.get("bob")], ["A", "B"]);
  names.change("alice", "ALICE", "A");
  assertEquals(names.get("alice"), "A");
  names.change("ALICE", "carol", "A");
  assertEquals([names.get("alice"), names.get("carol")], [undefined, "A"]);
});

const ADDRESS = "192.168.55.20";

Deno.test("NameRegistry.takeAddress() numbers those who share an address", () => {
  const names = new NameRegistry<number>();
  const taken = [1, 2, 3].map((holder) => names.takeAddress(ADDRESS, holder));
  assertEquals(taken, [ADDRESS, `${ADDRESS}~2`, `${ADDRESS}~3`]);
  assertEquals(taken.map((name) => names.get(name)), [1, 2, 3]);
  assertEquals(names.takeAddress("fe80::1%eth0", 4), "fe80::1%eth0");
});

Deno.test("NameRegistry.takeAddress() takes the first number that is free, in whatever order they become so", () => {
  for (const freed of [[1], [2], [2, 3], [2, 4], [1, 3], [3, 1], [2, 4, 1], [4, 3, 2, 1], [1, 2, 3, 4]]) {
    const names = new NameRegistry<number>();
    const all = [1, 2, 3, 4].map((holder) => names.takeAddress(ADDRESS, holder));
    for (const number of freed) names.release(all[number - 1]);
    const again = freed.map(() => names.takeAddress(ADDRESS, 9));
    assertEquals(again, freed.toSorted().map((number) => all[number - 1]));
    assertEquals(names.takeAddress(ADDRESS, 9), `${ADDRESS}~5`);
  }
});

Deno.test("NameRegistry.takeAddress() takes again what a change of name set free", () => {
  const names = new NameRegistry<number>();
  const [, second] = [1, 2, 3].map((holder) => names.takeAddress(ADDRESS, holder));
  names.change(second, "alice", 2);
  assertEquals(names.takeAddress(ADDRESS, 4), second);
});
