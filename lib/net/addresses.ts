const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address as it is shown: an IPv4 address mapped into IPv6 becomes the IPv4 address. */
export function showAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/**
 * What limits are counted by: an IPv4 address, or the /64 network of an IPv6 one, because its host has all addresses of
 * that network to choose from.
 */
export function sourceOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head, tail] = address.split("%")[0].toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right];
  return `${groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** Whether listening on this address means listening on all of the machine's. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** An address and a port as one word, with the brackets that IPv6 needs. */
export function joinAddress({ hostname, port }: { hostname: string; port: number }): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
