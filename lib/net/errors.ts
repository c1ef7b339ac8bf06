import { isWildcard } from "./addresses.ts";

/** Where a program listens, or connects to. */
export interface Endpoint {
  /** An address or a host name. */
  hostname: string;
  /** A TCP port. */
  port: number;
}

/** Explains in one sentence why this cannot be listened on, and what to do. */
export function explainListenError(error: unknown, { hostname, port }: Endpoint): string {
  const where = `cannot listen on ${hostname} port ${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where}: another program uses it; stop that program, or choose another port`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where}: this machine does not have that address; 0.0.0.0 listens on all of its addresses`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `${where}: the operating system does not permit it; choose port 1024 or above`;
  }
  if (error instanceof Error && error.message.includes("KeyMismatch")) {
    return `${where}: the certificate and the key do not belong together`;
  }
  if (isUnknownHost(error)) {
    return `${where}: there is no host of that name; use one of this machine's addresses`;
  }
  return `${where}: ${reason(error)}`;
}

/** Explains in one sentence why this cannot be reached, and what to do. */
export function explainConnectError(error: unknown, { hostname, port }: Endpoint): string {
  const where = `cannot reach ${hostname} port ${port}`;
  if (error instanceof Deno.errors.ConnectionRefused) {
    return `${where}: no one listens there; is the server running, and is this its address and port?`;
  }
  if (
    error instanceof Deno.errors.TimedOut || (error instanceof DOMException && error.name === "TimeoutError")
  ) {
    return `${where}: no answer; check the address, and whether a firewall is in between`;
  }
  if (isUnknownHost(error)) return `${where}: there is no host of that name; use the server's address`;
  const unreachable = isWildcard(hostname) ? "" : "; check the address and the network cable or Wi-Fi";
  return `${where}: ${reason(error)}${unreachable}`;
}

/** Deno has no error class for a name that cannot be resolved. */
function isUnknownHost(error: unknown): boolean {
  return error instanceof Error && /lookup|resolve|getaddrinfo/i.test(error.message);
}

/** The operating system's message, without the number that Deno adds. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\)$/, "").replace(/^./, (first) => first.toLowerCase());
}
