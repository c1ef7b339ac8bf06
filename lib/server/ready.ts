import { isWildcard } from "../net/addresses.ts";
import { PROGRAMS } from "../version.ts";

/**
 * The lines that say where the server listens and with what command others join. `own` are this machine's addresses,
 * where they may be known.
 */
export function readyLines(
  { hostname, port }: { hostname: string; port: number },
  own: readonly string[],
): string[] {
  const reachable = isWildcard(hostname) ? own : [hostname];
  return [
    `listening on ${hostname} port ${port}`,
    ...reachable.map((address) =>
      `join with: ${PROGRAMS.client} ${address} ${port}   or: nc ${address} ${port}`
    ),
  ];
}

/** This machine's addresses that others can reach; none where their listing is not permitted. */
export function ownAddresses(): string[] {
  if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") return [];
  return Deno.networkInterfaces()
    .filter(({ address, family }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => address);
}
