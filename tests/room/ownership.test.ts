import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  MAX_DEVICES,
  MAX_GAINED_A_DAY,
  MAX_OWNED_NAMES,
  OWNED_MS,
  OWNED_REGULAR_MS,
  Ownership,
} from "../../lib/room/ownership.ts";
import { Refusal, refusalOf } from "../../lib/wire/refusal.ts";
import { FakeOwnerStore } from "../helpers/owner_store.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CODE_REFUSED =
  "that code is wrong, used or older than ten minutes; /link on the other device shows a new one";

/** An ownership at noon of 2026-11-20 by the local clock, which a test sets. */
class World {
  now = local(20);
  readonly store = new FakeOwnerStore();
  names: Ownership;

  constructor(store: FakeOwnerStore | undefined = new FakeOwnerStore()) {
    if (store !== undefined) this.store = store;
    this.names = new Ownership(store, { clock: () => this.now });
  }

  /** The same without a store. */
  static inMemory(): World {
    const world = new World();
    world.names = new Ownership(undefined, { clock: () => world.now });
    return world;
  }

  restart(): void {
    this.names = new Ownership(this.store, { clock: () => this.now });
  }

  /** A person says something under a name, each from a source of their own. */
  speak(person: string, ...names: string[]): void {
    for (const name of names) this.names.spoke(name, { person, source: person });
  }

  /** Who of these may bear the name: all of them if nobody owns it. */
  whoMay(name: string, ...people: string[]): string[] {
    return people.filter((person) => this.isFree(name, person));
  }

  isFree(name: string, person?: string): boolean {
    return refusalOf(() => this.names.requireAvailable(name, person)) === undefined;
  }

  /** What others are told of a name. */
  told(name: string): string | undefined {
    return refusalOf(() => this.names.requireAvailable(name));
  }
}

/** A time of November 2026 by the local clock, noon unless told otherwise. */
function local(day: number, hour = 12, minute = 0): number {
  return new Date(2026, 10, day, hour, minute).getTime();
}

Deno.test("Ownership: a name is theirs who spoke under it, in any case, and others are told since when they are gone", () => {
  const { names } = new World();
  assertEquals(names.personOf("A"), "A");
  names.requireAvailable("alice", "B");
  names.spoke("alice", { person: names.personOf("A"), source: "s" });
  names.requireAvailable("ALICE", "A");
  for (const person of ["B", undefined]) {
    const refused = assertThrows(() => names.requireAvailable("Alice", person), Refusal);
    assertEquals(
      refused.message,
      '"Alice" belongs to someone who was here on 2026-11-20; choose another name',
    );
  }
});

Deno.test("Ownership: being seen under a name makes it nobody's, and another's message takes it from nobody", () => {
  const world = new World();
  world.names.seen("alice", "A");
  assertEquals(world.store.owners, []);
  world.speak("A", "alice");
  world.speak("B", "Alice");
  world.names.seen("ALICE", "B");
  assertEquals(world.whoMay("alice", "A", "B"), ["A"]);
  assertEquals(world.store.owners.map(({ names }) => names), [
    [{ name: "alice", seen: world.now, days: 1, day: "2026-11-20" }],
  ]);
});

Deno.test("Ownership: addresses, reserved names and names that break the rule are nobody's", () => {
  const world = new World();
  const others = [
    "192.168.1.20",
    "192.168.1.20~2",
    "fe80::1",
    "fe80::1%eth0",
    "a:b",
    "server",
    "you",
    "",
    "a b",
    "аlice",
  ];
  for (const name of others) {
    world.speak("A", name);
    assert(world.isFree(name, "B"), name);
  }
  assertEquals([world.store.writes, world.store.owners], [0, []]);
});

for (const [days, period] of [[1, OWNED_MS], [2, OWNED_MS], [3, OWNED_REGULAR_MS]]) {
  Deno.test(`Ownership: after ${days} days a name is theirs for ${period / DAY_MS} more, across a restart`, () => {
    const world = new World();
    for (let day = 0; day < days; day++) {
      world.now = local(20 + day, 12 - day);
      world.speak("A", "alice");
    }
    const seen = world.now;
    world.restart();
    world.now = seen + period - 1;
    assertEquals(world.whoMay("alice", "A", "B"), ["A"]);
    world.now = seen + period;
    assertEquals(world.whoMay("alice", "A", "B"), ["A", "B"]);
    assertEquals(world.store.owners, []);
  });
}

