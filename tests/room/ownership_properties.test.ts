import { assert, assertEquals } from "@std/assert";
import type { Owner } from "../../lib/log/owners.ts";
import { MAX_DEVICES, MAX_NAMES, Ownership } from "../../lib/room/ownership.ts";
import { foldName } from "../../lib/wire/names.ts";
import { refusalOf } from "../../lib/wire/refusal.ts";
import { FakeOwnerStore } from "../helpers/owner_store.ts";
import { fc } from "../helpers/property.ts";

const MINUTE_MS = 60_000;
const NAMES = ["alice", "ALICE", "bob", "carol", "dora", "Eve", "straße", "STRASSE"];
const DEVICES = ["A", "B", "C", "D", "E"];

type Step =
  | { do: "speak" | "see"; device: string; name: string }
  | { do: "link"; device: string; other: string }
  | { do: "release"; name: string }
  | { do: "wait"; ms: number }
  | { do: "fail"; failing: boolean };

const name = fc.constantFrom(...NAMES);
const device = fc.constantFrom(...DEVICES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("speak" as const), device, name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("see" as const), device, name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("link" as const), device, other: device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(
        1000,
        MINUTE_MS,
        50 * MINUTE_MS,
        20 * 60 * MINUTE_MS,
        24 * 60 * MINUTE_MS,
        -90 * MINUTE_MS,
      ),
    }),
  },
);
const failure: fc.Arbitrary<Step> = fc.record({ do: fc.constant("fail" as const), failing: fc.boolean() });

class World {
  now = new Date(2026, 10, 20, 12).getTime();
  readonly store = new FakeOwnerStore();
  readonly names = this.restarted();

  /** What a server that starts now knows. */
  restarted(): Ownership {
    return new Ownership(this.store, { clock: () => this.now });
  }

  run(step: Step): void {
    const { names, store } = this;
    switch (step.do) {
      case "speak":
        return names.spoke(step.name, { person: names.personOf(step.device), source: step.device });
      case "see":
        return names.seen(step.name, names.personOf(step.device));
      case "link":
        return void refusalOf(() => names.redeem(names.link(names.personOf(step.device)), step.other));
      case "release":
        return void refusalOf(() => names.release(step.name));
      case "wait":
        this.now += step.ms;
        return;
      case "fail":
        store.failing = step.failing;
    }
  }
}

/** All that can be seen of who owns what. */
interface State {
  /** The names, each with what is told of it, and the devices that may bear it. */
  names: [name: string, told: string | undefined, devices: string[]][];
  /** Whose the devices are. */
  devices: string[];
}

function stateOf(names: Ownership): State {
  const may = (name: string, device: string) =>
    refusalOf(() => names.requireAvailable(name, names.personOf(device))) === undefined;
  return {
    names: NAMES.map((name) => [
      name,
      refusalOf(() => names.requireAvailable(name)),
      DEVICES.filter((device) => may(name, device)),
    ]),
    devices: DEVICES.map((device) => names.personOf(device)),
  };
}

function checkKept(owners: readonly Owner[]): void {
  const names = owners.flatMap((owner) => owner.names.map(({ name }) => foldName(name)));
  const identities = owners.flatMap((owner) => owner.identities);
  assertEquals(new Set(names).size, names.length, "a name has two owners");
  assertEquals(new Set(identities).size, identities.length, "a device has two owners");
  for (const owner of owners) {
    assert(owner.names.length <= MAX_NAMES && owner.identities.length <= MAX_DEVICES);
    assert(owner.identities.length > 0, "nobody can be this owner any more");
    const nothingLeft = owner.names.length === 0 && owner.identities.join() === owner.id;
    assert(!nothingLeft, "nothing is left of this owner");
    for (const { days, day } of owner.names) assert(days >= 1 && /^\d{4}-\d\d-\d\d$/.test(day));
  }
}

Deno.test("Ownership: after each step the store has what holds: three names a person, one person a name", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const world = new World();
      for (const step of steps) {
        world.run(step);
        checkKept(world.store.owners);
        assertEquals(world.names.unsaved, 0);
        assertEquals(stateOf(world.restarted()), stateOf(world.names));
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("Ownership: a store that fails now and then changes nothing of what holds, and has it all in the end", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: step }, failure), { maxLength: 40 }), (steps) => {
      const [world, sound] = [new World(), new World()];
      for (const step of steps) {
        world.run(step);
        if (step.do !== "fail") sound.run(step);
        assertEquals(stateOf(world.names), stateOf(sound.names));
      }
      world.store.failing = false;
      for (const one of [world, sound]) one.run({ do: "speak", device: "Z", name: "zoe" });
      assertEquals(world.names.unsaved, 0);
      assertEquals(world.store.owners, sound.store.owners);
    }),
    { numRuns: 300 },
  );
});

Deno.test("Ownership: a crash between any two writes leaves each name to whom it was before or would be after them", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const world = new World();
      const kept = noteWrites(world.store);
      for (const step of steps) {
        const before = stateOf(world.names);
        kept.splice(0);
        world.run(step);
        const crashes = kept.splice(0);
        const after = stateOf(world.names);
        for (const owners of crashes) checkCrash(owners, { before, after, now: world.now });
      }
    }),
    { numRuns: 150 },
  );
});

/** Notes all that is in a store after each of its writes. */
function noteWrites(store: FakeOwnerStore): Owner[][] {
  const kept: Owner[][] = [];
  const [put, remove] = [store.put.bind(store), store.remove.bind(store)];
  store.put = (owner) => void (put(owner), kept.push(store.owners));
  store.remove = (id) => void (remove(id), kept.push(store.owners));
  return kept;
}

interface Crash {
  before: State;
  after: State;
  now: number;
}

function checkCrash(owners: readonly Owner[], { before, after, now }: Crash): void {
  const store = new FakeOwnerStore();
  for (const owner of owners) store.put(owner);
  const names = new Ownership(store, { clock: () => now });
  for (const [i, found] of stateOf(names).names.entries()) {
    const possible = [before.names[i], after.names[i]].map((one) => JSON.stringify(one));
    assert(
      possible.includes(JSON.stringify(found)),
      `${JSON.stringify(found)}, not ${possible.join(" or ")}`,
    );
  }
  names.spoke("zoe", { person: "Z", source: "Z" });
  checkKept(store.owners);
}
