import { delay } from "@std/async/delay";
import type { Connection } from "../../net/connection.ts";
import type { Hello } from "../../wire/hello.ts";
import { ClientConnection, type ClientEvent, ConversationError } from "./connection.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Retry, type RetryOptions } from "./retry.ts";

/** The text of the heartbeat's `/ping`, whose answer is not shown. */
const PING = "are you there";

/** What {@linkcode Connections} take. */
export interface ConnectionsOptions extends RetryOptions {
  /** Reconnects; without it there is only the first connection. */
  connect?(signal: AbortSignal): Promise<Connection>;
  /** Returns what a connection begins with. */
  hello(): Hello;
}

/** The connections of a conversation, one after another: keeps an eye on the current one, and finds the next. */
export class Connections implements Disposable {
  readonly #options: ConnectionsOptions;
  readonly #retry: Retry;
  readonly #stop = new AbortController();
  #current: ClientConnection;
  #heartbeat!: Heartbeat;
  #welcomed = false;
  #again = false;

  /** Takes over `first`, and owns it from then on. */
  constructor(first: Connection, options: ConnectionsOptions) {
    this.#options = options;
    this.#retry = new Retry(options);
    this.#current = this.#adopt(first, false);
  }

  /** The connection that there is now, or that broke last. */
  get current(): ClientConnection {
    return this.#current;
  }

  /** Whether the server has welcomed us on it. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  /** Whether it is not the first one. */
  get again(): boolean {
    return this.#again;
  }

  /** Aborted when all is over. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Notes that something came. Returns whether it is nobody's business. */
  heard(event: ClientEvent): boolean {
    this.#heartbeat.heard();
    return event.kind === "pong" && event.text === PING;
  }

  /** Notes a welcome. */
  welcome(): void {
    this.#welcomed = true;
    this.#retry.connected(performance.now());
  }

  /** Notes that the connection is of use. */
  progress(): void {
    this.#retry.progress();
  }

  /** Notes that the connection has ended. Returns whether to look for another one, if it makes sense. */
  broken(): boolean {
    if (this.signal.aborted || this.#options.connect === undefined) return false;
    return this.#retry.broken(performance.now());
  }

  /**
   * Tries until there is a connection, waiting longer before each attempt. Returns whether there is one: not if it is all
   * over, or it has tried for too long.
   *
   * @throws {ConversationError} if the server is not to be talked to any more
   */
  async *reconnect(): AsyncGenerator<{ kind: "lost"; delay: number }, boolean> {
    this.#current[Symbol.dispose]();
    this.#welcomed = false;
    while (true) {
      const ms = this.#retry.next(performance.now(), Math.random());
      yield { kind: "lost", delay: ms };
      await delay(ms, { signal: this.signal }).catch(() => {});
      if (this.signal.aborted) return false;
      try {
        const connection = await this.#options.connect!(this.signal);
        this.#current = this.#adopt(connection, this.#current.waited);
        this.#again = true;
        return true;
      } catch (error) {
        if (this.signal.aborted || this.#retry.over(performance.now())) return false;
        if (error instanceof ConversationError) throw error;
      }
    }
  }

  /** Ends all at once. */
  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#heartbeat[Symbol.dispose]();
    this.#current[Symbol.dispose]();
  }

  #adopt(connection: Connection, knock: boolean): ClientConnection {
    this.#welcomed = false;
    this.#heartbeat?.[Symbol.dispose]();
    this.#heartbeat = new Heartbeat({
      ask: () => this.#current.send(`/ping ${PING}`).catch(() => {}),
      // Another program may have taken the server's place.
      expected: () => this.#welcomed || (this.#again ? undefined : false),
      giveUp: () => this.#current[Symbol.dispose](),
    });
    return new ClientConnection(connection, this.#options.hello(), { knock });
  }
}
