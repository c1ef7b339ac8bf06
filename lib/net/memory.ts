import type { Connection, Listener } from "./connection.ts";

/** How many bytes can be in flight before a write waits for the reader, as with a socket. */
const PIPE_BYTES = 64 * 1024;

/** One direction of a connection in memory. */
class Pipe {
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #ended = false;
  #released = false;
  #arrived = Promise.withResolvers<void>();
  #taken = Promise.withResolvers<void>();

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw new Deno.errors.BrokenPipe("the connection was closed");
    this.#chunks.push(new Uint8Array(bytes));
    this.#size += bytes.length;
    this.#arrived.resolve();
    while (this.#size > PIPE_BYTES && !this.#released) await this.#taken.promise;
  }

  end(): void {
    this.#ended = true;
    this.#arrived.resolve();
  }

  /** Ends the waiting for the reader. */
  release(): void {
    this.end();
    this.#released = true;
    this.#taken.resolve();
  }

  /** Discards what was written: nobody reads any more. */
  drop(): void {
    this.release();
    this.#chunks = [];
  }

  async *read(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    while (true) {
      const next = this.#chunks.shift();
      if (next !== undefined) {
        this.#size -= next.length;
        this.#taken.resolve();
        this.#taken = Promise.withResolvers();
        yield next;
      } else if (this.#ended) {
        return;
      } else {
        this.#arrived = Promise.withResolvers();
        await this.#arrived.promise;
      }
    }
  }
}

/** One end of a connection within the process: for tests, and for whatever needs no network. */
class MemoryConnection implements Connection {
  readonly peer: string;
  readonly local: string;
  readonly #in: Pipe;
  readonly #out: Pipe;
  #stalledSince?: number;

  constructor({ peer, local }: { peer: string; local: string }, input: Pipe, output: Pipe) {
    this.peer = peer;
    this.local = local;
    this.#in = input;
    this.#out = output;
  }

  get stalledSince(): number | undefined {
    return this.#stalledSince;
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  chunks(): AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
    return this.#in.read();
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#stalledSince = performance.now();
    await this.#out.write(bytes).finally(() => this.#stalledSince = undefined);
  }

  closeWrite(): Promise<void> {
    this.#out.end();
    return Promise.resolve();
  }

  close(): void {
    this.#out.end();
    this.#out.release();
    this.#in.drop();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** The two ends of a connection in memory; each sees the other under the given address. */
export function memoryPair(
  addresses: { server?: string; client?: string } = {},
): [server: Connection, client: Connection] {
  const { server = "127.0.0.1", client = "127.0.0.1" } = addresses;
  const up = new Pipe();
  const down = new Pipe();
  return [
    new MemoryConnection({ peer: client, local: server }, up, down),
    new MemoryConnection({ peer: server, local: client }, down, up),
  ];
}

/** A listener in memory, with a function that connects to it. */
export function listenMemory(): Listener & { connect(from?: string): Connection } {
  const waiting: Connection[] = [];
  let arrived = Promise.withResolvers<void>();
  let closed = false;
  return {
    address: { hostname: "memory", port: 0 },
    connect(from?: string): Connection {
      if (closed) throw new Deno.errors.ConnectionRefused("no one listens");
      const [server, client] = memoryPair({ client: from });
      waiting.push(server);
      arrived.resolve();
      return client;
    },
    async *[Symbol.asyncIterator]() {
      while (!closed) {
        const next = waiting.shift();
        if (next !== undefined) {
          yield next;
        } else {
          arrived = Promise.withResolvers();
          await arrived.promise;
        }
      }
    },
    [Symbol.dispose]() {
      closed = true;
      arrived.resolve();
    },
  };
}
