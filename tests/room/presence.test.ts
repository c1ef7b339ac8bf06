import { assert, assertEquals } from "@std/assert";
import { Presence } from "../../lib/room/presence.ts";
import type { Draft } from "../../lib/wire/entries.ts";
import { json } from "../../lib/wire/formats/json.ts";

type Told = Extract<Draft, { names: string[] }>;

/** A person whose key is the name in capitals. */
const person = (name: string) => ({ name, key: name.toUpperCase() });

/** A presence, and what the tests do with it; `announced` collects the names as they are announced. */
function setUp() {
  const presence = new Presence();
  const announced: string[] = [];
  return {
    presence,
    announced,
    join: (...names: string[]) =>
      names.forEach((name) => presence.joined(person(name), () => announced.push(name))),
    leave: (...names: string[]) => names.forEach((name) => presence.left(person(name))),
    /** Everything that is told from `start` until nothing is left to tell, with the times. */
    tellAll(start: number): { at: number; told: Told }[] {
      const all = [];
      for (let at = start; presence.due < Infinity; at++) {
        for (const told of presence.take(at)) all.push({ at, told: told as Told });
      }
      return all;
    },
  };
}

const brief = (drafts: Draft[]) => (drafts as Told[]).map(({ kind, names }) => `${names.join(" ")} ${kind}`);

Deno.test("Presence has nothing to tell at first", () => {
  const { presence } = setUp();
  assertEquals([presence.due, presence.take(1000)], [Infinity, []]);
});

Deno.test("Presence tells who came in one entry, at once if none was told before", () => {
  const { presence, announced, join } = setUp();
  join("a", "b", "c");
  assert(presence.due <= 0);
  assertEquals(announced, []);
  assertEquals(presence.take(0), [
    { kind: "joined", names: ["a", "b", "c"], reason: undefined, memberKeys: ["A", "B", "C"] },
  ]);
  assertEquals(announced, ["a", "b", "c"]);
  assertEquals([presence.due, presence.take(1000)], [Infinity, []]);
});

Deno.test("Presence.due is 200 ms after the last entry", () => {
  const { presence, announced, join } = setUp();
  join("a");
  presence.take(1000);
  join("b");
  assertEquals(presence.due, 1200);
  assertEquals([presence.take(1199), announced], [[], ["a"]]);
  join("c");
  assertEquals(brief(presence.take(1200)), ["b c joined"]);
});

Deno.test("Presence does not save up entries while nothing happens", () => {
  const { presence, join } = setUp();
  join("a");
  presence.take(0);
  join("b");
  presence.take(10_000);
  join("c");
  assertEquals(presence.due, 10_200);
});

Deno.test("Presence tells everyone once, in five entries a second at most", () => {
  const { presence, announced, join, leave } = setUp();
  const all: { at: number; told: Told }[] = [];
  const come = Array.from({ length: 300 }, (_, i) => `n${i}`);
  const gone: string[] = [];
  for (let at = 0; at < 3000; at++) {
    if (at % 10 === 0) join(come[at / 10]);
    if (at % 15 === 0 && announced.length > gone.length) {
      const name = announced[gone.length];
      gone.push(name);
      leave(name);
    }
    for (const told of presence.take(at)) all.push({ at, told: told as Told });
  }
  for (const { at } of all) {
    const second = all.filter((other) => other.at >= at && other.at < at + 1000);
    assert(second.length <= 5, `${second.length} within a second`);
  }
  const names = (kind: string) =>
    all.filter(({ told }) => told.kind === kind).flatMap(({ told }) => told.names);
  assertEquals(names("joined"), announced);
  assertEquals(names("joined"), come.slice(0, announced.length));
  assertEquals(names("left"), gone.slice(0, names("left").length));
  assert(announced.length > 200 && names("left").length > 100);
});

Deno.test("Presence tells who came and who left in turn", () => {
  const { presence, join, leave } = setUp();
  const kinds: string[] = [];
  for (let i = 0; i < 6; i++) {
    join(`n${i}`);
    leave(`o${i}`);
    kinds.push(...(presence.take(i * 200) as Told[]).map((told) => told.kind));
  }
  assertEquals(kinds.toSorted(), ["joined", "joined", "joined", "left", "left", "left"]);
  assert(kinds.slice(1).every((kind, i) => kind !== kinds[i]), String(kinds));
});

