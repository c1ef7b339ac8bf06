import { assertEquals } from "@std/assert";
import { MAX_NAMELESS, OwnerIndex } from "../../lib/room/owner_index.ts";
import { FakeOwnerStore } from "../helpers/owner_store.ts";

function link(index: OwnerIndex, person: string, identity: string): void {
  const owner = index.get(person) ?? index.begin(person);
  index.moveDevice(identity, owner);
  index.save(owner);
}

Deno.test("OwnerIndex forgets those who have been without a name longest, where there are too many without", () => {
  const store = new FakeOwnerStore();
  const index = new OwnerIndex(store);
  const named = index.begin("N");
  index.addName(named, { name: "alice", seen: 0, days: 1, day: "1970-01-01" });
  index.save(named);
  for (let i = 0; i < MAX_NAMELESS + 2; i++) link(index, `P${i}`, `Q${i}`);
  assertEquals(index.unsaved, 0);
  assertEquals([index.get("P0"), index.withIdentity("Q1")], [undefined, undefined]);
  assertEquals(index.withIdentity("Q2")?.id, "P2");
  assertEquals(index.holding("ALICE")?.owner, named);
  assertEquals(store.owners.length, MAX_NAMELESS + 1);
});

Deno.test("OwnerIndex drops from the store what nobody can own any more, when it next has something to keep", () => {
  const store = new FakeOwnerStore();
  const owned = (name: string) => ({ name, seen: 0, days: 1, day: "1970-01-01" });
  store.put({ id: "gone", identities: [], names: [owned("alice")] });
  store.put({ id: "A", identities: ["A"], names: [] });
  store.put({ id: "B", identities: ["B"], names: [owned("bob")] });
  const index = new OwnerIndex(store);
  assertEquals([index.size, index.unsaved, index.holding("alice")], [1, 2, undefined]);
  index.save(index.get("B")!);
  assertEquals([index.unsaved, store.owners.map(({ id }) => id)], [0, ["B"]]);
});

Deno.test("OwnerIndex tries again what failed a few at a time, so that nobody waits for it", () => {
  const store = new FakeOwnerStore();
  const index = new OwnerIndex(store);
  store.failing = true;
  for (let i = 0; i < 40; i++) link(index, `P${i}`, `Q${i}`);
  assertEquals([index.unsaved, store.owners.length], [40, 0]);
  store.failing = false;
  const left: number[] = [];
  for (let i = 0; i < 3; i++) {
    link(index, "P39", `R${i}`);
    left.push(index.unsaved);
  }
  assertEquals([left, store.owners.length], [[23, 7, 0], 40]);
});

Deno.test("OwnerIndex tries again in the order in which nothing is lost if that is cut short", () => {
  const store = new FakeOwnerStore();
  const index = new OwnerIndex(store);
  const [a, b] = ["A", "B"].map((identity) => index.begin(identity));
  index.addName(a, { name: "alice", seen: 0, days: 1, day: "1970-01-01" });
  index.addName(b, { name: "bob", seen: 0, days: 1, day: "1970-01-01" });
  index.save(a, b);
  store.failing = true;
  index.save(b);
  index.moveDevice("B", a);
  index.save(a, b);
  index.save(a);
  store.failing = false;
  const { remove } = store;
  store.remove = () => {
    throw new Error("no space left on device");
  };
  link(index, "C", "D");
  assertEquals(store.owners.map(({ id }) => id), ["A", "B", "C"]);
  assertEquals(store.owners[0].names.map(({ name }) => name), ["alice", "bob"]);
  store.remove = remove;
  link(index, "C", "E");
  assertEquals([index.unsaved, store.owners.map(({ id }) => id)], [0, ["A", "C"]]);
});
