import { assertEquals } from "@std/assert";
import type { ConversationEvent } from "../../../lib/client/core/conversation.ts";
import { describeRoster, Roster } from "../../../lib/client/core/roster.ts";

const at = { seq: 1, time: 0 };
const said = (name: string, history = false): ConversationEvent => ({
  ...at,
  kind: "said",
  name,
  text: "hi",
  own: false,
  history,
});

function told(...events: ConversationEvent[]): Roster {
  const people = new Roster();
  events.forEach((event) => people.note(event));
  return people;
}

Deno.test("Roster knows who wrote in private last, under whatever name", () => {
  const roster = new Roster();
  const hear = (event: object) => roster.note(event as ConversationEvent);
  assertEquals(roster.correspondent, undefined);
  hear({ kind: "private", name: "bob", text: "psst" });
  hear({ kind: "private", to: "carol", text: "a receipt" });
  assertEquals(roster.correspondent, "bob");
  hear({ kind: "renamed", name: "bob", to: "rob" });
  assertEquals(roster.correspondent, "rob");
});

Deno.test("Roster knows who came, who went, and who took another name", () => {
  const people = told(
    { ...at, kind: "joined", names: ["alice", "bob", "carol"] },
    { ...at, kind: "left", names: ["bob"] },
    { ...at, kind: "renamed", name: "carol", to: "caro" },
  );
  assertEquals(people.names(), ["caro", "alice"]);
  assertEquals(people.names("alice"), ["caro"]);
});

Deno.test("Roster lists first whoever spoke last", () => {
  const people = told(
    { kind: "notice", text: "3 here: a, b, c", names: ["a", "b", "c"] },
    said("a"),
    { kind: "private", name: "b", text: "psst" },
  );
  assertEquals(people.names(), ["b", "a", "c"]);
});

Deno.test("Roster does not take someone for present because of the history, or of a room before", () => {
  assertEquals(told(said("gone", true)).names(), []);
  const again: ConversationEvent = { kind: "welcome", version: 1, log: "L", seq: 0, name: "x", taken: 0 };
  assertEquals(told(said("alice"), again).names(), []);
});

Deno.test("Roster knows a bounded number, whatever it is told", () => {
  const names = (start: number) => Array.from({ length: 1000 }, (_, i) => `n${start + i}`);
  const people = new Roster();
  for (let i = 0; i < 10; i++) people.note({ ...at, kind: "joined", names: names(i * 1000) });
  assertEquals([people.names().length, people.names()[0]], [4096, "n9999"]);
});

Deno.test("Roster gives people who are in the room different hues, until they leave", () => {
  const names = Array.from({ length: 22 }, (_, i) => `n${i}`);
  const people = told({ ...at, kind: "joined", names });
  const hues = names.map((name) => people.hueOf(name));
  assertEquals(new Set(hues).size, names.length);
  people.note({ ...at, kind: "left", names: ["n7"] });
  people.note({ ...at, kind: "joined", names: ["newcomer"] });
  assertEquals(people.hueOf("newcomer"), hues[7], "the only one that is free");
  people.note({ ...at, kind: "renamed", name: "n3", to: "other" });
  assertEquals(people.hueOf("other"), hues[3]);
});

Deno.test("describeRoster() sorts the names, and marks one's own", () => {
  const names = ["Carol", "alice", "10.0.0.10", "10.0.0.9"];
  assertEquals(
    describeRoster({ text: `4 here: ${names.join(", ")}`, names, self: "ALICE" }),
    "4 here: 10.0.0.9, 10.0.0.10, alice (you), Carol",
  );
  assertEquals(describeRoster({ text: "and: bob", names: ["bob"], self: "" }), "and: bob");
});

Deno.test("Roster completes to those who have not spoken in the order of the list", () => {
  assertEquals(told({ kind: "notice", text: "3 here: a, b, c", names: ["a", "b", "c"] }).names(), [
    "a",
    "b",
    "c",
  ]);
});
