import type { Direct } from "../wire/entries.ts";
import { parseName } from "../wire/names.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import type { JoinOptions, Member, Person } from "./member.ts";
import { NameRegistry } from "./name_registry.ts";
import { Ownership } from "./ownership.ts";

/** How long, in milliseconds, a member whose connection broke keeps its name and place. */
export const GRACE_MS = 30_000;

/** How many such members there may be; beyond that, those lost first are let go. */
export const MAX_LOST = 1024;

/** How often, in milliseconds, it is noted that people who own their names are still here. */
const SEEN_INTERVAL_MS = 3600 * 1000;

/**
 * Everyone on a server, over all rooms: the people by name, their connections, and whose connection is broken. Times are
 * those of `performance.now()`.
 */
export class Roster {
  /** Which names belong to whom, here or not. */
  readonly ownership: Ownership;
  readonly #names = new NameRegistry<Person>();
  readonly #byKey = new Map<string, Member>();
  /** The people of each identity. */
  readonly #byOwner = new Map<string, Set<Person>>();
  /** Members whose connection broke, and when they are let go unless they come back, in that order. */
  readonly #lost = new Map<Member, number>();
  #seenAt = performance.now();

  /** `ownership`: by default one that lasts as long as the roster. */
  constructor(ownership: Ownership = new Ownership()) {
    this.ownership = ownership;
  }

