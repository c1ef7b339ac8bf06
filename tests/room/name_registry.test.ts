import { assertEquals, assertThrows } from "@std/assert";
import { NameRegistry } from "../../lib/room/name_registry.ts";
import { parseName } from "../../lib/wire/names.ts";
import { Refusal } from "../../lib/wire/refusal.ts";

const SAME: [a: string, b: string][] = [
  ["alice", "ALICE"],
  ["Zoë", "ZOE\u0308"],
  ["ἀνήρ", "ἈΝΉΡ"],
  ["ΟΔΟΣ", "οδος"],
  ["οδοσ", "οδος"],
  ["strasse", "Straße"],
  ["STRAẞE", "Straße"],
  ["αΐ", "αΐ".toUpperCase()],
  ["αΰ", "αΰ".toUpperCase()],
  ["ǆ", "ǅ"],
  ["ａlice", "Alice"],
];

for (const [a, b] of SAME) {
  Deno.test(`NameRegistry holds ${a} and ${b} to be the same`, () => {
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
  assertThrows(
    () => names.take("Alice", "B"),
    Refusal,
    'the name "Alice" is taken; /name NAME takes another one',
  );
  names.take("bob", "B");
  assertEquals([names.get("ALICE"), names.get("bob"), names.get("carol")], ["A", "B", undefined]);
  names.release("alice");
  names.take("Alice", "B");
  assertEquals(names.get("alice"), "B");
});

Deno.test("NameRegistry.change() gives up the old name, and keeps it where the new one is taken", () => {
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

Deno.test("NameRegistry.takeAddress() gives the first number that is free, in whatever order they become so", () => {
  for (const freed of [[1], [2], [2, 3], [2, 4], [1, 3], [3, 1], [2, 4, 1], [4, 3, 2, 1], [1, 2, 3, 4]]) {
    const names = new NameRegistry<number>();
    const all = [1, 2, 3, 4].map((holder) => names.takeAddress(ADDRESS, holder));
    for (const number of freed) names.release(all[number - 1]);
    const again = freed.map(() => names.takeAddress(ADDRESS, 9));
    assertEquals(again, freed.toSorted().map((number) => all[number - 1]));
    assertEquals(names.takeAddress(ADDRESS, 9), `${ADDRESS}~5`);
  }
});

Deno.test("NameRegistry.takeAddress() gives again what a change of name set free", () => {
  const names = new NameRegistry<number>();
  const [, second] = [1, 2, 3].map((holder) => names.takeAddress(ADDRESS, holder));
  names.change(second, "alice", 2);
  assertEquals(names.takeAddress(ADDRESS, 4), second);
});
