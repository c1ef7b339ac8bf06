import type { Cursor } from "../fanout/cursor.ts";
import { parseName } from "../wire/names.ts";
import { NameRegistry } from "./name_registry.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import type { Direct } from "../wire/entries.ts";
import type { Resume } from "../wire/hello.ts";

/** How long, in milliseconds, a member whose connection broke keeps its name and place. */
export const GRACE_MS = 30_000;

/** How many such members there may be; beyond that, those lost first are let go. */
export const MAX_LOST = 1024;

/** Someone in the room. */
export interface Member {
  /** Unique in the room, regardless of case. */
  name: string;
  /** Secret, and unique in the room: tells the member's own entries from those of others. */
  readonly key: string;
  /** Its position in the log, and the way to reach it. */
  readonly cursor: Cursor;
  /** Whether it may come back on another connection, because its client sent a key of its own. */
  readonly resumable: boolean;
  /** The highest `/once` number handled. */
  lastLine: number;
  /** Resolves when its arrival has been drafted. */
  readonly announced: Promise<void>;
  /** Called when another connection takes its place. */
  readonly replaced?: () => void;
}

/** How someone joins. */
export interface JoinOptions {
  /** Where the lines for the member go. */
  cursor: Cursor;
  /** The peer's address: the name of whoever asks for none. */
  address: string;
  /** The name asked for. If it cannot be had, the member is called by its address and gets an error line that says why. */
  name?: string;
  /** The key of a client that may come back. A member that already has it is replaced without an announcement. */
  client?: string;
  /** Where its stream should go on. */
  resume?: Resume;
  /** Called when another connection takes its place. */
  replaced?(): void;
  /** Whether whoever wants to come in is gone already. */
  gone?(): boolean;
}

/** How something is said. */
export interface SayOptions {
  /** Whether it is an action, as with `/me`. */
  action?: boolean;
  /** The `/once` number that its receipt carries. */
  line?: number;
}

/** Who is in a room, under which names, and whose connection is broken. Times are those of `performance.now()`. */
export class Members {
  readonly #byKey = new Map<string, Member>();
  readonly #names = new NameRegistry<string>();
  /** Members whose connection broke, and when they are let go unless they come back, in that order. */
  readonly #lost = new Map<Member, number>();

  /** All members, in the order in which they joined. */
  get all(): Member[] {
    return [...this.#byKey.values()];
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

  /**
   * Finds the member with this name.
   *
   * @throws {Refusal} if there is none
   */
  find(name: string): Member {
    const key = this.#names.get(name);
    if (key === undefined) throw new Refusal(`no one here is called "${name}"`);
    return this.#byKey.get(key)!;
  }

  /** Adds a member, under the name that it wants, or else under its address. Returns why it cannot have that name, if so. */
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

  /** Replaces a member by another one with the same key and name. */
  replace(before: Member, member: Member): void {
    this.#lost.delete(before);
    this.#byKey.set(member.key, member);
  }

  /**
   * Renames a member.
   *
   * @throws {Refusal} if the name is not allowed or is taken
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
    if (this.#lost.size === 0) return [];
    const tooMany = this.#lost.size - MAX_LOST;
    return [...this.#lost].filter(([, due], i) => due <= now || i < tooMany).map(([member]) => member);
  }
}
