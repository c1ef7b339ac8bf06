import { delay } from "@std/async/delay";
import { showAddress } from "./addresses.ts";
import type { Connection, Listener } from "./connection.ts";

/** How many connections may wait to be accepted: as many as may be there at once, so that all can come at once. */
const BACKLOG = 4096;

const MIN_BUFFER = 512;
const MAX_BUFFER = 64 * 1024;

/** After an accept that failed for want of resources, the next is tried after this many milliseconds. */
const BACKOFF = 100;

/** The errors of `accept` that say that resources are out, and not that one connection went away. */
const OUT_OF_RESOURCES = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** A connection over TCP. */
class TcpConnection implements Connection {
  readonly peer: string;
  readonly #conn: Deno.Conn;
  #stalledSince?: number;
  #closed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.peer = showAddress((conn.remoteAddr as Deno.NetAddr).hostname);
  }

  get stalledSince(): number | undefined {
    return this.#stalledSince;
  }

  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    // Most of a member's memory would be its buffer: it grows only while it comes back full.
    let buffer = new Uint8Array(MIN_BUFFER);
    while (!this.#closed) {
      const size = await this.#read(buffer);
      if (size === null) return;
      yield buffer.subarray(0, size);
      if (size === buffer.length && size < MAX_BUFFER) buffer = new Uint8Array(4 * size);
      else if (buffer.length > MIN_BUFFER && size <= buffer.length / 16) buffer = new Uint8Array(MIN_BUFFER);
    }
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#conn.read(buffer);
    } catch (error) {
      if (this.#closed) return null;
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.length;) {
        this.#stalledSince = performance.now();
        sent += await this.#conn.write(sent === 0 ? bytes : bytes.subarray(sent));
      }
    } finally {
      this.#stalledSince = undefined;
    }
  }

  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Where to listen, and whom to tell what. */
export interface ListenOptions {
  /** An address of this machine, or a name for one. */
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  /** Is told, once for each time it lasts, that connections cannot be accepted because resources are out, and why. */
  onExhausted?: (error: Error) => void;
}

/**
 * Listens for TCP connections.
 *
 * @throws what `Deno.listen` throws, see {@linkcode explainListenError}
 */
export function listenTcp({ hostname, port, onExhausted = () => {} }: ListenOptions): Listener {
  const listener = Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
  const { hostname: bound, port: boundPort } = listener.addr as Deno.NetAddr;
  return {
    address: { hostname: bound, port: boundPort },
    [Symbol.asyncIterator]: () => accept(listener, onExhausted),
    [Symbol.dispose]: () => listener.close(),
  };
}

/**
 * Accepts until the listener is closed. A connection that is gone before it was accepted (any port scanner makes such)
 * is skipped at once; only where resources are out it waits, and goes on when there are some again.
 */
async function* accept(
  listener: Deno.Listener,
  onExhausted: (error: Error) => void,
): AsyncGenerator<Connection> {
  for (let exhausted = false;;) {
    try {
      const conn = await listener.accept();
      exhausted = false;
      const connection = open(conn as Deno.TcpConn);
      if (connection !== undefined) yield connection;
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      if (!OUT_OF_RESOURCES.has((error as { code?: string }).code ?? "")) continue;
      if (!exhausted) onExhausted(error as Error);
      exhausted = true;
      await delay(BACKOFF);
    }
  }
}

function open(conn: Deno.TcpConn): TcpConnection | undefined {
  try {
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
    return new TcpConnection(conn);
  } catch {
    // It was reset between being accepted and this.
    conn.close();
  }
}

/**
 * Connects to a server.
 *
 * @throws what `Deno.connect` throws, see {@linkcode explainConnectError}
 */
export async function connectTcp(
  options: { hostname: string; port: number; signal?: AbortSignal },
): Promise<Connection> {
  const conn = await Deno.connect({ ...options, transport: "tcp" });
  const connection = open(conn);
  if (connection === undefined) throw new Deno.errors.ConnectionReset("the connection was reset");
  return connection;
}
