import type { OwnedName, Owner, OwnerStore } from "../log/owners.ts";
import { foldName } from "../wire/names.ts";

/**
 * The most people who are known by their devices alone, without a name; beyond that, those who have been without one
 * longest are forgotten first.
 */
export const MAX_NAMELESS = 10_000;

/** How many changes that the store did not take are tried again when it takes one. */
const RETRIES = 16;

/** A name, and whose it is. */
export interface Holding {
  /** Whose it is. */
  readonly owner: Owner;
  /** The name: one of the owner's. */
  readonly owned: OwnedName;
}

/**
 * Everyone who owns a name or has linked devices, found by id, identity and name. What it is told to save goes into a
 * store; what that does not take holds in memory, and is tried again with the next change of the same person, or when
 * the store takes something else.
 */
export class OwnerIndex {
  readonly #store?: OwnerStore;
  readonly #byId = new Map<string, Owner>();
  readonly #byIdentity = new Map<string, Owner>();
  readonly #byName = new Map<string, Holding>();
  /** People without names, in the order in which they came to have none. */
  readonly #nameless = new Set<Owner>();
  /** The ids of those whom the store does not know as they are, in the order in which it is to be told. */
  readonly #unsaved = new Set<string>();

  /** Loads what is in the store; without one, everything is in memory alone. */
  constructor(store?: OwnerStore) {
    this.#store = store;
    if (store !== undefined) this.#load(store.load());
  }

  /** All names, with their owners. */
  get holdings(): Iterable<Holding> {
    return this.#byName.values();
  }

  /** How many names are owned. */
  get size(): number {
    return this.#byName.size;
  }

  /** How many people the store does not know as they are. */
  get unsaved(): number {
    return this.#unsaved.size;
  }

  /** Finds a person by id, including one that ended when its only device was linked to another person. */
  get(person: string): Owner | undefined {
    return this.#byId.get(person) ?? this.#byIdentity.get(person);
  }

  /** The person with this device. */
  withIdentity(identity: string): Owner | undefined {
    return this.#byIdentity.get(identity);
  }

  /** Who owns a name, regardless of its case. */
  holding(name: string): Holding | undefined {
    return this.#byName.get(foldName(name));
  }

  /** Adds a person of whom only one identity is known. They are forgotten when they are saved with nothing more. */
  begin(identity: string): Owner {
    const owner = { id: identity, identities: [identity], names: [] };
    this.#byId.set(owner.id, owner);
    this.#byIdentity.set(identity, owner);
    return owner;
  }

  /** Gives a person a name that nobody else owns. */
  addName(owner: Owner, owned: OwnedName): void {
    owner.names.push(owned);
    this.#byName.set(foldName(owned.name), { owner, owned });
  }

  /** Takes a name from its owner. */
  removeName({ owner, owned }: Holding): void {
    owner.names = owner.names.filter((one) => one !== owned);
    this.#byName.delete(foldName(owned.name));
  }

  /**
   * Makes a device one more of a person, and no longer one of another: if that one has no other device, their names come
   * along. Returns that one, to be saved after the first.
   */
  moveDevice(identity: string, owner: Owner): Owner | undefined {
    const before = this.#byIdentity.get(identity);
    owner.identities.push(identity);
    this.#byIdentity.set(identity, owner);
    if (before === undefined) return;
    before.identities = before.identities.filter((one) => one !== identity);
    if (before.identities.length === 0) {
      for (const owned of before.names.splice(0)) this.addName(owner, owned);
    }
    return before;
  }

  /** Whether the store does not know a person as they are. */
  isUnsaved({ id }: Owner): boolean {
    return this.#unsaved.has(id);
  }

  /** Puts people into the store as they are now, or out of it if nothing is left of them, in this order. */
  save(...owners: Owner[]): void {
    for (const owner of owners) this.#settle(owner);
    if (this.#store === undefined) return;
    for (const [i, { id }] of owners.entries()) {
      if (i > 0) this.#unsaved.delete(id);
      this.#unsaved.add(id);
    }
    if (owners.every(({ id }) => this.#write(id))) this.#retry();
  }

  /** Forgets a person of whom nothing is left, and, for one who has no name any more, perhaps another one without. */
  #settle(owner: Owner): void {
    this.#nameless.delete(owner);
    if (owner.names.length > 0) return;
    // One whose first device was linked to somebody else cannot be told by the id that the others have.
    const linked = owner.identities.length > 1 || (owner.identities[0] ?? owner.id) !== owner.id;
    if (!linked) return this.#forget(owner);
    this.#nameless.add(owner);
    if (this.#nameless.size <= MAX_NAMELESS) return;
    const [longest] = this.#nameless;
    this.#forget(longest);
    if (this.#store !== undefined) this.#unsaved.add(longest.id);
  }

  #forget(owner: Owner): void {
    this.#nameless.delete(owner);
    this.#byId.delete(owner.id);
    for (const identity of owner.identities) this.#byIdentity.delete(identity);
  }

  /** Tells the store of a person; returns whether it took it. */
  #write(id: string): boolean {
    const owner = this.#byId.get(id);
    try {
      if (owner === undefined) this.#store?.remove(id);
      else this.#store?.put(structuredClone(owner));
    } catch {
      // Whoever keeps the log says that nothing can be kept.
      return false;
    }
    this.#unsaved.delete(id);
    return true;
  }

  #retry(): void {
    for (const id of [...this.#unsaved.values().take(RETRIES)]) if (!this.#write(id)) return;
  }

  #load(owners: readonly Owner[]): void {
    for (const owner of owners) {
      // After a crash while a device was moved, the last names of someone without devices may be left.
      if (owner.identities.length === 0) owner.names = [];
      this.#byId.set(owner.id, owner);
      for (const identity of owner.identities) this.#byIdentity.set(identity, owner);
      for (const owned of owner.names) this.#byName.set(foldName(owned.name), { owner, owned });
      this.#settle(owner);
      if (!this.#byId.has(owner.id)) this.#unsaved.add(owner.id);
    }
  }
}
