import { showAddress } from "./addresses.ts";
import type { Connection } from "./connection.ts";

const MIN_BUFFER_BYTES = 512;
const MAX_BUFFER_BYTES = 32 * 1024;

/** A connection over an operating system's socket, encrypted or not. */
class SocketConnection implements Connection {
  readonly peer: string;
  readonly local: string;
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  #stalledSince?: number;
  #closed = false;

  constructor(conn: Deno.TcpConn | Deno.TlsConn) {
    this.#conn = conn;
    this.peer = showAddress((conn.remoteAddr as Deno.NetAddr).hostname);
    this.local = showAddress((conn.localAddr as Deno.NetAddr).hostname);
  }

  get stalledSince(): number | undefined {
    return this.#stalledSince;
  }

  async handshake(): Promise<void> {
    if ("handshake" in this.#conn) await this.#conn.handshake();
  }

  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    // The buffer would be most of a member's memory, so it grows only while reads fill it.
    let buffer = new Uint8Array(MIN_BUFFER_BYTES);
    while (!this.#closed) {
      let size;
      try {
        size = await this.#conn.read(buffer);
      } catch (error) {
        if (this.#closed) return;
        throw error;
      }
      if (size === null) return;
      yield buffer.subarray(0, size);
      // The consequences of these bytes come first. If there is more, Deno would return it at once, and nobody else would
      // get a turn.
      await (size === buffer.length ? nextTurn() : Promise.resolve());
      if (size === buffer.length && size < MAX_BUFFER_BYTES) buffer = new Uint8Array(4 * size);
      else if (buffer.length > MIN_BUFFER_BYTES && size <= buffer.length / 16) {
        buffer = new Uint8Array(MIN_BUFFER_BYTES);
      }
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

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Takes over a socket; returns undefined if its peer is gone already. */
export function openSocket(conn: Deno.TcpConn | Deno.TlsConn): Connection | undefined {
  try {
    // An encrypted one has neither method.
    if ("setNoDelay" in conn) conn.setNoDelay(true);
    if ("setKeepAlive" in conn) conn.setKeepAlive(true);
    return new SocketConnection(conn);
  } catch {
    conn.close();
  }
}