Deno.test("Presence tells that a name was given up before it tells who has it now", () => {
  const { join, leave, tellAll } = setUp();
  join("a");
  tellAll(0);
  leave("a");
  join("a", "b");
  const told = tellAll(1000).map(({ told }) => told);
  assertEquals(brief(told), ["a left", "a b joined"]);
});

Deno.test("Presence tells nothing of whoever leaves before it was told that they came", () => {
  const { announced, join, leave, tellAll } = setUp();
  join("a", "b");
  leave("a");
  assertEquals(announced, ["a"]);
  assertEquals(brief(tellAll(0).map(({ told }) => told)), ["b joined"]);
  leave("b");
  join("b");
  leave("b");
  assertEquals(brief(tellAll(1000).map(({ told }) => told)), ["b left"]);
});

Deno.test("Presence tells it in that order even when it is the turn of those who came", () => {
  const { presence, join, leave, tellAll } = setUp();
  leave("x");
  presence.take(0);
  leave("a");
  join("a", "b");
  assertEquals(brief(tellAll(0).map(({ told }) => told)), ["b joined", "a left", "a joined"]);
});

Deno.test("Presence gives a reason that all who left have in common", () => {
  const cases: [reasons: (string | undefined)[], told: string | undefined][] = [
    [["tea"], "tea"],
    [["tea", "tea"], "tea"],
    [["tea", "rain"], undefined],
    [["tea", undefined], undefined],
    [[undefined, "tea"], undefined],
    [[undefined], undefined],
  ];
  for (const [reasons, reason] of cases) {
    const { presence } = setUp();
    reasons.forEach((reason, i) => presence.left(person(`n${i}`), reason));
    assertEquals(presence.take(0), [{
      kind: "left",
      names: reasons.map((_, i) => `n${i}`),
      reason,
      memberKeys: reasons.map((_, i) => `N${i}`),
    }]);
  }
});

Deno.test("Presence.takeLeft() tells at once who bore a name, and puts off what follows", () => {
  const { presence, join, leave } = setUp();
  join("a", "b");
  presence.take(0);
  leave("a", "b");
  join("c");
  assertEquals(presence.take(50), []);
  assertEquals(presence.takeLeft("c", 50), []);
  assertEquals(brief(presence.takeLeft("b", 50)), ["a b left"]);
  assertEquals(presence.takeLeft("b", 51), []);
  assertEquals(presence.due, 400);
  assertEquals(brief(presence.take(400)), ["c joined"]);
});

Deno.test("Presence tells a crowd in lines that a client accepts, and leaves no one out", () => {
  const name = (i: number) => `${"𐐷".repeat(28)}${String(i).padStart(4, "0")}`;
  const crowd = Array.from({ length: 2000 }, (_, i) => name(i));
  const { announced, join, leave, tellAll } = setUp();
  join(...crowd);
  const came = tellAll(0);
  leave(...crowd);
  const went = tellAll(came[came.length - 1].at);
  for (const all of [came, went]) {
    assertEquals(all.flatMap(({ told }) => told.names), crowd);
    for (const { told } of all) {
      assertEquals(told.memberKeys, told.names.map((name) => name.toUpperCase()));
      const line = json.entry({ seq: Number.MAX_SAFE_INTEGER, time: 0, ...told });
      assert(new TextEncoder().encode(line).length < 48 * 1024, `a line of ${told.names.length} names`);
    }
  }
  assertEquals(announced, crowd);
});

Deno.test("Presence: whoever is renamed before their arrival is told arrives under the new name", () => {
  const { presence, announced, join } = setUp();
  join("alice", "bob");
  assertEquals([presence.renamed("alice", "carol"), presence.renamed("alice", "dave")], [true, false]);
  assertEquals(brief(presence.take(0)), ["carol bob joined"]);
  assertEquals([announced, presence.renamed("carol", "dave")], [["alice", "bob"], false]);
});

Deno.test("Presence.takeAll() tells everything at once, and what comes later is told as ever", () => {
  const { presence, join, leave } = setUp();
  join("alice");
  presence.take(0);
  join("bob");
  leave("alice");
  assertEquals(brief(presence.takeAll()).sort(), ["alice left", "bob joined"]);
  assertEquals(presence.due, Infinity);
  leave("bob");
  assert(presence.due < Infinity);
});