  /** Everyone who is here, in the order in which they came. */
  get people(): Set<Person> {
    return new Set(this.#byKey.values().map(({ person }) => person));
  }

  /** The member with this key. */
  get(key: string): Member | undefined {
    return this.#byKey.get(key);
  }

  /** Sends a line to the member with this key, on whichever connection it has by now. */
  tell(key: string, line: Direct): void {
    this.#byKey.get(key)?.cursor.send(line);
  }

  /** Whether this member is still the one with its key: neither gone nor replaced. */
  has(member: Member): boolean {
    return this.#byKey.get(member.key) === member;
  }

  /** The person with this name, if they are here. */
  named(name: string): Person | undefined {
    return this.#names.get(name);
  }

  /**
   * Finds the person with this name.
   *
   * @throws {Refusal} if there is none
   */
  find(name: string): Person {
    const person = this.named(name);
    if (person === undefined) throw new Refusal(`no one here is called "${name}"`);
    return person;
  }

  /**
   * Finds out who someone is that joins: the person who has been here on another connection, one of the same identity
   * and name, or somebody new, under the name that they want, or else under their address. Also returns why they cannot
   * have that name, if so.
   */
  identify({ address, name, client, identity }: JoinOptions): { person: Person; refused?: string } {
    const owner = identity === undefined ? undefined : this.ownership.personOf(identity);
    const before = client === undefined ? undefined : this.get(client)?.person;
    if (before !== undefined) {
      // Where they are on another connection, too, they may have been renamed there meanwhile.
      const alone = before.members.size === 1;
      if (!alone || name === undefined || name === before.name) return { person: before };
      return { person: before, refused: refusalOf(() => this.rename(before, name)) };
    }
    const known = owner === undefined ? undefined : this.#byOwner.get(owner);
    if (name === undefined) {
      const person = [...known ?? []].at(-1) ?? this.#begin(owner);
      if (person.members.size === 0) person.name = this.#names.takeAddress(address, person);
      return { person };
    }
    const held = this.named(name);
    if (held !== undefined && known?.has(held)) return { person: held };
    const person = this.#begin(owner);
    const refused = refusalOf(() => person.name = this.#take(name, person));
    if (refused !== undefined) person.name = this.#names.takeAddress(address, person);
    return { person, refused };
  }

  /** Adds a member, in place of the one with its key, if there is one. */
  add(member: Member): void {
    const { person, key } = member;
    const before = this.#byKey.get(key);
    if (before !== undefined) {
      this.#lost.delete(before);
      before.person.members.delete(before);
    }
    this.#byKey.set(key, member);
    person.members.add(member);
    if (person.owner === undefined) return;
    this.#attribute(person, person.owner);
    this.ownership.seen(person.name, person.owner);
  }

  /** Takes a member out of its room, whose others are told the reason, and off the server. */
  remove(member: Member, reason?: string): void {
    member.room.remove(member, reason);
    const { person } = member;
    this.#byKey.delete(member.key);
    this.#lost.delete(member);
    person.members.delete(member);
    if (person.owner !== undefined) this.ownership.seen(person.name, person.owner);
    if (person.members.size === 0) this.#forget(person);
  }

  /**
   * Renames a person, or makes their connections those of the same identity's that bears that name already.
   *
   * @throws {Refusal} if the name is not allowed, is taken, or belongs to someone else
   */
  rename(person: Person, wanted: string): void {
    const name = parseName(wanted);
    if (name === person.name) throw new Refusal(`you are ${name} already`);
    const held = this.named(name);
    if (held !== undefined && held !== person && person.owner !== undefined && held.owner === person.owner) {
      return this.#merge(person, held);
    }
    const before = person.name;
    // Of a name that someone bears now, it is told that it is taken.
    if (held === undefined) this.ownership.requireAvailable(name, person.owner);
    this.#names.change(before, name, person);
    person.name = name;
    if (person.owner !== undefined) this.ownership.seen(name, person.owner);
    for (const room of roomsOf(person)) room.renamed(person, before);
  }

  /** Notes that a member has said something, by which its name may become its own. */
  spoke({ person, source }: Member): void {
    if (person.owner !== undefined) this.ownership.spoke(person.name, { person: person.owner, source });
  }

  /**
   * Makes the device of a member one more of the person whose code this is. Returns a name of theirs: the one that they
   * bear, if they are here.
   *
   * @throws {Refusal} if that is not possible
   */
  link({ person, identity }: Member, code: string): string {
    const before = person.owner!;
    const owner = this.ownership.redeem(code, identity!);
    const here = [...this.#byOwner.get(owner) ?? []].at(-1);
    for (const one of [...this.#byOwner.get(before) ?? []]) {
      if (isOnlyOn(one, identity!)) this.#giveTo(one, owner);
    }
    return here?.name ?? this.ownership.nameOf(owner) ?? person.name;
  }

  /** Records that a member's connection broke, so that it may come back for a while. */
  lose(member: Member, now: number): void {
    if (!this.#lost.has(member)) this.#lost.set(member, now + GRACE_MS);
  }

  /** Whether a member cannot be reached for now, because its connection broke. */
  isLost(member: Member): boolean {
    return this.#lost.has(member);
  }

  /** When the next lost member is let go; infinity if none is lost. */
  get due(): number {
    const [due = Infinity] = this.#lost.values();
    return due;
  }

  /** The members to let go at `now`. */
  overdue(now: number): Member[] {
    if (this.due > now && this.#lost.size <= MAX_LOST) return [];
    const tooMany = this.#lost.size - MAX_LOST;
    return [...this.#lost].filter(([, due], i) => due <= now || i < tooMany).map(([member]) => member);
  }

  /** Notes now and then that those who own their names are still here. Call it every few seconds. */
  noteSeen(now: number): void {
    if (now - this.#seenAt < SEEN_INTERVAL_MS) return;
    this.#seenAt = now;
    for (const [owner, people] of this.#byOwner) {
      for (const { name } of people) this.ownership.seen(name, owner);
    }
  }

  #begin(owner?: string): Person {
    return { name: "", owner, members: new Set() };
  }

  /** Takes a name for a person who has none; returns it in its normalised form. */
  #take(wanted: string, person: Person): string {
    const name = parseName(wanted);
    if (this.named(name) === undefined) this.ownership.requireAvailable(name, person.owner);
    this.#names.take(name, person);
    return name;
  }

  #merge(person: Person, into: Person): void {
    const rooms = roomsOf(person);
    for (const member of person.members) {
      member.person = into;
      into.members.add(member);
    }
    for (const room of rooms) room.merged(person, into);
    person.members.clear();
    this.#forget(person);
  }

  #giveTo(person: Person, owner: string): void {
    this.#byOwner.get(person.owner!)?.delete(person);
    person.owner = owner;
    this.#attribute(person, owner);
  }

  #attribute(person: Person, owner: string): void {
    this.#byOwner.set(owner, (this.#byOwner.get(owner) ?? new Set()).add(person));
  }

  #forget(person: Person): void {
    this.#names.release(person.name);
    if (person.owner === undefined) return;
    const people = this.#byOwner.get(person.owner);
    people?.delete(person);
    if (people?.size === 0) this.#byOwner.delete(person.owner);
  }
}

/** The rooms that a person is in. */
function roomsOf({ members }: Person): Set<Member["room"]> {
  return new Set([...members].map(({ room }) => room));
}

function isOnlyOn({ members }: Person, identity: string): boolean {
  return [...members].every((member) => member.identity === identity);
}
