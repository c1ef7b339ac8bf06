import type { Owner, OwnerStore } from "../../lib/log/owners.ts";
import { foldName } from "../../lib/wire/names.ts";

/** Keeps owners in memory, and fails when it is told to. */
export class FakeOwnerStore implements OwnerStore {
  /** Whether it keeps nothing more, as if its disk were full. */
  failing = false;
  /** How often it was asked to keep something. */
  writes = 0;
  readonly #owners = new Map<string, Owner>();
  readonly #identities = new Map<string, Owner>();
  readonly #names = new Map<string, Owner>();

  /** Everyone who is kept, by id. */
  get owners(): Owner[] {
    return this.load().toSorted((a, b) => a.id < b.id ? -1 : 1);
  }

  load(): Owner[] {
    return structuredClone([...this.#owners.values()]);
  }

  put(owner: Owner): void {
    this.#write();
    this.#forget(owner.id);
    for (const identity of owner.identities) {
      const other = this.#identities.get(identity);
      if (other !== undefined) other.identities = other.identities.filter((one) => one !== identity);
    }
    for (const { name } of owner.names) {
      const other = this.#names.get(foldName(name));
      if (other !== undefined) {
        other.names = other.names.filter((one) => foldName(one.name) !== foldName(name));
      }
    }
    this.#add(structuredClone(owner));
  }

  remove(id: string): void {
    this.#write();
    this.#forget(id);
  }

  #write(): void {
    this.writes++;
    if (this.failing) throw new Error("no space left on device");
  }

  #forget(id: string): void {
    const owner = this.#owners.get(id);
    if (owner === undefined) return;
    this.#owners.delete(id);
    for (const identity of owner.identities) this.#identities.delete(identity);
    for (const { name } of owner.names) this.#names.delete(foldName(name));
  }

  #add(owner: Owner): void {
    this.#owners.set(owner.id, owner);
    for (const identity of owner.identities) this.#identities.set(identity, owner);
    for (const { name } of owner.names) this.#names.set(foldName(name), owner);
  }
}
