import { isLiteral, isLoopback, isWildcard } from "../../net/addresses.ts";
import { UsageError } from "../../cli/flags.ts";

/** By which names browsers may call this server. */
export interface HostsOptions {
  /** The names of this machine. */
  own?: readonly string[];
  /** What `--host` names: `NAME`, or `https://NAME` behind a proxy. */
  given?: readonly string[];
}

/** A host name: labels of letters, digits and hyphens. */
const NAME = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/** `Host`, in lower case: a name or an address, and perhaps a port. */
const HOST = /^(\[[\da-f:.]+\]|[^:@/?#\[\]]+)(?::\d{1,5})?$/;

/**
 * Decides by which names this server may be called, and whose pages may speak to it: otherwise a page from elsewhere
 * could, with a name of its own that leads here.
 */
export class Hosts {
  readonly #names: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  /** See {@linkcode HostsOptions}. */
  constructor({ own = [], given = [] }: HostsOptions = {}) {
    const proxied = given.filter((name) => name.startsWith("https://"));
    const bare = given.map((name) => name.replace("https://", "").replace(/:\d+$/, ""));
    this.#names = new Set(
      ["localhost", ...own.flatMap(spellings), ...bare].map((name) => name.toLowerCase()),
    );
    this.#origins = new Set(proxied.map((origin) => origin.toLowerCase()));
  }

  /**
   * Whether a request may call this server so. `local`: the address that it came to; those of other machines are
   * allowed any name that multicast DNS resolves, because only who is on the network can make one up.
   */
  allows(host: string, local: string): boolean {
    const [, name] = HOST.exec(host.toLowerCase()) ?? [];
    if (name === undefined) return false;
    if (isLiteral(name) || this.#names.has(name)) return true;
    return name.endsWith(".local") && NAME.test(name) && !isLoopback(local);
  }

  /** Whether a page of this origin may speak to the server that is called `host`. */
  allowsOrigin(origin: string, host: string, encrypted: boolean): boolean {
    return origin === `${encrypted ? "https" : "http"}://${host.toLowerCase()}` || this.#origins.has(origin);
  }
}

/** How a machine of this name is called on its network. */
function spellings(name: string): string[] {
  const [label] = name.split(".");
  return [name, label, `${label}.local`];
}

/**
 * Parses a `--host`.
 *
 * @throws {UsageError} if it is none
 */
export function parseHost(value: string): string {
  if (isWildcard(value)) throw new UsageError(`${value} is an address to listen on: IP PORT, without --host`);
  const [, scheme = "", name, port = ""] =
    /^(https:\/\/)?([^:/]*)(:\d{1,5})?\/?$/.exec(value.toLowerCase()) ?? [];
  if (name !== undefined && NAME.test(name) && (scheme !== "" || port === "")) {
    return `${scheme}${name}${port}`;
  }
  throw new UsageError(
    `--host takes a name by which browsers call this server, or https://NAME behind a proxy, not "${value}"`,
  );
}
