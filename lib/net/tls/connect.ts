import { connect as connectUnverified } from "node:tls";
import { Buffer } from "node:buffer";
import { fingerprintOf } from "./certificates.ts";
import type { Connection } from "../connection.ts";
import type { Endpoint } from "../errors.ts";
import { openSocket } from "../socket.ts";

/** The server does not speak TLS. */
export class NotTlsError extends Error {
  /** The name of the class. */
  override readonly name = "NotTlsError";
}

/** The server's certificate is not trusted; the message says why. */
export class CertificateError extends Error {
  /** The name of the class. */
  override readonly name = "CertificateError";
}

/** A certificate that a server presented and nobody has verified. */
export interface ShownCertificate {
  /** Its SHA-256 fingerprint: 64 hexadecimal digits in upper case. */
  fingerprint: string;
  /** The same certificate in the PEM format. */
  pem: string;
  /** A name or an address that it is for; undefined if it has none. */
  host?: string;
}

/** How to reach a server. */
export interface ConnectOptions extends Endpoint {
  /** Ends the attempt. */
  signal?: AbortSignal;
}

/** The variable that tells Deno, before the first use of TLS, which authorities to trust. */
const CA_STORE = "DENO_TLS_CA_STORE";

/** Trusts what the operating system trusts, if permitted and nobody has chosen otherwise. */
function trustSystem(): void {
  if (Deno.permissions.querySync({ name: "env", variable: CA_STORE }).state !== "granted") return;
  if (Deno.env.get(CA_STORE) === undefined) Deno.env.set(CA_STORE, "system,mozilla");
}

/**
 * Connects to a server whose certificate is for its host name, or for `name`, and signed by an authority that the
 * operating system knows (with `--allow-env=DENO_TLS_CA_STORE`), that Deno knows, or that is one of `caCerts` (PEM).
 *
 * @throws {NotTlsError | CertificateError}
 * @throws what `Deno.connect` throws, see {@linkcode explainConnectError}
 */
export async function connectTls(
  { name, caCerts, ...options }: ConnectOptions & { name?: string; caCerts?: string[] },
): Promise<Connection> {
  trustSystem();
  const tcp = await Deno.connect({ ...options, transport: "tcp" });
  tcp.setNoDelay(true);
  const close = () => connection.close();
  const connection = openSocket(await startTls(tcp, { hostname: name ?? options.hostname, caCerts }))!;
  options.signal?.addEventListener("abort", close);
  try {
    await connection.handshake();
    return connection;
  } catch (error) {
    connection.close();
    options.signal?.throwIfAborted();
    throw explained(error);
  } finally {
    options.signal?.removeEventListener("abort", close);
  }
}

async function startTls(tcp: Deno.TcpConn, options: Deno.StartTlsOptions): Promise<Deno.TlsConn> {
  try {
    return await Deno.startTls(tcp, options);
  } catch (error) {
    tcp.close();
    throw error;
  }
}

/**
 * Connects to a server that presents this certificate, which is taken as the authority for its own name. If another
 * authority signed it, Deno has to know that one, or `caCerts` (PEM) has to hold it.
 *
 * @throws what {@linkcode connectTls} throws
 */
export async function connectPinned(
  { caCerts = [], ...options }: ConnectOptions & { caCerts?: string[] },
  shown: ShownCertificate,
): Promise<Connection> {
  return await connectTls({ ...options, name: shown.host, caCerts: [shown.pem, ...caCerts] });
}

/**
 * Asks a server for its certificate, without trusting it in anything else.
 *
 * @throws {NotTlsError}
 * @throws what `Deno.connect` throws, see {@linkcode explainConnectError}
 */
export async function showCertificate({ hostname, port, signal }: ConnectOptions): Promise<ShownCertificate> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connectUnverified({ host: hostname, port, rejectUnauthorized: false }, resolve);
  socket.on("error", reject);
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  try {
    await promise;
    const { raw, subjectaltname } = socket.getPeerCertificate();
    const base64 = Buffer.from(raw).toString("base64").replaceAll(/.{64}/g, "$&\n");
    return {
      fingerprint: fingerprintOf(raw),
      pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
      host: /(?:DNS|IP Address):([A-Za-z0-9.:_*-]+)/.exec(subjectaltname ?? "")?.[1],
    };
  } catch (error) {
    throw explained(error);
  } finally {
    signal?.removeEventListener("abort", abort);
    socket.destroy();
  }
}

/** Classifies an error by the TLS library's message. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // Thrown by Node's interface, as Deno's own throws it.
  if ((error as { code?: string }).code === "ECONNREFUSED") {
    return new Deno.errors.ConnectionRefused(error.message, { cause: error });
  }
  const [, problem] = /invalid peer certificate: (.*)/.exec(error.message) ?? [];
  if (problem !== undefined) return new CertificateError(problem, { cause: error });
  const notTls = /InvalidContentType|corrupt message|record overflow|WRONG_VERSION/i.test(error.message);
  // A server without TLS closes whoever begins with a handshake, without a word.
  const closed = error instanceof Deno.errors.UnexpectedEof || error instanceof Deno.errors.ConnectionReset ||
    (error as { code?: string }).code === "ECONNRESET";
  return notTls || closed ? new NotTlsError("the server does not speak TLS", { cause: error }) : error;
}
