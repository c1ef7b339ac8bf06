import { assert, assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../lib/client/core/connection.ts";
import { Ignored } from "../../../lib/client/core/ignore.ts";

const WHEN = { seq: 1, time: 0 };

function said(name: string, own = false): ClientEvent {
  return { ...WHEN, kind: "said", name, text: "hi", own, history: false };
}

function ignoring(...names: string[]): Ignored {
  const ignored = new Ignored();
  for (const name of names) ignored.toggle(name);
  return ignored;
}

const TABLE: [event: ClientEvent, hidden: boolean][] = [
  [said("mallory"), true],
  [said("MALLORY"), true],
  [{ ...WHEN, kind: "action", name: "mallory", text: "waves", own: false, history: true }, true],
  [{ kind: "private", name: "mallory", text: "psst" }, true],
  [{ kind: "line", text: "<mallory> hi" }, true],
  [said("mallory2"), false],
  [said("alice"), false],
  [said("mallory", true), false],
  [{ kind: "private", to: "mallory", text: "psst" }, false],
  [{ kind: "line", text: "<alice> <mallory> hi" }, false],
  [{ ...WHEN, kind: "joined", names: ["mallory"] }, false],
  [{ kind: "notice", text: "1 here: mallory" }, false],
];

for (const [event, hidden] of TABLE) {
  Deno.test(`Ignored ${hidden ? "hides" : "shows"} ${JSON.stringify(event)}`, () => {
    assertEquals(ignoring("Mallory").hides(event), hidden);
  });
}

Deno.test("Ignored hides someone, and shows them again the second time", () => {
  const ignored = new Ignored();
  assertEquals(ignored.toggle(""), "you ignore no one");
  ignored.toggle("mallory");
  ignored.toggle("bob");
  assertEquals(ignored.toggle(""), "you ignore mallory, bob");
  assertEquals(ignored.toggle("Bob"), "you read Bob again");
  assertEquals([ignored.hides(said("mallory")), ignored.hides(said("bob"))], [true, false]);
  assert(ignored.toggle("alice bob").includes("one name at a time"));
});

Deno.test("someone who takes another name stays ignored, and the old name is free", () => {
  const ignored = ignoring("mallory");
  ignored.hides({ ...WHEN, kind: "renamed", name: "mallory", to: "trudy" });
  assertEquals([ignored.hides(said("trudy")), ignored.hides(said("mallory"))], [true, false]);
});
