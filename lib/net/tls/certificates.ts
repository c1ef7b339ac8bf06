import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** The subject of every certificate made here, whatever its server's addresses. */
const COMMON_NAME = "parley";

/** How long a certificate made here is valid, in days: longer than any room lasts. */
const VALID_DAYS = 3650;

/** A certificate with its private key, both in the PEM format. */
export interface KeyPair {
  /** The certificate, shown to everyone who connects. */
  cert: string;
  /** The private key, shown to no one. */
  key: string;
}

/** Makes a self-signed certificate for a server with these addresses. */
export async function makeCertificate(addresses: readonly string[]): Promise<KeyPair> {
  // Imported only here, because loading it takes longer than everything else at start-up.
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

/** The SHA-256 fingerprint of a certificate (DER), as `AB:CD:…`. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex").toUpperCase().match(/../g)!.join(":");
}

/** The fingerprints of all readable certificates in a PEM file, in order. */
export function fingerprintsIn(pem: string): string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    return certificates.map((one) => new X509Certificate(one).fingerprint256);
  } catch {
    return [];
  }
}

/** Normalises a fingerprint of either case, with or without colons; returns undefined if it is none. */
export function parseFingerprint(text: string): string | undefined {
  const hex = text.replace(/^sha256:/i, "").replaceAll(/[:\s]/g, "").toUpperCase();
  return /^[0-9A-F]{64}$/.test(hex) ? hex.match(/../g)!.join(":") : undefined;
}