Deno.test("Ownership: it counts from when they were seen last, by joining or leaving, too", () => {
  const world = new World();
  world.speak("A", "alice");
  for (const day of [21, 22]) {
    world.now = local(day, 32 - day);
    world.names.seen("alice", "A");
  }
  world.now += OWNED_REGULAR_MS - 1;
  assert(!world.isFree("alice", "B"));
  world.now++;
  assert(world.isFree("alice", "B"));
});

Deno.test("Ownership: a name that has expired is not theirs again by being seen, and its days count anew", () => {
  const world = new World();
  world.speak("A", "alice");
  world.now = local(21, 11);
  world.names.seen("alice", "A");
  world.now = local(23);
  world.names.seen("alice", "A");
  assert(world.isFree("alice", "B"));
  world.speak("B", "alice");
  assertEquals(world.store.owners.map(({ id, names }) => [id, names[0].days]), [["B", 1]]);
});

Deno.test("Ownership: without a store a name is theirs until the server ends", () => {
  const world = World.inMemory();
  world.speak("A", "alice");
  world.now += 1000 * DAY_MS;
  assertEquals(world.whoMay("alice", "A", "B"), ["A"]);
  assertEquals(world.names.unsaved, 0);
});

Deno.test("Ownership: days are those of the local clock, counted at midnight", () => {
  const world = new World();
  world.now = local(20, 23, 59);
  world.speak("A", "alice");
  world.now += MINUTE_MS - 1;
  world.speak("A", "alice");
  assertEquals(world.store.writes, 1);
  world.now++;
  world.speak("A", "alice");
  assertEquals(world.store.owners[0].names, [{
    name: "alice",
    seen: local(21, 0),
    days: 2,
    day: "2026-11-21",
  }]);
  assertEquals(
    world.told("alice"),
    '"alice" belongs to someone who was here on 2026-11-21; choose another name',
  );
});

Deno.test("Ownership: a clock that goes back over midnight and on again counts no day twice", () => {
  const world = new World();
  for (const now of [local(20, 23), local(21, 1), local(20, 22), local(21, 2), local(20, 20), local(21, 5)]) {
    world.now = now;
    world.speak("A", "alice");
    world.names.seen("alice", "A");
  }
  const [{ names: [{ days, day, seen }] }] = world.store.owners;
  assertEquals([days, day, seen], [2, "2026-11-21", local(21, 5)]);
});

Deno.test("Ownership: after a clock that was years ahead, last seen is right and days count again", () => {
  const world = new World();
  world.now = local(20 + 3650);
  world.speak("A", "alice");
  const days: number[] = [];
  for (const day of [20, 21, 22]) {
    world.now = local(day, 32 - day);
    world.speak("A", "alice");
    days.push(world.store.owners[0].names[0].days);
  }
  assertEquals(days, [1, 2, 3]);
  assertEquals(
    world.told("alice"),
    '"alice" belongs to someone who was here on 2026-11-22; choose another name',
  );
});

Deno.test("Ownership: who speaks on and on is kept once an hour; who joins and leaves at most once a minute", () => {
  const world = new World();
  for (; world.now < local(20, 15); world.now += 1000) world.speak("A", "alice");
  assertEquals(world.store.writes, 3);
  world.now -= 1000;
  world.names.seen("alice", "A");
  assertEquals([world.store.writes, world.store.owners[0].names[0].seen], [4, world.now]);
  for (let i = 0; i < 59; i++, world.now += 1000) world.names.seen("alice", "A");
  assertEquals(world.store.writes, 4);
  world.now += 1000;
  world.names.seen("alice", "A");
  assertEquals([world.store.writes, world.store.owners[0].names[0].seen], [5, world.now]);
});

