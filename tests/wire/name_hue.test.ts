import { assert, assertEquals } from "@std/assert";
import { HUES, NameHues, preferredHue } from "../../lib/wire/name_hue.ts";

/** Names that all ask for the same hue as this one. */
function rivals(name: string, count: number): string[] {
  const names = Array.from({ length: 10_000 }, (_, i) => `user${i}`);
  return names.filter((other) => preferredHue(other) === preferredHue(name)).slice(0, count);
}

/** How far two hues are apart on the circle. */
function distance(a: number, b: number): number {
  return Math.min((a - b + HUES) % HUES, (b - a + HUES) % HUES);
}

function inRoom(...names: string[]): NameHues {
  const hues = new NameHues();
  names.forEach((name) => hues.enter(name));
  return hues;
}

Deno.test("preferredHue() is one of the hues, the same in whatever case, and spread over all of them", () => {
  assertEquals(preferredHue("Alice"), preferredHue("alice"));
  assertEquals(preferredHue("STRASSE"), preferredHue("straße"));
  const counts = Array<number>(HUES).fill(0);
  for (let i = 0; i < 2200; i++) counts[preferredHue(`user${i}`)]++;
  assertEquals(counts.length, HUES);
  assert(Math.min(...counts) > 50 && Math.max(...counts) < 200, counts.join(" "));
});

Deno.test("NameHues gives someone alone the hue that the name asks for", () => {
  assertEquals(inRoom("alice").of("alice"), preferredHue("alice"));
  assertEquals(inRoom("alice").of("ALICE"), preferredHue("alice"));
});

Deno.test("NameHues lets one of two who would look the same move on, and both keep what they have", () => {
  const [first, second] = rivals("alice", 2);
  const hues = inRoom(first, second);
  assertEquals(hues.of(first), preferredHue("alice"));
  const moved = hues.of(second);
  assert(distance(moved, hues.of(first)) > 1);
  hues.enter("someone");
  hues.leave(first);
  hues.enter(second);
  assertEquals(hues.of(second), moved);
  assertEquals(inRoom(first, second).of(second), moved, "the same names in the same order");
});

Deno.test("NameHues gives as many people as there are hues one each, and few people distant ones", () => {
  const names = Array.from({ length: HUES }, (_, i) => `user${i}`);
  const all = inRoom(...names);
  assertEquals(new Set(names.map((name) => all.of(name))).size, HUES);
  const few = inRoom(...names.slice(0, 7));
  const used = names.slice(0, 7).map((name) => few.of(name)).toSorted((a, b) => a - b);
  for (const [i, hue] of used.entries()) assert(distance(hue, used[(i + 1) % 7]) > 1, used.join(" "));
});

Deno.test("NameHues goes on when there are more people than hues", () => {
  const hues = inRoom(...Array.from({ length: 4096 }, (_, i) => `user${i}`));
  hues.enter("alice");
  assertEquals(hues.of("alice"), preferredHue("alice"));
});

Deno.test("NameHues keeps the hue of someone who was seen before, and prefers those who are there", () => {
  const [first, second, third] = rivals("alice", 3);
  const hues = new NameHues();
  assertEquals(hues.of(first), preferredHue("alice"));
  const seen = hues.of(second);
  assert(distance(seen, hues.of(first)) > 1);
  hues.enter(second);
  assertEquals(hues.of(second), seen, "as in the history");
  hues.enter(third);
  assertEquals(hues.of(third), preferredHue("alice"), "whoever is gone keeps no hue from the others");
  hues.clear();
  assertEquals(hues.of(third), preferredHue("alice"));
});
