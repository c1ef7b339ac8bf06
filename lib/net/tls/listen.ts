/**
 * Accepts TLS. `Deno.listenTls` sits behind a TCP listener, on a loopback port that admits no one else, for two reasons:
 * `TlsConn.close()` does not close a socket whose handshake never ends, so silent peers would use up all sockets; and
 * whoever speaks plain text can be answered in plain text.
 *
 * @module
 */
import { acceptFrom, BACKLOG, type ListenOptions } from "../accept.ts";
import type { KeyPair } from "./certificates.ts";
import type { Connection, Listener } from "../connection.ts";
import { isTlsHandshake } from "../detect.ts";
import { RewoundConnection } from "../rewound.ts";
import { openSocket } from "../socket.ts";
import { PlainTextError } from "./plain_text.ts";

/** How long, in milliseconds, a peer may take for its first byte; in TLS the client speaks first. */
const FIRST_BYTE_TIMEOUT_MS = 5000;

/** How long, in milliseconds, a connection of this process to itself may take. */
const UNWRAP_TIMEOUT_MS = 5000;

/** How to listen for TLS. */
export interface TlsListenOptions extends ListenOptions, KeyPair {}

/**
 * Listens for TLS connections. The TLS handshake runs when `handshake` is called, which throws a
 * {@linkcode PlainTextError} if the peer does not speak TLS, or says nothing for five seconds.
 *
 * @throws what `Deno.listen` and `Deno.listenTls` throw, see {@linkcode explainListenError}
 */
export function listenTls(options: TlsListenOptions): Listener {
  const { hostname, port, onExhausted, cert, key } = options;
  const unwrapper = new Unwrapper({ cert, key });
  const listener = acceptFrom(Deno.listen({ hostname, port, tcpBacklog: BACKLOG }), onExhausted);
  return {
    address: listener.address,
    async *[Symbol.asyncIterator]() {
      for await (const connection of listener) yield new TlsConnection(connection, unwrapper);
    },
    [Symbol.dispose]: () => listener[Symbol.dispose](),
  };
}

/** Both ends of a connection to `Deno.listenTls`: TLS written to one comes out of the other as plain bytes. */
interface Unwrapping {
  wrapped: Connection;
  plain: Connection;
}

/** Removes TLS from what is written to it. */
class Unwrapper {
  readonly #pair: KeyPair;

  /** @throws what `Deno.listenTls` throws if the certificate and the key cannot be used */
  constructor(pair: KeyPair) {
    this.#pair = pair;
    this.#listen().close();
  }

  /** Opens a listener for a single connection, so that nobody else finds it in time. */
  async open(): Promise<Unwrapping> {
    using listener = this.#listen();
    const { hostname, port } = listener.addr;
    const conn = await Deno.connect({ hostname, port, signal: AbortSignal.timeout(UNWRAP_TIMEOUT_MS) });
    const late = setTimeout(() => listener.close(), UNWRAP_TIMEOUT_MS);
    try {
      return { wrapped: openSocket(conn)!, plain: await acceptOnly(listener, conn.localAddr) };
    } catch (error) {
      conn.close();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  #listen(): Deno.TlsListener {
    const { cert, key } = this.#pair;
    return Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key, tcpBacklog: 8 });
  }
}

/** Accepts the connection from this address and closes every other one. */
async function acceptOnly(listener: Deno.TlsListener, { hostname, port }: Deno.NetAddr): Promise<Connection> {
  while (true) {
    const conn = await listener.accept();
    if (conn.remoteAddr.hostname === hostname && conn.remoteAddr.port === port) return openSocket(conn)!;
    conn.close();
  }
}

/** An accepted connection that has to speak TLS. */
class TlsConnection implements Connection {
  readonly #outer: Connection;
  readonly #unwrapper: Unwrapper;
  readonly encrypted = true;
  #inner?: Unwrapping;
  /** Resolves when everything written has been sent. */
  #sent?: Promise<void>;
  #closed = false;

  constructor(outer: Connection, unwrapper: Unwrapper) {
    this.#outer = outer;
    this.#unwrapper = unwrapper;
  }

  get peer(): string {
    return this.#outer.peer;
  }

  get local(): string {
    return this.#outer.local;
  }

  get stalledSince(): number | undefined {
    return this.#inner?.plain.stalledSince;
  }

  async handshake(): Promise<void> {
    const bytes = this.#outer.chunks();
    const first = await this.#firstBytes(bytes);
    const inner = await this.#unwrapper.open();
    this.#inner = inner;
    if (this.#closed) {
      this.close();
      throw new Deno.errors.Interrupted("the connection was closed during the handshake");
    }
    this.#pump(withFirst(first, bytes), inner.wrapped);
    this.#sent = this.#pump(inner.wrapped.chunks(), this.#outer);
    await inner.plain.handshake();
  }

  /** The peer's first bytes. */
  async #firstBytes(rest: AsyncIterator<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
    const pending = rest.next();
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), FIRST_BYTE_TIMEOUT_MS);
    const next = await Promise.race([pending, late.promise]).finally(() => clearTimeout(timer));
    const first = next?.value?.slice() ?? new Uint8Array(0);
    if (isTlsHandshake(first)) return first;
    const ahead = { first, rest, pending: next === undefined || next.done ? pending : undefined };
    throw new PlainTextError(new RewoundConnection(this.#outer, ahead));
  }

  /** Forwards what comes from one side, until it ends or either side breaks. */
  async #pump(from: AsyncIterable<Uint8Array>, to: Connection): Promise<void> {
    try {
      for await (const chunk of from) await to.write(chunk);
      await to.closeWrite();
    } catch {
      this.close();
    }
  }

  chunks(): AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
    return this.#inner!.plain.chunks();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#inner === undefined) throw new Deno.errors.BadResource("there was no handshake");
    await this.#inner.plain.write(bytes);
  }

  async closeWrite(): Promise<void> {
    await (this.#inner?.plain ?? this.#outer).closeWrite();
    await this.#sent;
  }

  close(): void {
    this.#closed = true;
    for (const end of [this.#outer, this.#inner?.wrapped, this.#inner?.plain]) end?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncIterableIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
