import type { Draft } from "../wire/entries.ts";

/** The time from one presence entry to the next, in milliseconds: at most five a second. */
const PRESENCE_INTERVAL_MS = 200;

/** The most bytes of names in one entry, so that its line stays well below what clients accept. */
const MAX_NAMES_BYTES = 32 * 1024;

/** Someone who joins or leaves. */
export interface ComesOrGoes {
  /** Their name at that time. */
  readonly name: string;
  /** Their key, which tells their own entries from those of others. */
  readonly key: string;
}

type Arrival = ComesOrGoes & { name: string; announced: () => void };
type Departure = ComesOrGoes & { reason?: string };

/**
 * Gathers who joined and left since the last presence entry, so that a flood of joins costs five entries a second
 * rather than one each. Pure: times are passed in, in milliseconds on one clock.
 */
export class Presence {
  #came: Arrival[] = [];
  #went: Departure[] = [];
  #turn: "joined" | "left" = "left";
  #next = -Infinity;

  /** Records an arrival. `announced` is called when the entry that names it is drafted. */
  joined({ name, key }: ComesOrGoes, announced: () => void): void {
    this.#came.push({ name, key, announced });
  }

  /** Notes that someone has another name now. Returns whether their arrival is still to be told, under the new one. */
  renamed(before: string, name: string): boolean {
    const arrival = this.#came.find((person) => person.name === before);
    if (arrival === undefined) return false;
    arrival.name = name;
    return true;
  }

  /** Records a departure. Of someone whose arrival is still to be told, nothing is told at all. */
  left({ name, key }: ComesOrGoes, reason?: string): void {
    if (!this.withdraw(name)) this.#went.push({ name, key, reason });
  }

  /** Tells no more that someone came. Returns whether that was still to be told. */
  withdraw(name: string): boolean {
    const arrival = this.#came.find((person) => person.name === name);
    if (arrival === undefined) return false;
    this.#came = this.#came.filter((person) => person !== arrival);
    arrival.announced();
    return true;
  }

  /** When the next entry is due, on the same clock; infinity if there is nothing to tell. */
  get due(): number {
    return this.#came.length + this.#went.length > 0 ? this.#next : Infinity;
  }

  /** Takes the entry that is due at `now`, if any; arrivals and departures take turns. */
  take(now: number): Draft[] {
    if (this.due > now) return [];
    // If one person took over another's name, announce that the first left before the second joined.
    const gone = new Set(this.#went.map((person) => person.name));
    const came = this.#came.filter((person) => !gone.has(person.name));
    if (came.length === 0 || (this.#went.length > 0 && this.#turn === "left")) return this.#takeLeft(now);
    const people = cut(came);
    const told = new Set(people);
    this.#came = this.#came.filter((person) => !told.has(person));
    for (const person of people) person.announced();
    return this.#told("joined", people, now);
  }

  /** Takes the entry that says that this name's last holder left, due or not, if that is still to be told. */
  takeLeft(name: string, now: number): Draft[] {
    return this.#went.some((person) => person.name === name) ? this.#takeLeft(now) : [];
  }

  /** Takes all entries, due or not. */
  takeAll(): Draft[] {
    const drafts: Draft[] = [];
    while (this.#came.length + this.#went.length > 0) drafts.push(...this.take(this.#next));
    return drafts;
  }

  #takeLeft(now: number): Draft[] {
    const people = cut(this.#went);
    this.#went = this.#went.slice(people.length);
    return this.#told("left", people, now, commonReason(people));
  }

  #told(kind: "joined" | "left", people: ComesOrGoes[], now: number, reason?: string): Draft[] {
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

/** As many people from the front of a list as fit into one entry. */
function cut<T extends ComesOrGoes>(people: T[]): T[] {
  let bytes = 0;
  const end = people.findIndex((person) => (bytes += 4 * person.name.length) > MAX_NAMES_BYTES);
  return end === -1 ? people : people.slice(0, Math.max(1, end));
}

/** The reason, if everyone named had the same one. */
function commonReason(people: Departure[]): string | undefined {
  const [{ reason }] = people;
  return people.every((person) => person.reason === reason) ? reason : undefined;
}
