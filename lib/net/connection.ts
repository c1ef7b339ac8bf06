/** What a session needs of a connection, whatever carries it. Closing is idempotent and ends what is pending. */
export interface Connection extends Disposable {
  /** The peer's address, without its port. An IPv4 address mapped into IPv6 is given as IPv4. */
  readonly peer: string;
  /** The address of this side, given like the peer's. */
  readonly local: string;
  /**
   * Completes what precedes the first byte, such as the agreement on a key. It never comes to an end where the peer
   * is silent: close the connection then.
   *
   * @throws where the peer does not speak the same
   */
  handshake(): Promise<void>;
  /**
   * What the peer sends. Each chunk is valid until the next one is asked for. It ends when the peer has ended its
   * side or this side was closed, and throws when the connection broke.
   */
  chunks(): AsyncIterableIterator<Uint8Array<ArrayBuffer>>;
  /**
   * Sends bytes; resolves when the operating system has taken them all. To be called again only after that.
   *
   * @throws where the connection broke or was closed
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Since when (`performance.now()`, milliseconds) the pending write has made no progress; without one, nothing. */
  readonly stalledSince?: number;
  /** Ends this side: the peer sees the end after what was written. */
  closeWrite(): Promise<void>;
  /** Ends both sides at once. */
  close(): void;
}

/** Accepts connections until it is disposed of. */
export interface Listener extends AsyncIterable<Connection>, Disposable {
  /** Where it listens. */
  readonly address: { hostname: string; port: number };
}

/**
 * Ends a connection so that the peer can read everything: closing it while input is unread would make the operating
 * system throw away what the peer has not read yet. It waits for the peer's end, `ms` milliseconds at most.
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
