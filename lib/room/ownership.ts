import type { OwnedName, Owner, OwnerStore } from "../log/owners.ts";
import { parseName } from "../wire/names.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import { localDate } from "../wire/time.ts";
import { DailyQuota } from "./daily_quota.ts";
import { LinkCodes } from "./link_codes.ts";
import { type Holding, OwnerIndex } from "./owner_index.ts";

/** How many names a person owns at most: those under which they were seen last. */
export const MAX_NAMES = 3;

/** How many devices a person has at most. */
export const MAX_DEVICES = 8;

/** How many names may be owned in all; further ones are used, but not owned. */
export const MAX_OWNED_NAMES = 10_000;

/** How many names come to be owned from one source in a day; further ones are used, but not owned. */
export const MAX_GAINED_A_DAY = 20;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long, in milliseconds, a name stays theirs after they were last seen under it. */
export const OWNED_MS: number = DAY_MS;

/** How long it does once they were seen under it on {@linkcode REGULAR_DAYS} different days. */
export const OWNED_REGULAR_MS = 90 * DAY_MS;

/** On how many different days someone is seen who comes regularly. */
export const REGULAR_DAYS = 3;

/** How many expired names are removed at once, so that nobody waits for it. */
const SWEEP = 64;

/** How a name is spoken under. */
export interface SpokeOptions {
  /** Who has it; see {@linkcode Ownership.personOf}. */
  person: string;
  /** Where they speak from, as limits count it. */
  source: string;
}

/** What ownership goes by. */
export interface OwnershipOptions {
  /** The time in milliseconds since 1970; by default the system's. */
  clock?: () => number;
}

/**
 * Which names belong to whom, whether they are here or not. A person is known by the identities of their devices, of
 * which only hashes come here, and no sentence from here tells one. What the store does not take holds until the server
 * ends; see {@linkcode Ownership.unsaved}.
 */
export class Ownership {
  readonly #owners: OwnerIndex;
  /** Without a store, names are owned until the server ends. */
  readonly #forgets: boolean;
  readonly #clock: () => number;
  readonly #codes = new LinkCodes();
  readonly #gained = new DailyQuota(MAX_GAINED_A_DAY);
  #sweptAt = -Infinity;
  /** The local date, and from when to when it is that. */
  #today = { date: "", from: Infinity, to: -Infinity };

  /**
   * Loads what is in the store; without one, ownership lasts as long as this.
   *
   * @throws what the store throws if it cannot be read
   */
  constructor(store?: OwnerStore, { clock = Date.now }: OwnershipOptions = {}) {
    this.#owners = new OwnerIndex(store);
    this.#forgets = store !== undefined;
    this.#clock = clock;
  }

  /** Of how many people the store does not know what holds now, because it failed; 0 as long as everything is kept. */
  get unsaved(): number {
    return this.#owners.unsaved;
  }

  /** The id of the person with this identity; for one that is not known, the identity, so do not show it to anyone. */
  personOf(identity: string): string {
    return this.#owners.withIdentity(identity)?.id ?? identity;
  }