Deno.test("Ownership: the name is kept as it was written last", () => {
  const world = new World();
  world.speak("A", "alice");
  world.names.seen("Alice", "A");
  assertEquals(world.store.owners[0].names[0].name, "Alice");
  world.speak("A", "ALICE");
  assertEquals(world.store.owners[0].names.map(({ name }) => name), ["ALICE"]);
  world.speak("A", "ALICE");
  assertEquals(world.store.writes, 3);
});

Deno.test("Ownership: of four names, the three latest are theirs", () => {
  const world = new World();
  for (const name of ["one", "two", "three"]) {
    world.speak("A", name);
    world.now += 2 * MINUTE_MS;
  }
  world.names.seen("one", "A");
  world.now += MINUTE_MS;
  world.speak("A", "four");
  assertEquals(["one", "two", "three", "four"].filter((name) => !world.isFree(name, "B")), [
    "one",
    "three",
    "four",
  ]);
  world.now -= HOUR_MS;
  world.speak("A", "five");
  assert(!world.isFree("five", "B"));
});

Deno.test("Ownership: from one source 20 names a day come to be owned, and others still do from elsewhere", () => {
  const world = new World();
  const speak = (i: number, source = "s") => world.names.spoke(`n${i}`, { person: `P${i}`, source });
  for (let i = 0; i < MAX_GAINED_A_DAY + 2; i++) speak(i);
  assertEquals(MAX_GAINED_A_DAY, 20);
  assertEquals([world.isFree("n19"), world.isFree("n20"), world.isFree("n21")], [false, true, true]);
  speak(20, "t");
  assert(!world.isFree("n20"));
  world.now += DAY_MS - 1;
  speak(21);
  assert(world.isFree("n21"));
  world.now++;
  speak(21);
  assert(!world.isFree("n21"));
});

Deno.test("Ownership: where 10,000 names are owned, further ones are not, until some have expired; none is forgotten", () => {
  const world = new World();
  const speak = (i: number) => world.names.spoke(`n${i}`, { person: `P${i}`, source: `${i}` });
  for (let i = 0; i < MAX_OWNED_NAMES; i++) speak(i);
  assertEquals(world.store.owners.length, 10_000);
  speak(10_000);
  assert(world.isFree("n10000", "B"));
  assert(Array.from({ length: MAX_OWNED_NAMES }, (_, i) => `n${i}`).every((name) => !world.isFree(name)));
  world.now += DAY_MS - HOUR_MS;
  world.names.seen("n0", "P0");
  world.now += HOUR_MS;
  speak(10_000);
  assertEquals([world.isFree("n0", "B"), world.isFree("n10000", "B")], [false, false]);
  const { length } = world.store.owners;
  world.names.seen("n0", "P0");
  assertEquals(length - world.store.owners.length, 64);
  for (let i = 0; i < MAX_OWNED_NAMES / 64; i++) world.names.seen("n0", "P0");
  assertEquals(world.store.owners.map(({ id }) => id), ["P0", "P10000"]);
});

Deno.test("Ownership.release() makes a name nobody's, also after a restart", () => {
  const world = new World();
  world.speak("A", "alice", "bob");
  world.names.release("BOB");
  world.restart();
  assertEquals([world.isFree("bob", "B"), world.isFree("alice", "B")], [true, false]);
  assertEquals(assertThrows(() => world.names.release("bob"), Refusal).message, '"bob" belongs to no one');
  world.names.release("alice");
  assertEquals(world.store.owners, []);
  world.speak("B", "alice");
  assertEquals(world.whoMay("alice", "A", "B"), ["B"]);
  world.now += DAY_MS;
  assertThrows(() => world.names.release("alice"), Refusal, '"alice" belongs to no one');
});

Deno.test("Ownership.redeem() makes a device one more of the person of the code, once", () => {
  const world = new World();
  world.speak("A", "alice");
  const code = world.names.link("A");
  assertEquals(world.names.redeem(code.toLowerCase().replace("-", ""), "B"), "A");
  assertEquals(assertThrows(() => world.names.redeem(code, "C"), Refusal).message, CODE_REFUSED);
  world.restart();
  assertEquals([world.names.personOf("A"), world.names.personOf("B")], ["A", "A"]);
  assertEquals(world.whoMay("alice", "A", "B", "C"), ["A", "B"]);
});

