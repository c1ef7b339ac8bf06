import { fingerprintsIn, type KeyPair, makeCertificate } from "../../lib/net/tls/certificates.ts";

/** A certificate with its key and its fingerprint. */
export async function newIdentity(): Promise<KeyPair & { fingerprint: string }> {
  const keys = await makeCertificate([]);
  return { ...keys, fingerprint: fingerprintsIn(keys.cert)[0] };
}
