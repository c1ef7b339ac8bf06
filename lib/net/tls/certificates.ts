import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { parseFingerprint } from "./fingerprint.ts";

/** The name in every certificate made here, whatever addresses its server has. */
const COMMON_NAME = "parley";

/** How long a certificate made here is valid, in days: longer than any room lasts. */
const VALID_DAYS = 3650;

/** A certificate and its private key, both in PEM. */
export interface KeyPair {
  /** Shown to everyone who connects. */
  cert: string;
  /** Shown to no one. */
  key: string;
}

/** Makes a self-signed certificate for a server with these addresses. */
export async function makeCertificate(addresses: readonly string[]): Promise<KeyPair> {
  // Loading it takes longer than starting everything else.
  const { generate } = await import("selfsigned");
  const names = [COMMON_NAME, "localhost"].map((value) => ({ type: 2 as const, value }));
  const ips = addresses.filter((address) => isIP(address) !== 0).map((ip) => ({ type: 7 as const, ip }));
  const { cert, private: key } = await generate([{ name: "commonName", value: COMMON_NAME }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + VALID_DAYS * 24 * 3600 * 1000),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [...names, ...ips] },
    ],
  });
  return { cert, key };
}

/** The SHA-256 fingerprint of a certificate (DER): 64 hexadecimal digits in upper case. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex").toUpperCase();
}

/** The fingerprints of all certificates in a PEM file, in order; none if one of them cannot be read. */
export function fingerprintsIn(pem: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    // Deno 2.6 does not have the certificate's bytes.
    return certificates.map((one) => parseFingerprint(new X509Certificate(one).fingerprint256)!);
  } catch {
    return [];
  }
}
