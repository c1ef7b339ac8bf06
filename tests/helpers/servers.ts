import type { Output } from "../../lib/cli/output.ts";
import type { Log } from "../../lib/log/log.ts";
import { MemoryLogs } from "../../lib/log/memory.ts";
import type { Connection, Listener } from "../../lib/net/connection.ts";
import { listenMemory, memoryPair } from "../../lib/net/memory.ts";
import { connectTcp, listenTcp } from "../../lib/net/tcp.ts";
import type { KeyPair } from "../../lib/net/tls/certificates.ts";
import { listenTls } from "../../lib/net/tls/listen.ts";
import { DEFAULTS, type Limits } from "../../lib/server/limits.ts";
import { serve, type ServeOptions } from "../../lib/server/serve.ts";
import { Peer } from "./peer.ts";
import { logsAround } from "./rooms.ts";

/** A server that runs inside a test, and the ways to connect to it. */
export class TestServer implements AsyncDisposable {
  readonly address: { hostname: string; port: number };
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #connect: (from?: string) => Promise<Peer>;
  readonly #peers: Peer[] = [];

  constructor(
    listener: Listener,
    connect: (from?: string) => Promise<Peer>,
    { log, logs, title, output = NO_OUTPUT, quiet, typed, authenticator, operators, ...limits }: TestOptions,
  ) {
    this.address = listener.address;
    this.#connect = connect;
    this.#running = serve({
      listener,
      logs: logs ?? (log === undefined ? new MemoryLogs() : logsAround(log)),
      title,
      output,
      quiet,
      typed,
      authenticator,
      operators,
      limits: { ...DEFAULTS, rate: 0, ...limits },
      signal: this.#stop.signal,
    });
  }

  /** Connects a peer, which has read nothing yet. */
  async connect(from?: string): Promise<Peer> {
    const peer = await this.#connect(from);
    this.#peers.push(peer);
    return peer;
  }

  /** Connects a peer that joins under this name, and has read everything up to the line that says so. */
  async join(name: string, from?: string): Promise<Peer> {
    const peer = await this.connect(from);
    await peer.say(`/name ${name}`);
    await peer.until(`-- you are ${name}`);
    return peer;
  }

  /** The same, in the JSON format. */
  async joinJson(name: string, from?: string): Promise<Peer> {
    const peer = await this.connect(from);
    await peer.say(`/hello ${JSON.stringify({ name, format: "json" })}`);
    await peer.untilKind("welcome");
    return peer;
  }

  /** Tells the server to end, as a signal does. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer[Symbol.dispose]();
    await this.stop();
  }
}

/** What differs from the defaults; there is no limit on the rate unless one is given. `log`: that of the lobby. */
export type TestOptions =
  & Partial<Limits>
  & { log?: Log }
  & Partial<
    Pick<ServeOptions, "logs" | "title" | "output" | "quiet" | "typed" | "authenticator" | "operators">
  >;

const NO_OUTPUT: Output = { write: (bytes) => Promise.resolve(bytes.length) };

/** Starts a server that is reached in memory, which needs no permission. */
export function startInMemory(options: TestOptions = {}): TestServer {
  const listener = listenMemory();
  return new TestServer(listener, (from) => Promise.resolve(new Peer(listener.connect(from))), options);
}

/** Starts a server on a free port of the loopback interface. */
export function startTcp(options: TestOptions & { hostname?: string } = {}): TestServer {
  const { hostname = "127.0.0.1", ...others } = options;
  const listener = listenTcp({ hostname, port: 0 });
  return new TestServer(listener, async () => new Peer(await connectTcp(listener.address)), others);
}

/** A server that the test plays: what it reads are the lines that the client sent. */
export function fakeServer(): { server: Peer; connection: Connection } {
  const [end, connection] = memoryPair();
  return { server: new Peer(end), connection };
}

/** A server on a real socket that says this to everyone who connects, and nothing more. */
export function greetingServer(text: string): Disposable & { address: { hostname: string; port: number } } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.Conn[] = [];
  (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      await conn.write(new TextEncoder().encode(text)).catch(() => {});
    }
  })();
  return {
    address: { hostname: listener.addr.hostname, port: listener.addr.port },
    [Symbol.dispose]() {
      listener.close();
      conns.forEach((conn) => conn.close());
    },
  };
}

/** An output that keeps what is written; it can be stuck, broken, or fail for a while. */
export class TestOutput implements Output {
  text = "";
  broken = false;
  #stuck?: Promise<void>;
  #failure?: { error: Error; met: () => void };
  #waiting: { wanted: string; found: () => void }[] = [];

  stick(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stuck = promise;
    return resolve;
  }

  /** From now on each write fails; resolves with the first one. */
  fail(error: Error): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#failure = { error, met: resolve };
    return promise;
  }

  mend(): void {
    this.#failure = undefined;
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#failure !== undefined) {
      this.#failure.met();
      throw this.#failure.error;
    }
    if (this.broken) throw new Deno.errors.BrokenPipe("nobody reads");
    await this.#stuck;
    this.text += new TextDecoder().decode(bytes);
    this.#waiting = this.#waiting.filter(({ wanted, found }) => !this.text.includes(wanted) || found());
    return bytes.length;
  }

  async until(wanted: string): Promise<void> {
    if (this.text.includes(wanted)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ wanted, found: resolve });
    await promise;
  }
}

/** Starts a server on a free port that speaks TLS; peers connect in plain text, and speak TLS themselves if they do. */
export function startTls(identity: KeyPair, options: TestOptions = {}): TestServer {
  const listener = listenTls({ hostname: "127.0.0.1", port: 0, ...identity });
  return new TestServer(listener, async () => new Peer(await connectTcp(listener.address)), options);
}
