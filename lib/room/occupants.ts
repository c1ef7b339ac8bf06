import type { Member, Person } from "./member.ts";

/** A person in a room: on one connection, or on several. */
interface Occupant {
  members: Set<Member>;
  /** Resolves when their arrival has been drafted. */
  arrival: PromiseWithResolvers<void>;
}

/** Who is in a room: its members, and the people whose connections they are. */
export class Occupants {
  readonly #members = new Set<Member>();
  readonly #people = new Map<Person, Occupant>();

  /** The members, in the order in which they joined. */
  get members(): Member[] {
    return [...this.#members];
  }

  /** The people, in the order in which they came. */
  get people(): Person[] {
    return [...this.#people.keys()];
  }

  /** Whether a person is here. */
  has(person: Person): boolean {
    return this.#people.has(person);
  }

  /** How many people there are. */
  get size(): number {
    return this.#people.size;
  }

  /**
   * Adds a member, and tells it when its arrival is drafted. Returns whether it is the first one of the person, and what
   * to call when that is so.
   */
  add(member: Member): { first: boolean; announced: () => void } {
    const { person } = member;
    const occupant = this.#people.get(person);
    const { members, arrival } = occupant ?? { members: new Set(), arrival: Promise.withResolvers<void>() };
    if (occupant === undefined) this.#people.set(person, { members, arrival });
    members.add(member);
    this.#members.add(member);
    member.announced = arrival.promise;
    return { first: occupant === undefined, announced: arrival.resolve };
  }

  /** Takes a member out. Returns the person if that was the last one of theirs. */
  remove(member: Member): Person | undefined {
    this.#members.delete(member);
    const { person } = member;
    const occupant = this.#people.get(person);
    if (occupant?.members.delete(member) && occupant.members.size === 0) {
      this.#people.delete(person);
      return person;
    }
  }

  /** The members of a person are another one's now, who may be here already. */
  merge(person: Person, into: Person): void {
    const moving = this.#people.get(person);
    const there = this.#people.get(into);
    this.#people.delete(person);
    if (moving === undefined) return;
    if (there === undefined) this.#people.set(into, moving);
    else for (const member of moving.members) there.members.add(member);
  }
}
