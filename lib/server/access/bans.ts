import { hostOf, showAddress, sourceOf } from "../../net/addresses.ts";

/** Whoever connects, as bans and limits know them. */
export interface Origin {
  /** The peer's address. */
  readonly peer: string;
  /** What its limits are counted by; see {@linkcode sourceOf}. */
  readonly source: string;
}

/**
 * The banned addresses. Banning one bans its whole source, so an IPv6 /64 unless it is known to be that of a local
 * network, where only the one address is banned.
 */
export class Bans {
  /** By address; the value is the /64 that is banned with it, if one is. */
  readonly #banned = new Map<string, string | undefined>();

  /** What is banned: addresses, and /64 networks of IPv6. */
  get list(): string[] {
    return [...new Set([...this.#banned].map(([host, network]) => network ?? host))];
  }

  /** Whether an origin is banned. */
  has({ peer, source }: Origin): boolean {
    return this.#banned.has(hostOf(peer)) || this.list.includes(source);
  }

  /** Bans an address. `origins`: those who are connected; if one has this address, its source says how much is banned. */
  add(address: string, origins: readonly Origin[]): void {
    const host = hostOf(address);
    const source = origins.find(({ peer }) => hostOf(peer) === host)?.source ?? sourceOf(address);
    this.#banned.set(host, source === host ? undefined : source);
  }

  /** Lifts the bans of an address or a /64 as {@linkcode Bans.list} shows it; returns whether there was one. */
  lift(banned: string): boolean {
    const address = showAddress(banned);
    const before = this.#banned.size;
    for (const [host, network] of this.#banned) {
      if (banned === network || isSame(host, address) || isSame(network, address, sourceOf)) {
        this.#banned.delete(host);
      }
    }
    return this.#banned.size < before;
  }
}

/** Whether an address, which somebody typed, is this one in the form that a function returns. */
function isSame(
  known: string | undefined,
  typed: string,
  form: (address: string) => string = hostOf,
): boolean {
  try {
    return form(typed) === known;
  } catch {
    return false;
  }
}
