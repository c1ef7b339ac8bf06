import type { Draft } from "../wire/entries.ts";
import type { Member, Person } from "./member.ts";
import { Occupants } from "./occupants.ts";
import { Presence } from "./presence.ts";

/** Who is in a room, and what is still to be told of who came, went, and was renamed. */
export class Attendance {
  readonly #occupants = new Occupants();
  readonly #presence = new Presence();
  readonly #draft: (...drafts: Draft[]) => void;

  /** `draft`: adds to what goes into the log next. */
  constructor(draft: (...drafts: Draft[]) => void) {
    this.#draft = draft;
  }

  /** The members, in the order in which they joined. */
  get members(): Member[] {
    return this.#occupants.members;
  }

  /** The people, in the order in which they came. */
  get people(): Person[] {
    return this.#occupants.people;
  }

  /** How many people there are. */
  get size(): number {
    return this.#occupants.size;
  }

  /** Takes a member in; it is told of if it is the first one of its person. */
  enter(member: Member): void {
    const { first, announced } = this.#occupants.add(member);
    if (first) this.#presence.joined({ name: member.name, key: member.key }, announced);
  }

  /** Takes a member out; that is told, unless `silently`, if it was the last one of its person. */
  remove(member: Member, { reason, silently }: { reason?: string; silently: boolean }): void {
    const gone = this.#occupants.remove(member);
    if (gone !== undefined && !silently) this.#presence.left({ name: gone.name, key: member.key }, reason);
  }

  /** Tells that a person has another name. */
  renamed({ name }: Person, before: string): void {
    // First that the name's previous holder left, or it would look as if the new one had.
    this.#draft(...this.#presence.takeLeft(name, performance.now()));
    if (!this.#presence.renamed(before, name)) this.#draft({ kind: "renamed", name: before, to: name });
  }

  /** The members of a person are another one's now, who may be here already: that is told as a change of name. */
  merged(person: Person, into: Person): void {
    // Of whoever is here already, it is not told again that they came.
    if (this.#occupants.has(into)) this.#presence.withdraw(person.name);
    this.#occupants.merge(person, into);
    this.renamed(into, person.name);
  }

  /** When there is something to tell next, by `performance.now()`; infinity if there is nothing. */
  get due(): number {
    return this.#presence.due;
  }

  /** Tells what is due. */
  tell(now: number): void {
    this.#draft(...this.#presence.take(now));
  }

  /** Tells everything, due or not. */
  tellAll(): void {
    this.#draft(...this.#presence.takeAll());
  }
}
