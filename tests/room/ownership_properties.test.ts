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

/** All that can be seen of who owns what: of each name, what is told, and which devices may bear it; of each device, whose it is. */
function stateOf(names: Ownership): unknown {
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

Deno.test("Ownership: a crash between any two writes loses no name and gives none to somebody else", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, crash) => {
      const world = new World();
      const put = world.store.put.bind(world.store);
      const remove = world.store.remove.bind(world.store);
      const after: Owner[][] = [];
      const note = () => after.push(world.store.owners);
      world.store.put = (owner) => (put(owner), note());
      world.store.remove = (id) => (remove(id), note());
      for (const step of steps) world.run(step);
      const owners = after[crash % Math.max(1, after.length)];
      if (owners === undefined) return;
      const found = new FakeOwnerStore();
      for (const owner of owners) found.put(owner);
      const names = new Ownership(found, { clock: () => world.now });
      names.spoke("zoe", { person: "Z", source: "Z" });
      checkKept(found.owners);
    }),
    { numRuns: 300 },
  );
});