  /**
   * Checks that a name does not belong to somebody else than `person`.
   *
   * @throws {Refusal} if it does; it says when they were here last
   */
  requireAvailable(name: string, person?: string): void {
    const holding = this.#holding(name, this.#clock());
    if (holding === undefined) return;
    if (person !== undefined && holding.owner === this.#owners.get(person)) return;
    const date = localDate(holding.owned.seen);
    throw new Refusal(`"${name}" belongs to someone who was here on ${date}; choose another name`);
  }

  /**
   * Notes that a person has said something under a name, which makes it theirs if it is nobody's, and a limit does not
   * forbid it. Call it for each message: it costs next to nothing as long as nothing changes.
   */
  spoke(name: string, { person, source }: SpokeOptions): void {
    const now = this.#clock();
    const owner = this.#owners.get(person);
    for (const owned of owner?.names ?? []) {
      if (owned.name === name && !this.#isNews(owned, now, HOUR_MS)) return;
    }
    this.#sweep(now);
    const holding = this.#holding(name, now);
    if (holding === undefined) this.#gain(name, { person, source, now });
    else if (holding.owner === owner) this.#note(holding, name, now);
  }

  /**
   * Notes that a person is here under a name. Call it when they join and leave, and every hour in between; whatever
   * comes within a minute of the last time is left out.
   */
  seen(name: string, person: string): void {
    const now = this.#clock();
    this.#sweep(now);
    const holding = this.#holding(name, now);
    if (holding === undefined || holding.owner !== this.#owners.get(person)) return;
    const { owner, owned } = holding;
    if (owned.name !== name || this.#isNews(owned, now, MINUTE_MS)) this.#note(holding, name, now);
    else if (this.#owners.isUnsaved(owner)) this.#owners.save(owner);
  }

  /** The name under which a person was seen last, of those that are theirs. */
  nameOf(person: string): string | undefined {
    return this.#owners.get(person)?.names.toSorted((a, b) => b.seen - a.seen)[0]?.name;
  }

  /**
   * Makes a name nobody's. Whoever bears it now gets it back by speaking under it.
   *
   * @throws {Refusal} if it belongs to no one
   */
  release(name: string): void {
    const holding = this.#holding(name, this.#clock());
    if (holding === undefined) throw new Refusal(`"${name}" belongs to no one`);
    this.#remove(holding);
  }

  /** Returns a new code for a person's other device; the one that they had before ends. */
  link(person: string): string {
    return this.#codes.issue(this.#owners.get(person)?.id ?? person, this.#clock());
  }

  /**
   * Makes an identity one more of the person whose code this is, and returns their id. If it was the only one of another
   * person, that one ends, and their names come along.
   *
   * @throws {Refusal} if the code is wrong, used, too old, or one's own, or no more devices can be linked
   */
  redeem(code: string, identity: string): string {
    const now = this.#clock();
    const person = this.#codes.find(code, now);
    const before = this.#owners.withIdentity(identity);
    if (person === this.personOf(identity)) {
      throw new Refusal(`that code is your own: give it on your other device, with /link ${code}`);
    }
    const known = this.#owners.get(person);
    if (known !== undefined && known.identities.length >= MAX_DEVICES) {
      throw new Refusal(
        `${MAX_DEVICES} devices are linked there already, and no more can be; choose another name on this one`,
      );
    }
    this.#codes.revoke(person);
    if (before === undefined || before.identities.length === 1) this.#codes.revoke(this.personOf(identity));
    const owner = known ?? this.#owners.begin(person);
    const left = this.#owners.moveDevice(identity, owner);
    this.#trim(owner, now);
    // In this order, so that a crash in between loses nothing.
    this.#owners.save(owner, ...(left === undefined ? [] : [left]));
    return owner.id;
  }

  /** Who owns a name, unless that has expired: then it is removed. */
  #holding(name: string, now: number): Holding | undefined {
    const holding = this.#owners.holding(name);
    if (holding === undefined || !this.#hasExpired(holding, now)) return holding;
    this.#remove(holding);
  }

  #hasExpired({ owned }: Holding, now: number): boolean {
    return this.#forgets && now - owned.seen >= (owned.days < REGULAR_DAYS ? OWNED_MS : OWNED_REGULAR_MS);
  }

  #remove(holding: Holding): void {
    this.#owners.removeName(holding);
    this.#owners.save(holding.owner);
  }

  /** Whether it matters that they are seen now, because it is another day or `interval` after the last time. */
  #isNews({ seen, day }: OwnedName, now: number, interval: number): boolean {
    return Math.abs(now - seen) >= interval || day < this.#dateOf(now);
  }

  #note({ owner, owned }: Holding, name: string, now: number): void {
    owned.name = name;
    owned.seen = now;
    const date = this.#dateOf(now);
    if (date > owned.day) {
      owned.days++;
      owned.day = date;
    } else if (owned.day > localDate(now + DAY_MS)) {
      // The clock was far ahead that day. If it was not far, the days that it repeats do not count again.
      owned.day = date;
    }
    this.#owners.save(owner);
  }

  #gain(name: string, { person, source, now }: SpokeOptions & { now: number }): void {
    if (this.#owners.size >= MAX_OWNED_NAMES || !isOwnable(name) || !this.#gained.take(source, now)) return;
    const owner = this.#owners.get(person) ?? this.#owners.begin(person);
    const owned = { name, seen: now, days: 1, day: this.#dateOf(now) };
    this.#owners.addName(owner, owned);
    this.#trim(owner, now, owned);
    this.#owners.save(owner);
  }

  /** Takes from a person, who is to be saved then, what they own no more. `latest` stays whatever the clock says. */
  #trim(owner: Owner, now: number, latest?: OwnedName): void {
    const others = owner.names.filter((owned) => owned !== latest).toSorted((a, b) => a.seen - b.seen);
    const expired = others.filter((owned) => this.#hasExpired({ owner, owned }, now));
    for (const owned of expired) this.#owners.removeName({ owner, owned });
    for (const owned of others) {
      if (owner.names.length <= MAX_NAMES) break;
      this.#owners.removeName({ owner, owned });
    }
  }

  /** Removes expired names: every hour, every minute where no more names can be owned, and only some of them at once. */
  #sweep(now: number): void {
    const interval = this.#owners.size < MAX_OWNED_NAMES ? HOUR_MS : MINUTE_MS;
    if (!this.#forgets || Math.abs(now - this.#sweptAt) < interval) return;
    let removed = 0;
    for (const holding of this.#owners.holdings) {
      if (removed === SWEEP) return;
      if (!this.#hasExpired(holding, now)) continue;
      this.#remove(holding);
      removed++;
    }
    this.#sweptAt = now;
  }

  #dateOf(now: number): string {
    if (now < this.#today.from || now >= this.#today.to) {
      const [from, to] = [0, 24].map((hour) => new Date(now).setHours(hour, 0, 0, 0));
      this.#today = { date: localDate(now), from, to };
    }
    return this.#today.date;
  }
}

/** Whether a name can be somebody's own, as an address cannot. */
function isOwnable(name: string): boolean {
  // Addresses are told apart first because a refusal costs as much as many messages.
  return !/^\d|[:%]/.test(name) && refusalOf(() => parseName(name)) === undefined;
}
