import { fingerprintsIn } from "../net/tls/certificates.ts";
import { formatFingerprint } from "../net/tls/fingerprint.ts";
import type { Connection } from "../net/connection.ts";
import type { Endpoint } from "../net/errors.ts";
import {
  CertificateError,
  connectPinned,
  connectTls,
  NotTlsError,
  showCertificate,
  type ShownCertificate,
} from "../net/tls/connect.ts";
import { ConversationError } from "./core/connection.ts";

/** Says in one sentence why a server is not trusted. Nothing was sent to it. */
export class TrustError extends ConversationError {}

/** Whom to trust. */
export interface Trust {
  /** Authorities, or certificates of servers, in PEM. */
  ca?: string;
  /** How the SHA-256 fingerprint of the only certificate to trust begins: 16 to 64 hexadecimal digits in upper case. */
  fingerprint?: string;
  /** Asks whether the server with this fingerprint is the intended one. */
  confirm?(fingerprint: string): boolean | Promise<boolean>;
  /** Told the fingerprint of the server that is trusted for its own certificate, and not for an authority's word. */
  known?(fingerprint: string): void;
  /** How long each attempt to connect may take, in milliseconds. */
  timeout: number;
  /** Gives up when aborted. */
  signal?: AbortSignal;
}

/**
 * Connects over TLS to a server that is trusted because of its fingerprint, because an authority vouches for it, or
 * because its certificate is known or confirmed.
 *
 * @throws {TrustError} if it is not trusted, or does not speak TLS
 * @throws what `Deno.connect` throws, see {@linkcode explainConnectError}
 */
export async function connectTrusted({ hostname, port }: Endpoint, trust: Trust): Promise<Connection> {
  const { fingerprint } = trust;
  const caCerts = trust.ca === undefined ? undefined : [trust.ca];
  const stop = trust.signal === undefined ? [] : [trust.signal];
  const options = () => ({
    hostname,
    port,
    signal: AbortSignal.any([AbortSignal.timeout(trust.timeout), ...stop]),
  });
  try {
    if (fingerprint === undefined) {
      const connection = await connectTls({ ...options(), caCerts }).catch(unknownIssuer);
      if (connection !== undefined) return connection;
    }
    const shown = await showCertificate(options());
    if (!await isTrusted(shown, trust)) throw new TrustError(notTrusted(shown, fingerprint));
    trust.known?.(shown.fingerprint);
    return await connectPinned({ ...options(), caCerts }, shown);
  } catch (error) {
    if (error instanceof NotTlsError) {
      throw new TrustError("this server does not speak TLS: leave out --tls, --ca and --fingerprint");
    }
    if (error instanceof CertificateError) {
      throw new TrustError(`the certificate of this server cannot be used: ${error.message}`);
    }
    throw error;
  }
}

/** Swallows a certificate error: a certificate that no authority vouches for may still be known. */
function unknownIssuer(error: unknown): undefined {
  if (!(error instanceof CertificateError)) throw error;
}

async function isTrusted(
  shown: ShownCertificate,
  { ca, fingerprint, confirm }: Trust,
): Promise<boolean> {
  if (fingerprint !== undefined) return shown.fingerprint.startsWith(fingerprint);
  if (ca !== undefined && fingerprintsIn(ca).includes(shown.fingerprint)) return true;
  return confirm !== undefined && await confirm(shown.fingerprint);
}

function notTrusted(shown: ShownCertificate, wanted?: string): string {
  if (wanted !== undefined) {
    const same = shown.fingerprint.slice(0, wanted.length);
    return `this is not the server that you mean: the fingerprint of its certificate begins with ` +
      `${formatFingerprint(same)}, not ${formatFingerprint(wanted)}; nothing was sent to it`;
  }
  return `this server is not known: its certificate has the fingerprint ` +
    `${formatFingerprint(shown.fingerprint)}; if that is what the server's terminal shows, add ` +
    `--fingerprint ${shown.fingerprint}`;
}
