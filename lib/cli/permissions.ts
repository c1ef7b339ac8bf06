import { ExplainedError } from "../wire/refusal.ts";
import { PROGRAMS } from "./version.ts";

/** Which permissions a program lacks, in a sentence that names the flags to add. */
export class PermissionError extends ExplainedError {}

/** What a program needs, besides being allowed to run. */
export interface Needs {
  /** Which program needs it. */
  program: keyof typeof PROGRAMS;
  /** Its command line, which is a part of what the sentence says to run. */
  args: readonly string[];
  /** The one address on the network that it uses. */
  net?: { hostname: string; port: number };
  /** Whether it also connects to itself, on ports of 127.0.0.1 that nobody else knows: TLS goes through them. */
  loopback?: boolean;
  /** The files that it reads; what is `undefined` does not count. */
  read?: readonly (string | undefined)[];
  /** The files that it writes. */
  write?: readonly (string | undefined)[];
}

const LOOPBACK = "127.0.0.1";

/**
 * Makes sure that a program has all it needs before it begins: otherwise Deno would ask in the middle of a chat, once for
 * each.
 *
 * @throws {PermissionError} that names everything that is missing at once
 */
export function requirePermissions({ program, args, net, loopback, read = [], write = [] }: Needs): void {
  const files = { read: read.filter(isString), write: write.filter(isString) };
  const hasNet = net === undefined || isGranted({ name: "net", host: hostOf(net) });
  const narrow = hasNet && loopback && !isGranted({ name: "net", host: LOOPBACK });
  const missing = [
    ...(hasNet ? [] : ["use the network"]),
    ...(narrow ? ["use 127.0.0.1, which TLS goes through"] : []),
    ...(["read", "write"] as const).flatMap((name) => {
      const paths = files[name].filter((path) => !isGranted({ name, path }));
      return paths.length === 0 ? [] : [`${name} ${listed(paths, "and")}`];
    }),
  ];
  if (missing.length === 0) return;
  const flags = [
    ...(net === undefined ? [] : [narrow ? `--allow-net=${hostOf(net)},${LOOPBACK}` : "--allow-net"]),
    ...(["read", "write"] as const).filter((name) => files[name].length > 0)
      .map((name) =>
        quote(`--allow-${name}=${files[name].map((path) => path.replaceAll(",", ",,")).join()}`)
      ),
  ];
  const command = [PROGRAMS[program].replace("--allow-net", () => flags.join(" ")), ...args.map(quote)].join(
    " ",
  );
  throw new PermissionError(`the ${program} may not ${listed(missing, "or")}; start it with: ${command}`);
}

/** An address as permissions know it: they know no zones. */
function hostOf({ hostname, port }: { hostname: string; port: number }): string {
  const [address] = hostname.split("%");
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  try {
    return Deno.permissions.querySync(descriptor).state === "granted";
  } catch (error) {
    // What is no address can neither be permitted nor used, and using it says so.
    if (error instanceof URIError) return true;
    throw error;
  }
}

function isString(value: string | undefined): value is string {
  return value !== undefined;
}

/** A list in words, such as `a, b or c`. */
function listed(items: string[], word: "and" | "or"): string {
  return items.length === 1 ? items[0] : `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

/** A word as shells take it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
