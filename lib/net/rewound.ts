import type { Connection } from "./connection.ts";

/** What was read of a connection by someone who passes it on. */
export interface ReadAhead {
  /** What has come. */
  first: Uint8Array<ArrayBuffer>;
  /** What comes after that. */
  rest: AsyncIterator<Uint8Array<ArrayBuffer>>;
  /** What is being read of that already. */
  pending?: Promise<IteratorResult<Uint8Array<ArrayBuffer>>>;
}

/**
 * A connection of which something was read, as if nothing had been. Its chunks can be asked for several times, one after
 * the other: each time goes on where the last one stopped.
 */
export class RewoundConnection implements Connection {
  readonly peer: string;
  readonly local: string;
  readonly encrypted: boolean;
  readonly #connection: Connection;
  #first: Uint8Array<ArrayBuffer>;
  readonly #rest: ReadAhead["rest"];
  #pending: ReadAhead["pending"];

  /** `ahead`: what was read of `connection`. */
  constructor(connection: Connection, { first, rest, pending }: ReadAhead) {
    this.peer = connection.peer;
    this.local = connection.local;
    this.encrypted = connection.encrypted ?? false;
    this.#connection = connection;
    this.#first = first;
    this.#rest = rest;
    this.#pending = pending;
    // Whoever reads on sees how it failed; perhaps nobody does.
    pending?.catch(() => {});
  }

  get stalledSince(): number | undefined {
    return this.#connection.stalledSince;
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (this.#first.length > 0) {
      const first = this.#first;
      this.#first = new Uint8Array(0);
      yield first;
    }
    while (true) {
      this.#pending ??= this.#rest.next();
      const { value, done } = await this.#pending;
      if (done) return;
      this.#pending = undefined;
      yield value;
    }
  }

  /** Puts bytes back that were read and not used: they come first again. */
  putBack(bytes: Uint8Array<ArrayBuffer>): void {
    this.#first = bytes;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#connection.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#connection.closeWrite();
  }

  close(): void {
    this.#connection.close();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
