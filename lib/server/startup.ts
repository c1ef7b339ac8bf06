import { isWildcard } from "../net/addresses.ts";
import { formatFingerprint, MIN_FINGERPRINT } from "../net/tls/fingerprint.ts";
import { CLIENT_CALL } from "../cli/version.ts";
import { clean } from "../wire/clean.ts";

/** An address of this machine. */
export interface OwnAddress {
  /** The address. */
  address: string;
  /** The network interface that has it, such as `eth0`. */
  name: string;
}

/** What the ready lines tell. */
export interface ReadyOptions {
  /** The address that was asked for, as it was written. */
  asked?: string;
  /** The address that the server listens on. */
  address: { hostname: string; port: number };
  /** This machine's addresses; `undefined` if they may not be listed. */
  own?: readonly OwnAddress[];
  /** The fingerprint of its certificate, if it speaks TLS. */
  fingerprint?: string;
  /** Whether the room has a password. */
  password: boolean;
  /** How the client is started; for tests. */
  client?: string;
}

/** The most addresses that are shown. */
const MAX_ADDRESSES = 4;

/** Interfaces of containers, virtual machines and VPNs: few of those who are to join are on the other side of one. */
const VIRTUAL =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vnic|lxc|lxd|cni|podman|flannel|cali|tun|tap|utun|wg|tailscale|zt|ppp|vethernet)/i;

/** Returns the lines that say where the server listens, how others join, and what protects the room. */
export function readyLines(options: ReadyOptions): string[] {
  const { address: { port }, own, fingerprint, password } = options;
  const hostname = hostnameOf(options);
  const lines = [`listening on ${hostname} port ${port}`, ...joinLines(options)];
  if (isWildcard(hostname) && own === undefined) {
    lines.push("--allow-sys=networkInterfaces shows at which addresses others join");
  }
  if (fingerprint !== undefined) {
    lines.push(
      // On a line of its own, which 80 columns hold.
      `the certificate's SHA-256 fingerprint (--fingerprint takes its first ${MIN_FINGERPRINT} digits, too) is`,
      formatFingerprint(fingerprint),
    );
  }
  if (password && fingerprint === undefined) {
    lines.push("the password and all that is said travel unencrypted: --cert FILE --key FILE encrypts them");
  }
  return lines;
}

/** Returns the address by which a browser comes in: the likeliest one, if there are several. */
export function pageAddress(options: Omit<ReadyOptions, "password">): string {
  const { address: { port }, own = [], fingerprint } = options;
  const hostname = hostnameOf(options);
  const loopback = hostname === "::" ? "::1" : "127.0.0.1";
  const host = isWildcard(hostname) ? own[0]?.address ?? loopback : hostname;
  const [scheme, usual] = fingerprint === undefined ? ["http", 80] : ["https", 443];
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}${port === usual ? "" : `:${port}`}/`;
}

/** Without its zone, a link-local address leads nowhere, and Deno leaves the zone out. */
function hostnameOf({ asked = "", address }: Pick<ReadyOptions, "asked" | "address">): string {
  return asked.includes("%") ? asked : address.hostname;
}

function joinLines(options: ReadyOptions): string[] {
  const { address: { port }, own = [], fingerprint, client = CLIENT_CALL } = options;
  const hostname = hostnameOf(options);
  const how = (host: string) =>
    fingerprint === undefined
      ? `${client} ${host} ${port}   or: nc ${host} ${port}`
      : `${client} ${host} ${port} --tls --fingerprint ${fingerprint}`;
  if (!isWildcard(hostname)) return [`join with: ${how(hostname)}`];
  if (own.length === 0) return [`join on this machine with: ${how(hostname === "::" ? "::1" : "127.0.0.1")}`];
  const shown = own.slice(0, MAX_ADDRESSES);
  const lines = shown.map(({ address, name }) =>
    `join with: ${how(address)}${own.length > 1 ? `   (${name})` : ""}`
  );
  const more = own.length - shown.length;
  if (more > 0) lines.push(`and at ${more} more ${more === 1 ? "address" : "addresses"}`);
  return lines;
}

/** What a server is called that was given no title: like its machine, if its name may be asked for. */
export function defaultTitle(): string {
  const [name = ""] = ownNames();
  return clean(name).trim() || "parley";
}

/** The names of this machine, as far as they may be asked for. */
export function ownNames(): string[] {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? [Deno.hostname()] : [];
}

/** This machine's addresses that others can reach, the likeliest first; `undefined` if listing them is not permitted. */
export function ownAddresses(): OwnAddress[] | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") return;
  return reachableAddresses(Deno.networkInterfaces());
}

/**
 * The addresses of these interfaces that others can reach, the likeliest first: real networks before virtual ones, and
 * private addresses before others.
 */
export function reachableAddresses(
  interfaces: readonly Pick<Deno.NetworkInterfaceInfo, "name" | "address" | "family">[],
): OwnAddress[] {
  const rank = ({ address, name }: OwnAddress) =>
    (VIRTUAL.test(name) ? 4 : 0) + (address.startsWith("169.254.") ? 2 : 0) + (isPrivate(address) ? 0 : 1);
  return interfaces
    .filter(({ address, family }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address, name }) => ({ address, name }))
    .sort((one, other) => rank(one) - rank(other));
}

/** Whether an IPv4 address is one of a private network (RFC 1918). */
function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);
}
