import { parseNumber, UsageError } from "./flags.ts";

/** What an address that is not given in full means. */
export interface AddressDefaults {
  /** The host, if only a port is given. */
  hostname: string;
  /** The port, if none is given. */
  port: number;
  /** The lowest port that makes sense: 0 for a server, which then takes a free one. */
  minPort: number;
}

/** The port that everyone uses who names no other. */
export const DEFAULT_PORT = 8081;

/** What a browser's address has around host and port. */
const URL_PARTS = /^[a-z]+:\/\/([^/?#]+)(?:[/?#].*)?$/i;

/** `[::1]:8081`, `[::1]`, `host:8081` or `:8081`; an IPv6 address without brackets has no port. */
const HOST_AND_PORT = /^(?:\[([^\]]*)\]|([^:]*))(?::([^:]*))?$/;

/**
 * Reads the address of a command line: `HOST`, `HOST PORT`, `HOST:PORT`, `[IPV6]:PORT`, `:PORT`, or `PORT`. The brackets
 * of an IPv6 address are not part of the host.
 *
 * @throws {UsageError} if it is not one of these
 */
export function parseAddress(
  words: readonly string[],
  defaults: AddressDefaults,
): { hostname: string; port: number } {
  if (words.includes("")) throw new UsageError("an argument is empty: is a variable unset?");
  const [first = "", second] = words;
  if (isPort(first) && second !== undefined) {
    throw new UsageError(`the address comes first, then the port: ${second} ${first}`);
  }
  const { host, port } = isPort(first) ? { host: "", port: first } : splitAddress(first);
  if (port !== undefined && second !== undefined) {
    throw new UsageError(`the port is given twice: ${first} ${second}`);
  }
  const number = port ?? second;
  return {
    hostname: host === "" ? defaults.hostname : host,
    port: number === undefined ? defaults.port : parseNumber("PORT", number, [defaults.minPort, 65535]),
  };
}

function isPort(word: string): boolean {
  return /^\d+$/.test(word);
}

function splitAddress(word: string): { host: string; port?: string } {
  const [, address = word] = URL_PARTS.exec(word) ?? [];
  // With two colons or more, and no brackets, all of it is an IPv6 address.
  if (/^[^[\]]*:[^[\]]*:[^[\]]*$/.test(address)) return { host: address };
  const match = HOST_AND_PORT.exec(address);
  if (match === null) {
    throw new UsageError(`"${word}" is no address: HOST, HOST:PORT or [IPV6]:PORT, such as [::1]:8081`);
  }
  const [, bracketed, host, port] = match;
  return { host: bracketed ?? host, port };
}
