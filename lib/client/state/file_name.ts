/** A server: by its certificate if it has one, else by where it is. */
export type ServerId = { fingerprint: string } | { fingerprint?: undefined; hostname: string; port: number };

/** The longest name of a host that is used in full, in characters of the file's name. */
const MAX_HOST = 180;

/** How much of a longer one is left. */
const SHORTENED = 100;

/** Windows takes these for devices, whatever follows the dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/;

/**
 * The name of the file for a server, such as `192.168.55.13_8081.json`: one that every file system takes, and a different
 * one for each server. Host names are the same in upper and lower case.
 */
export async function fileNameOf(server: ServerId): Promise<string> {
  if (server.fingerprint !== undefined) {
    return `fp-${await safe(server.fingerprint.replaceAll(/[:\s]/g, ""))}.json`;
  }
  return `${await safe(server.hostname)}_${server.port}.json`;
}

/** Keeps letters, digits, dots and hyphens, writes a colon as `_`, and the bytes of all else as `=20`. */
async function safe(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text.toLowerCase());
  const encoded = String.fromCharCode(...bytes.subarray(0, MAX_HOST + 1))
    .replaceAll(/[^a-z0-9.:-]/g, (char) => `=${hex(char.charCodeAt(0))}`)
    .replaceAll(":", "_")
    .replace(DEVICE, (name) => `=${hex(name.charCodeAt(0))}${name.slice(1)}`);
  if (encoded.length <= MAX_HOST) return encoded;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `${encoded.slice(0, SHORTENED)}=h${Array.from(digest, hex).join("")}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
