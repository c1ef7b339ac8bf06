/** How a transport wraps what is written to it. */
export interface Framing {
  /** Wraps whole lines. What comes out may be written to every connection with the same framing. */
  wrap(lines: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** A connection as sessions see it, whatever carries it. Closing is idempotent and ends pending operations. */
export interface Connection extends Disposable {
  /** The peer's address, without the port. An IPv4 address mapped into IPv6 is shown as IPv4. */
  readonly peer: string;
  /** The address of this side, in the same form. */
  readonly local: string;
  /** Whether nobody on the way can read it. */
  readonly encrypted?: boolean;
  /** How to wrap what is written; without it, lines are written as they are. */
  readonly framing?: Framing;
  /**
   * Completes what precedes the first byte, such as a key exchange. It never ends if the peer stays silent: close the
   * connection then.
   *
   * @throws if the peer does not speak the same protocol
   */
  handshake(): Promise<void>;
  /**
   * What the peer sends. Each chunk is valid until the next one is requested. Ends when the peer has ended its side or
   * this side was closed; throws if the connection broke.
   */
  chunks(): AsyncIterableIterator<Uint8Array<ArrayBuffer>>;
  /**
   * Sends bytes, wrapped by its framing if it has one; resolves when the operating system has taken them all. Call it again only after that.
   *
   * @throws if the connection broke or was closed
   */
  write(bytes: Uint8Array): Promise<void>;
  /** How much has come since the last call, in bytes, that was no text: 0 for whatever carries lines as they are. */
  takeOverhead?(): number;
  /** Since when (`performance.now()`, milliseconds) the pending write has made no progress; undefined without one. */
  readonly stalledSince?: number;
  /** Ends this side: the peer sees the end after what was written. */
  closeWrite(): Promise<void>;
  /** Ends both sides at once. */
  close(): void;
}

/** Accepts connections until it is disposed of. */
export interface Listener extends AsyncIterable<Connection>, Disposable {
  /** The address and port it listens on. */
  readonly address: { hostname: string; port: number };
}

/**
 * Ends a connection so that the peer can read everything: closing it with unread input would make the operating system
 * discard what the peer has not read yet. Waits for the peer's end, at most `ms` milliseconds.
 */
export async function finish(connection: Connection, ms: number): Promise<void> {
  const timer = setTimeout(() => connection.close(), ms);
  try {
    await connection.closeWrite();
    for await (const _ of connection.chunks());
  } catch {
    // The peer is gone, which is what this waits for.
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}
