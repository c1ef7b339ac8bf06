/// <reference lib="dom" />
import type { Connection } from "../../net/connection.ts";

/** How long, in milliseconds, a server may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A WebSocket that may be open already, and what came over it so far. */
export interface Early {
  /** The WebSocket. */
  readonly socket: WebSocket;
  /** What came, in order. */
  readonly arrived: unknown[];
}

/** The address of the WebSocket of the server from which the page came. */
export function pageSocket(): string {
  return `${location.origin.replace(/^http/, "ws")}/chat`;
}

/**
 * Opens a WebSocket as a connection. Each message carries whole lines, in both directions.
 *
 * @throws if the server cannot be reached, or the signal is aborted
 */
export function connectSocket(url: string, signal: AbortSignal): Promise<Connection> {
  return openSocket({ socket: new WebSocket(url), arrived: [] }, signal);
}

/** Makes a connection of a WebSocket that may be open already; see {@linkcode connectSocket}. */
export function openSocket({ socket, arrived }: Early, signal?: AbortSignal): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const connection = new SocketConnection(socket);
  for (const data of arrived) connection.take(data);
  function giveUp(): void {
    reject(new Error("the server cannot be reached"));
    socket.close();
  }
  const timer = setTimeout(giveUp, CONNECT_TIMEOUT_MS);
  signal?.addEventListener("abort", giveUp);
  socket.onopen = () => resolve(connection);
  if (socket.readyState === WebSocket.OPEN) resolve(connection);
  else if (socket.readyState !== WebSocket.CONNECTING) giveUp();
  socket.addEventListener("close", giveUp);
  const settled = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
    socket.removeEventListener("close", giveUp);
  };
  promise.then(settled, settled);
  return promise;
}

/** A WebSocket as the client's core sees it. */
class SocketConnection implements Connection {
  // A browser tells no addresses.
  readonly peer = "";
  readonly local = "";
  readonly #socket: WebSocket;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #arrived: string[] = [];
  #closed = false;
  #wake = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = () => this.#end();
  }

  /** Takes a message. */
  take(data: unknown): void {
    if (typeof data === "string") this.#arrived.push(data.endsWith("\n") ? data : `${data}\n`);
    this.#wake();
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  async *chunks(): AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
    while (true) {
      const arrived = this.#arrived;
      this.#arrived = [];
      for (const text of arrived) yield this.#encoder.encode(text);
      if (this.#arrived.length > 0) continue;
      if (this.#closed) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error("the connection was closed"));
    }
    this.#socket.send(this.#decoder.decode(bytes));
    return Promise.resolve();
  }

  closeWrite(): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }

  /** A browser may take long to close a connection that is dead, so its end is not waited for. */
  close(): void {
    this.#socket.close();
    this.#end();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #end(): void {
    this.#closed = true;
    this.#wake();
  }
}
