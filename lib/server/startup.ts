import { isWildcard } from "../net/addresses.ts";
import { PROGRAMS } from "../cli/version.ts";

/** What the ready lines say. */
export interface ReadyOptions {
  /** The address that was asked for. */
  asked: string;
  /** The address that the server listens on. */
  address: { hostname: string; port: number };
  /** This machine's addresses; empty if they may not be listed. */
  own: readonly string[];
  /** The fingerprint of its certificate, if it speaks TLS. */
  fingerprint?: string;
  /** Whether the room has a password. */
  password: boolean;
}

/** Returns the lines that say where the server listens, how others join, and what protects the room. */
export function readyLines({ asked, address, own, fingerprint, password }: ReadyOptions): string[] {
  const { port } = address;
  // Without its zone, a link-local address leads nowhere, and Deno leaves the zone out.
  const hostname = asked.includes("%") ? asked : address.hostname;
  const reachable = isWildcard(hostname) ? own : [hostname];
  const lines = [`listening on ${hostname} port ${port}`];
  for (const host of reachable) {
    const client = `${PROGRAMS.client} ${host} ${port}`;
    lines.push(
      fingerprint === undefined
        ? `join with: ${client}   or: nc ${host} ${port}`
        : `join with: ${client} --tls --fingerprint ${fingerprint.replaceAll(":", "")}`,
    );
  }
  if (fingerprint !== undefined) lines.push(`the certificate's SHA-256 fingerprint is ${fingerprint}`);
  if (password && fingerprint === undefined) {
    lines.push("the password and all that is said travel unencrypted: --cert FILE --key FILE encrypts them");
  }
  return lines;
}

/** Returns this machine's IPv4 addresses that others can reach; none without `--allow-sys=networkInterfaces`. */
export function ownAddresses(): string[] {
  if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") return [];
  return Deno.networkInterfaces()
    .filter(({ address, family }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => address);
}
