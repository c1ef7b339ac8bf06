import type { Cursor } from "../fanout/cursor.ts";
import { parseName } from "../wire/names.ts";
import { NameRegistry } from "./name_registry.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import type { Resume } from "../wire/hello.ts";

/** How long, in milliseconds, a member whose connection broke keeps its name and place. */
export const GRACE_MS = 30_000;

/** How many such members there may be; beyond, those who were lost first are let go. */
export const MAX_LOST = 1024;

/** Someone in the room. */
export interface Member {
  /** Unique in the room, regardless of case. */
  name: string;
  /** Secret, and unique in the room: it tells the member's own entries from those of others. */
  readonly key: string;
  /** Where it is in the log, and the way to it. */
  readonly cursor: Cursor;
  /** Whether it may come back on another connection, because its client told a key of its own. */
  readonly resumable: boolean;
  /** The highest number of what it said with `/once`. */
  lastLine: number;
  /** Resolves when its arrival is drafted. */
  readonly announced: Promise<void>;
  /** Is called when another connection takes its place. */
  readonly replaced?: () => void;
}

/** How someone comes in. */
export interface JoinOptions {
  /** Where the lines for the member go. */
  cursor: Cursor;
  /** The peer's address: the name of who asks for none. */
  address: string;
  /** The name asked for. Where it cannot be had, the member gets the address and an error line that says why. */
  name?: string;
  /** The key of a client that may come back. A member that has it already is replaced, and nobody is told. */
  client?: string;
  /** Where its stream is to go on. */
  resume?: Resume;
  /** Is called when another connection takes its place. */
  replaced?(): void;
  /** Whether whoever wants to come in is gone already. */
  gone?(): boolean;
}

/** How something is said. */
export interface SayOptions {
  /** Whether it is done, and not said. */
  action?: boolean;
  /** The number of the `/once` that it was said with, under which its receipt comes. */
  line?: number;
}

/** Who is in a room, under which names, and whose connection is broken. Times are on the clock of `performance.now()`. */
export class Members {
  readonly #byKey = new Map<string, Member>();
  readonly #names = new NameRegistry<string>();
  /** Whose connection broke, and when they are let go unless they come back; the first to go comes first. */
  readonly #lost = new Map<Member, number>();

  /** All, in the order in which they came. */
  get all(): Member[] {
    return [...this.#byKey.values()];
  }

  /** The member with this key. */
  get(key: string): Member | undefined {
    return this.#byKey.get(key);
  }

  /** Whether this is still the one with its key: not gone, and not replaced. */
  has(member: Member): boolean {
    return this.#byKey.get(member.key) === member;
  }

  /**
   * The member of this name.
   *
   * @throws {Refusal} where there is none
   */
  find(name: string): Member {
    const key = this.#names.get(name);
    if (key === undefined) throw new Refusal(`no one here is called "${name}"`);
    return this.#byKey.get(key)!;
  }

  /** Adds a member, under the name that it wants, or else under its address. Gives why it cannot have that name, if so. */
  add(member: Member, address: string, wanted?: string): string | undefined {
    const refused = wanted === undefined ? undefined : refusalOf(() => {
      const name = parseName(wanted);
      this.#names.take(name, member.key);
      member.name = name;
    });
    if (wanted === undefined || refused !== undefined) {
      member.name = this.#names.takeAddress(address, member.key);
    }
    this.#byKey.set(member.key, member);
    return refused;
  }

  /** Puts a member in the place of another one with the same key and name. */
  replace(before: Member, member: Member): void {
    this.#lost.delete(before);
    this.#byKey.set(member.key, member);
  }

  /**
   * Gives a member another name.
   *
   * @throws {Refusal} where the name is not allowed or is taken
   */
  rename(member: Member, wanted: string): void {
    const name = parseName(wanted);
    if (name === member.name) throw new Refusal(`you are ${name} already`);
    this.#names.change(member.name, name, member.key);
    member.name = name;
  }

  /** Takes a member out. */
  remove(member: Member): void {
    this.#byKey.delete(member.key);
    this.#lost.delete(member);
    this.#names.release(member.name);
  }

  /** Takes note that the connection of a member is gone, and that it may come back for a while. */
  lose(member: Member, now: number): void {
    if (!this.#lost.has(member)) this.#lost.set(member, now + GRACE_MS);
  }

  /** Whether nothing reaches a member for now, because its connection is gone. */
  isLost(member: Member): boolean {
    return this.#lost.has(member);
  }

  /** When the next one is to be let go that does not come back; never where all are here. */
  get due(): number {
    const [due = Infinity] = this.#lost.values();
    return due;
  }

  /** Those that are to be let go at `now`. */
  overdue(now: number): Member[] {
    if (this.#lost.size === 0) return [];
    const tooMany = this.#lost.size - MAX_LOST;
    return [...this.#lost].filter(([, due], i) => due <= now || i < tooMany).map(([member]) => member);
  }
}
