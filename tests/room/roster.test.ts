import { assertEquals, assertThrows } from "@std/assert";
import type { Cursor } from "../../lib/fanout/cursor.ts";
import { type JoinOptions, Member, type Person, type Whereabouts } from "../../lib/room/member.ts";
import { Roster } from "../../lib/room/roster.ts";
import { Refusal } from "../../lib/wire/refusal.ts";

/** A room that keeps what it is told. */
class FakeRoom implements Whereabouts {
  readonly told: string[] = [];

  constructor(readonly name: string) {}

  settled(): Promise<void> {
    return Promise.resolve();
  }

  renamed({ name }: Person, before: string): void {
    this.told.push(`${before} is now ${name}`);
  }

  merged(person: Person, into: Person): void {
    this.told.push(`${person.name} becomes ${into.name}`);
  }

  remove(member: Member): void {
    this.told.push(`${member.name} left`);
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  lose(): Promise<void> {
    return Promise.resolve();
  }

  part(): Promise<void> {
    return Promise.resolve();
  }
}

class Scene {
  readonly roster = new Roster();
  readonly lobby = new FakeRoom("lobby");
  readonly kitchen = new FakeRoom("kitchen");

  /** Brings someone in, as a room does. Returns them, or why they cannot have the name. */
  come(options: Partial<JoinOptions>, room = this.lobby): { member: Member; refused?: string } {
    const full = { cursor: undefined as unknown as Cursor, address: "10.0.0.1", ...options };
    const { person, refused } = this.roster.identify(full);
    const member = new Member(person, room, full);
    this.roster.add(member);
    return { member, refused };
  }
}

Deno.test("Roster lets go of whoever was lost for half a minute, and of nobody else", () => {
  const scene = new Scene();
  const { roster } = scene;
  const [a, b] = ["alice", "bob"].map((name) => scene.come({ name }).member);
  assertEquals([roster.due, roster.overdue(Infinity)], [Infinity, []]);
  roster.lose(a, 1000);
  roster.lose(b, 2000);
  roster.lose(a, 9000);
  assertEquals([roster.due, roster.isLost(a)], [31_000, true]);
  assertEquals(roster.overdue(30_999), []);
  assertEquals(roster.overdue(31_000), [a]);
  assertEquals(roster.overdue(32_000), [a, b]);
  roster.remove(a);
  assertEquals([roster.due, roster.isLost(a)], [32_000, false]);
});

Deno.test("Roster keeps a place for 1024 lost members, at most", () => {
  const scene = new Scene();
  for (let i = 0; i < 1030; i++) scene.roster.lose(scene.come({ name: `n${i}` }).member, i);
  assertEquals(scene.roster.overdue(0).map(({ name }) => name), ["n0", "n1", "n2", "n3", "n4", "n5"]);
});

Deno.test("Roster gives a client that comes back the name that it had", () => {
  const scene = new Scene();
  const { member } = scene.come({ name: "alice", client: "A" });
  scene.roster.lose(member, 0);
  const again = scene.come({ client: "A" }).member;
  assertEquals([again.name, scene.roster.due], ["alice", Infinity]);
  assertEquals([...scene.roster.find("ALICE").members], [again]);
  assertEquals([scene.roster.has(member), scene.roster.has(again)], [false, true]);
});

Deno.test("Roster names someone who cannot have a name by the address, and says why", () => {
  const scene = new Scene();
  scene.come({ name: "alice" });
  const { member, refused } = scene.come({ name: "Alice" });
  assertEquals([member.name, refused], [
    "10.0.0.1",
    'the name "Alice" is taken; /name NAME takes another one',
  ]);
  assertEquals(scene.come({ name: "a b" }).member.name, "10.0.0.1~2");
  assertThrows(() => scene.roster.find("bob"), Refusal, 'no one here is called "bob"');
});

Deno.test("Roster: all connections of one identity and name are one person", () => {
  const scene = new Scene();
  const one = scene.come({ name: "alice", identity: "I" }).member;
  const two = scene.come({ name: "alice", identity: "I" }, scene.kitchen).member;
  const silent = scene.come({ identity: "I" }).member;
  const other = scene.come({ name: "backup", identity: "I" }).member;
  assertEquals([two.person === one.person, silent.person === one.person], [true, true]);
  assertEquals([other.person === one.person, other.name], [false, "backup"]);
  const stranger = scene.come({ name: "alice", identity: "J" });
  assertEquals(stranger.refused, 'the name "alice" is taken; /name NAME takes another one');
  scene.roster.rename(one.person, "ally");
  assertEquals([one.name, two.name, silent.name, other.name], ["ally", "ally", "ally", "backup"]);
  assertEquals([scene.lobby.told, scene.kitchen.told], [["alice is now ally"], ["alice is now ally"]]);
});

Deno.test("Roster: a name stays taken until the last connection of its person is gone", () => {
  const scene = new Scene();
  const one = scene.come({ name: "alice", identity: "I" }).member;
  const two = scene.come({ name: "alice", identity: "I" }).member;
  scene.roster.remove(one);
  assertEquals(scene.roster.find("alice"), two.person);
  scene.roster.remove(two);
  assertEquals(scene.come({ name: "alice" }).member.name, "alice");
});

Deno.test("Roster: whoever takes the name that they bear on another device becomes that person", () => {
  const scene = new Scene();
  const pc = scene.come({ name: "alice", identity: "I" }).member;
  const phone = scene.come({ name: "phone", identity: "I" }, scene.kitchen).member;
  scene.roster.rename(phone.person, "Alice");
  assertEquals([phone.person === pc.person, phone.name], [true, "alice"]);
  assertEquals([scene.lobby.told, scene.kitchen.told], [[], ["phone becomes alice"]]);
  assertEquals(scene.come({ name: "phone" }).member.name, "phone");
  const stranger = scene.come({ name: "bob", identity: "J" }).member;
  assertThrows(() => scene.roster.rename(stranger.person, "alice"), Refusal, "is taken");
});

Deno.test("Roster: a client that comes back is not renamed back by what it last knew", () => {
  const scene = new Scene();
  const pc = scene.come({ name: "alice", identity: "I", client: "A" }).member;
  const phone = scene.come({ name: "alice", identity: "I", client: "B" }).member;
  scene.roster.lose(pc, 0);
  scene.roster.rename(phone.person, "ally");
  assertEquals(scene.come({ name: "alice", identity: "I", client: "A" }).member.name, "ally");
  const alone = scene.come({ name: "bob", client: "C" }).member;
  scene.roster.lose(alone, 0);
  assertEquals(scene.come({ name: "rob", client: "C" }).member.name, "rob");
});
