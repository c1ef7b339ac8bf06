import { exists, FileError, publicWarning, readText, writeNew } from "../../cli/files.ts";
import { fingerprintsIn, type KeyPair, makeCertificate } from "../../net/tls/certificates.ts";

/** The files of a server's certificate and its key. */
export interface CertificateFiles {
  /** The certificate, or a chain that begins with it. */
  cert: string;
  /** Its private key. */
  key: string;
}

/** The certificate by which clients know a server. */
export interface ServerCertificate extends KeyPair {
  /** The SHA-256 fingerprint of its certificate: 64 hexadecimal digits in upper case. */
  fingerprint: string;
  /** Whether it was generated just now. */
  made: boolean;
  /** A warning about the files, in a sentence. */
  warning?: string;
}

/**
 * Reads a server's certificate and key. If neither file exists, both are generated for these addresses; only the owner
 * can read the key.
 *
 * @throws {FileError} if one is missing, cannot be read or written, or holds something else
 */
export async function loadCertificate(
  files: CertificateFiles,
  addresses: readonly string[],
): Promise<ServerCertificate> {
  const [hasCert, hasKey] = [await exists(files.cert), await exists(files.key)];
  if (hasCert !== hasKey) {
    const [there, missing] = hasCert ? [files.cert, files.key] : [files.key, files.cert];
    throw new FileError(
      `${there} is there and ${missing} is not: give both, or neither, and both are made`,
    );
  }
  const made = !hasCert;
  if (made) await make(files, addresses);
  const [cert, key] = [await readText(files.cert), await readText(files.key)];
  const [fingerprint] = fingerprintsIn(cert);
  if (fingerprint === undefined) throw new FileError(`${files.cert} holds no certificate in the PEM format`);
  if (!/-BEGIN (?!ENCRYPTED)[A-Z ]*PRIVATE KEY-/.test(key)) {
    throw new FileError(`${files.key} holds no private key in the PEM format, or one with a passphrase`);
  }
  const warning = await publicWarning(files.key);
  return { cert, key, fingerprint, made, warning };
}

async function make(files: CertificateFiles, addresses: readonly string[]): Promise<void> {
  const { cert, key } = await makeCertificate(addresses);
  await writeNew(files.key, key, 0o600);
  try {
    await writeNew(files.cert, cert, 0o644);
  } catch (error) {
    await Deno.remove(files.key);
    throw error;
  }
}
