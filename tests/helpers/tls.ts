import type { Connection } from "../../lib/net/connection.ts";
import { fingerprintsIn, type KeyPair, makeCertificate } from "../../lib/net/tls/certificates.ts";
import { finish } from "../../lib/net/connection.ts";
import { listenTls } from "../../lib/net/tls/listen.ts";
import { PlainTextError } from "../../lib/net/tls/plain_text.ts";

/** A certificate with its key and its fingerprint. */
export async function newIdentity(): Promise<KeyPair & { fingerprint: string }> {
  const keys = await makeCertificate([]);
  return { ...keys, fingerprint: fingerprintsIn(keys.cert)[0] };
}

/** What the echo server says to whoever speaks plain text. */
export const NOTICE = "error: this is for TLS\n";

/** Starts a server that speaks TLS and echoes what it receives; it ends with the test. */
export async function startTlsEcho(keys?: KeyPair) {
  const identity = { ...await newIdentity(), ...keys };
  const listener = listenTls({
    hostname: "127.0.0.1",
    port: 0,
    ...identity,
  });
  const outcomes: Promise<string>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) outcomes.push(echo(connection));
  })();
  return {
    ...identity,
    address: listener.address,
    outcomes,
    async [Symbol.asyncDispose]() {
      listener[Symbol.dispose]();
      await accepting;
      await Promise.all(outcomes);
    },
  };
}

async function echo(connection: Connection): Promise<string> {
  try {
    await connection.handshake();
    for await (const chunk of connection.chunks()) await connection.write(chunk.slice());
    await connection.closeWrite();
    return "served";
  } catch (error) {
    if (error instanceof PlainTextError) await tellPlain(error.connection);
    return (error as Error).name;
  } finally {
    connection.close();
  }
}

async function tellPlain(connection: Connection): Promise<void> {
  await connection.write(new TextEncoder().encode(NOTICE));
  await finish(connection, 1000);
}
