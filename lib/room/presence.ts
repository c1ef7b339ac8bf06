import type { Draft } from "../wire/entries.ts";

/** The time from one presence entry to the next, in milliseconds: at most five a second. */
const PRESENCE_INTERVAL_MS = 200;

/** The most bytes of names in one entry, so that its line stays well below what a client accepts. */
const MAX_NAMES_BYTES = 32 * 1024;

/** Someone who comes or goes. */
export interface Person {
  /** The name at that time. */
  readonly name: string;
  /** The key, by which one's own entries are known. */
  readonly key: string;
}

type Arrival = Person & { announced: () => void };
type Departure = Person & { reason?: string };

/**
 * Gathers who came and went since the last presence entry, so that a flood of joins costs five entries a second and
 * not one each. Pure: times are passed in, in milliseconds on one clock.
 */
export class Presence {
  #came: Arrival[] = [];
  #went: Departure[] = [];
  #turn: "joined" | "left" = "left";
  #next = -Infinity;

  /** Takes note of an arrival. `announced` is called when the entry that names it is drafted. */
  joined({ name, key }: Person, announced: () => void): void {
    this.#came.push({ name, key, announced });
  }

  /** Takes note of the departure of someone who was announced. */
  left({ name, key }: Person, reason?: string): void {
    this.#went.push({ name, key, reason });
  }

  /** When the next entry is due, as a time on the same clock; never, if there is nothing to tell. */
  get due(): number {
    return this.#came.length + this.#went.length > 0 ? this.#next : Infinity;
  }

  /** The entry that is due at `now`, if one is: who joined and who left in turn. */
  take(now: number): Draft[] {
    if (this.due > now) return [];
    // Of two who had the same name one after the other, the first is told to have left before the second joined.
    const gone = new Set(this.#went.map((person) => person.name));
    const came = this.#came.filter((person) => !gone.has(person.name));
    if (came.length === 0 || (this.#went.length > 0 && this.#turn === "left")) return this.#takeLeft(now);
    const people = cut(came);
    const told = new Set(people);
    this.#came = this.#came.filter((person) => !told.has(person));
    for (const person of people) person.announced();
    return this.#told("joined", people, now);
  }

  /** The entry that says that the last bearer of this name left, due or not, if that is still to be told. */
  takeLeft(name: string, now: number): Draft[] {
    return this.#went.some((person) => person.name === name) ? this.#takeLeft(now) : [];
  }

  #takeLeft(now: number): Draft[] {
    const people = cut(this.#went);
    this.#went = this.#went.slice(people.length);
    return this.#told("left", people, now, commonReason(people));
  }

  #told(kind: "joined" | "left", people: Person[], now: number, reason?: string): Draft[] {
    this.#turn = kind === "left" ? "joined" : "left";
    this.#next = Math.max(this.#next, now) + PRESENCE_INTERVAL_MS;
    return [{
      kind,
      names: people.map((person) => person.name),
      reason,
      memberKeys: people.map((person) => person.key),
    }];
  }
}

/** As many from the front of a list as fit into one entry. */
function cut<T extends Person>(people: T[]): T[] {
  let bytes = 0;
  const end = people.findIndex((person) => (bytes += 4 * person.name.length) > MAX_NAMES_BYTES);
  return end === -1 ? people : people.slice(0, Math.max(1, end));
}

/** A reason is told where it holds for all who are named. */
function commonReason(people: Departure[]): string | undefined {
  const [{ reason }] = people;
  return people.every((person) => person.reason === reason) ? reason : undefined;
}