Deno.test("Ownership.redeem() refuses codes that are wrong, replaced, late or one's own", () => {
  const world = new World();
  const first = world.names.link("A");
  const second = world.names.link("A");
  for (const code of [first, "", "K7QP-2MXD"]) {
    assertThrows(() => world.names.redeem(code, "B"), Refusal, CODE_REFUSED);
  }
  assertEquals(
    assertThrows(() => world.names.redeem(second, "A"), Refusal).message,
    `that code is your own: give it on your other device, with /link ${second}`,
  );
  world.names.redeem(second, "B");
  const third = world.names.link("A");
  assertThrows(() => world.names.redeem(third, "B"), Refusal, "your own");
  world.now += 10 * MINUTE_MS;
  assertThrows(() => world.names.redeem(third, "C"), Refusal, CODE_REFUSED);
});

Deno.test("Ownership.redeem() links eight devices at most", () => {
  const world = new World();
  for (let i = 1; i < MAX_DEVICES; i++) world.names.redeem(world.names.link("A"), `A${i}`);
  assertEquals(world.store.owners[0].identities.length, 8);
  const code = world.names.link("A");
  assertEquals(
    assertThrows(() => world.names.redeem(code, "B"), Refusal).message,
    "8 devices are linked there already, and no more can be; choose another name on this one",
  );
  assertEquals(world.names.personOf("B"), "B");
});

Deno.test("Ownership.redeem() keeps people who have said nothing yet, and what one then says is the other's", () => {
  const world = new World();
  world.names.redeem(world.names.link("A"), "B");
  world.now += 1000 * DAY_MS;
  world.restart();
  assertEquals(world.store.owners, [{ id: "A", identities: ["A", "B"], names: [] }]);
  world.speak(world.names.personOf("B"), "alice");
  assertEquals(world.whoMay("alice", "A", "B", "C"), ["A", "B"]);
});

Deno.test("Ownership.redeem() passes on the names of a person without other devices; the three latest stay", () => {
  const world = new World();
  for (const [person, name] of [["A", "one"], ["B", "two"], ["A", "three"], ["B", "four"]]) {
    world.speak(person, name);
    world.now += MINUTE_MS;
  }
  const forB = world.names.link("B");
  assertEquals(world.names.redeem(world.names.link("A"), "B"), "A");
  assertThrows(() => world.names.redeem(forB, "C"), Refusal, CODE_REFUSED);
  world.restart();
  assertEquals(["one", "two", "three", "four"].filter((name) => !world.isFree(name, "C")), [
    "two",
    "three",
    "four",
  ]);
  assertEquals(world.whoMay("two", "A", "B", "C"), ["A", "B"]);
  assertEquals(world.store.owners.map(({ id }) => id), ["A"]);
});

Deno.test("Ownership.redeem() lets no expired name displace one that is still theirs", () => {
  const world = new World();
  for (const day of [16, 17, 18]) {
    world.now = local(day, 28 - day);
    world.speak("A", "one", "two", "three");
  }
  world.now = local(19);
  world.speak("B", "late");
  world.now = local(20);
  world.names.redeem(world.names.link("A"), "B");
  assertEquals(["one", "two", "three", "late"].filter((name) => !world.isFree(name, "C")), [
    "one",
    "two",
    "three",
  ]);
});

Deno.test("Ownership.redeem() leaves their names to the other devices of the person that it leaves", () => {
  const world = new World();
  world.speak("A", "alice");
  world.names.redeem(world.names.link("A"), "A2");
  world.speak("B", "bob");
  assertEquals(world.names.redeem(world.names.link("B"), "A"), "B");
  world.restart();
  assertEquals(world.names.personOf("A2"), "A");
  assertEquals(world.whoMay("alice", world.names.personOf("A2"), world.names.personOf("A")), ["A"]);
  assertEquals(world.whoMay("bob", world.names.personOf("A2"), world.names.personOf("A")), ["B"]);
});

