const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address as it is shown: an IPv4 address mapped into IPv6 becomes the IPv4 address. */
export function showAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/**
 * What limits are counted by: an IPv4 address, or the /64 network of an IPv6 one, because its host has all addresses of
 * that network to choose from. If the address it connected to, `local`, lies in the same network, its neighbours there
 * are other people, so it is the IPv6 address alone.
 */
export function sourceOf(address: string, local = ""): string {
  if (!address.includes(":")) return address;
  const network = networkOf(address);
  return local.includes(":") && networkOf(local) === network ? hostOf(address) : network;
}

/** An IPv4 address as it is, and an IPv6 address in its one canonical spelling (RFC 5952), without a zone. */
export function hostOf(address: string): string {
  if (!address.includes(":")) return address;
  return new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1);
}

/** The /64 network of an IPv6 address. */
function networkOf(address: string): string {
  const [head, tail] = hostOf(address).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":")}::/64`;
}

/** Whether this is an address as URLs have them: IPv4 in its usual form, or IPv6 in brackets. */
export function isLiteral(host: string): boolean {
  const parts = host.split(".");
  if (parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return true;
  }
  return /^\[[\da-f:.]+\]$/i.test(host) && URL.canParse(`http://${host}`);
}

/** Whether an address is one of this machine that only it itself can reach. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** Whether listening on this address means listening on all of the machine's. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** An address and a port as one word, with the brackets that IPv6 needs. */
export function joinAddress({ hostname, port }: { hostname: string; port: number }): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
