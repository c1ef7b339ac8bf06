import { assertEquals, assertThrows } from "@std/assert";
import type { Cursor } from "../../lib/fanout/cursor.ts";
import { type Member, Members } from "../../lib/room/members.ts";
import { Refusal } from "../../lib/wire/refusal.ts";

function someone(key: string): Member {
  return {
    name: "",
    key,
    cursor: undefined as unknown as Cursor,
    resumable: true,
    lastLine: 0,
    announced: Promise.resolve(),
  };
}

function added(members: Members, name: string): Member {
  const member = someone(name.toUpperCase());
  assertEquals(members.add(member, "10.0.0.1", name), undefined);
  return member;
}

Deno.test("Members lets go of whoever was lost for half a minute, and of nobody else", () => {
  const members = new Members();
  const [a, b] = [added(members, "alice"), added(members, "bob")];
  assertEquals([members.due, members.overdue(Infinity)], [Infinity, []]);
  members.lose(a, 1000);
  members.lose(b, 2000);
  members.lose(a, 9000);
  assertEquals([members.due, members.isLost(a)], [31_000, true]);
  assertEquals(members.overdue(30_999), []);
  assertEquals(members.overdue(31_000), [a]);
  assertEquals(members.overdue(32_000), [a, b]);
  members.remove(a);
  assertEquals([members.due, members.all, members.isLost(a)], [32_000, [b], false]);
});

Deno.test("Members keeps a place for 1024 lost members, at most", () => {
  const members = new Members();
  for (let i = 0; i < 1030; i++) members.lose(added(members, `n${i}`), i);
  assertEquals(members.overdue(0).map((member) => member.name), ["n0", "n1", "n2", "n3", "n4", "n5"]);
});

Deno.test("Members gives whoever comes back the place and the name that they had", () => {
  const members = new Members();
  const [a, b] = [added(members, "alice"), added(members, "bob")];
  members.lose(a, 0);
  const again = { ...someone("ALICE"), name: "alice" };
  members.replace(a, again);
  assertEquals([members.all, members.find("ALICE"), members.due], [[again, b], again, Infinity]);
  assertEquals([members.has(a), members.has(again)], [false, true]);
});

Deno.test("Members names someone who cannot have a name by the address, and says why", () => {
  const members = new Members();
  added(members, "alice");
  const late = someone("X");
  assertEquals(
    members.add(late, "10.0.0.1", "Alice"),
    'the name "Alice" is taken; /name NAME takes another one',
  );
  assertEquals([late.name, members.find("10.0.0.1")], ["10.0.0.1", late]);
  members.remove(members.find("alice"));
  members.rename(late, "alice");
  assertEquals(members.find("alice"), late);
  assertThrows(() => members.find("10.0.0.1"), Refusal, 'no one here is called "10.0.0.1"');
});