Deno.test("Ownership: a device that left others behind, who own nothing yet, does not take them along", () => {
  const world = new World();
  world.names.redeem(world.names.link("A"), "A2");
  world.speak("B", "bob");
  world.names.redeem(world.names.link("B"), "A");
  // A2 is here, and still goes by the id that both had.
  world.speak("A", "ann");
  assertEquals([world.names.personOf("A2"), world.names.personOf("A")], ["A", "B"]);
  assertEquals(world.whoMay("ann", "A", "B"), ["A"]);
  world.names.release("ann");
  world.restart();
  assertEquals([world.names.personOf("A2"), world.names.personOf("A")], ["A", "B"]);
});

Deno.test("Ownership: who still goes by the id of a person that was linked to another is that one", () => {
  const world = new World();
  world.speak("B", "bob");
  world.names.redeem(world.names.link("A"), "B");
  world.speak("B", "bobby");
  assertThrows(() => world.names.redeem(world.names.link("B"), "A"), Refusal, "your own");
  assertEquals(world.names.redeem(world.names.link("B"), "C"), "A");
  assertEquals(world.store.owners.map(({ id, names }) => [id, names.map(({ name }) => name)]), [
    ["A", ["bob", "bobby"]],
  ]);
});

Deno.test("Ownership: on a full disk everything holds in memory, and is kept with the next change after it", () => {
  const world = new World();
  world.store.failing = true;
  world.speak("A", "alice");
  world.names.redeem(world.names.link("A"), "B");
  assertEquals(world.whoMay("alice", "A", "B", "C"), ["A", "B"]);
  assertEquals([world.store.owners, world.names.unsaved], [[], 1]);
  world.store.failing = false;
  world.speak("A", "alice");
  assertEquals(world.store.owners, []);
  world.names.seen("alice", "A");
  assertEquals([world.store.owners.length, world.names.unsaved], [1, 0]);
  world.store.failing = true;
  world.names.release("alice");
  assertEquals([world.isFree("alice", "C"), world.names.unsaved], [true, 1]);
  world.store.failing = false;
  world.speak("C", "carol");
  assertEquals(world.names.unsaved, 0);
  assertEquals(world.store.owners.map(({ names }) => names.length), [0, 1]);
});

Deno.test("Ownership: a disk that is full while a device is linked loses no name, whatever is kept of it", () => {
  const world = new World();
  world.speak("A", "alice");
  world.speak("B", "bob");
  const code = world.names.link("A");
  world.store.failing = true;
  world.names.redeem(code, "B");
  assertEquals(world.store.owners.map(({ names }) => names.length), [1, 1]);
  world.store.failing = false;
  // Only the first of the two changes is kept.
  const remove = world.store.remove;
  world.store.remove = () => {
    throw new Error("no space left on device");
  };
  world.now += HOUR_MS;
  world.speak("A", "alice");
  world.store.remove = remove;
  world.restart();
  assertEquals(world.whoMay("bob", world.names.personOf("A"), world.names.personOf("B")), ["A", "A"]);
  world.speak("C", "carol");
  assertEquals(world.store.owners.map(({ id }) => id), ["A", "C"]);
});

Deno.test("Ownership loads 10,000 people at once, and a message costs next to nothing", () => {
  const store = new FakeOwnerStore();
  store.load = () =>
    Array.from({ length: 10_000 }, (_, i) => ({
      id: `P${i}`,
      identities: [`P${i}`],
      names: [{ name: `name${i}`, seen: local(20), days: 3, day: "2026-11-20" }],
    }));
  const started = performance.now();
  const names = new Ownership(store, { clock: () => local(20) });
  const loaded = performance.now();
  for (let i = 0; i < 1_000_000; i++) names.spoke("name7", { person: "P7", source: "s" });
  const spoken = performance.now();
  assertEquals([names.unsaved, store.writes], [0, 0]);
  // Many times what it takes, for busy machines and for those that count what is covered.
  assert(loaded - started < 2000, `${loaded - started} ms to load`);
  assert(spoken - loaded < 10_000, `${spoken - loaded} ns for each message`);
});
