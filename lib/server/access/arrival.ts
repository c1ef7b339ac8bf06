import { concat } from "@std/bytes/concat";
import type { Connection } from "../../net/connection.ts";
import { detectStart, isRequestStart, type Start } from "../../net/detect.ts";
import { RewoundConnection } from "../../net/rewound.ts";
import { PlainTextError } from "../../net/tls/plain_text.ts";
import { FIXED } from "../limits.ts";
import type { Browsers } from "./browsers.ts";
import type { Undecided, UndecidedConnections } from "./undecided.ts";

/** How long, in milliseconds, a silent connection waits for its greeting: a browser's request comes within 40 ms. */
const GREET_AFTER_MS = 200;

/** The same for one from where a browser is: browsers close connections that they do not use after 5 s. */
const GREET_AT_BROWSER_MS = 6000;

/** How long, in milliseconds, a handshake may take: more than a peer may take for its first byte. */
const HANDSHAKE_TIMEOUT_MS = 6000;

const LF = 0x0a;
const CR = 0x0d;

/**
 * What someone who connects turned out to speak. Nothing was sent to them yet. `plain`: what is no TLS, where TLS is
 * spoken; it is a request of HTTP if `http`.
 */
export type Arrived =
  | { kind: "chat" | "http"; connection: RewoundConnection }
  | { kind: "plain"; connection: RewoundConnection; http: boolean };

/** What an arrival works with. */
export interface ArrivalOptions {
  /** What its limits are counted by. */
  source: string;
  /** The connections that have not sent anything yet. */
  undecided: UndecidedConnections;
  /** Where browsers are. */
  browsers: Browsers;
}

/** The first moments of a connection: waits for its first bytes, or a short silence, which tell what the peer speaks. */
export class Arrival implements Undecided {
  readonly #connection: Connection;
  readonly #options: ArrivalOptions;
  readonly #began = performance.now();
  readonly #greeted = Promise.withResolvers<"greeted">();
  #timer?: ReturnType<typeof setTimeout>;
  /** What has come. */
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  /** Whether that looks like the beginning of a request. */
  #isRequest = false;
  #phase: "handshake" | "plain" | "open" = "handshake";

  /** Takes over an accepted connection. See {@linkcode Arrival.decide}. */
  constructor(connection: Connection, options: ArrivalOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  get fromBrowser(): boolean {
    return this.#options.browsers.has(this.#options.source, performance.now());
  }

  /** Ends the wait: it is to be greeted as someone who chats. One without a handshake is closed. */
  greet(): void {
    this.#greeted.resolve("greeted");
    if (this.#phase === "handshake") this.#connection.close();
  }

  /** Resolves when it is clear what the peer speaks; to nothing if that is not for us, and it was closed. Never throws. */
  async decide(): Promise<Arrived | undefined> {
    try {
      return await this.#shakeHands() ?? await this.#listen(this.#connection);
    } catch {
      this.#connection.close();
    } finally {
      this.#options.undecided.delete(this);
      clearTimeout(this.#timer);
    }
  }

  /** Completes the handshake; returns what speaks plain text instead. */
  async #shakeHands(): Promise<Arrived | undefined> {
    const late = setTimeout(() => this.#connection.close(), HANDSHAKE_TIMEOUT_MS);
    try {
      await this.#connection.handshake();
      this.#phase = "open";
      this.#options.undecided.add(this);
    } catch (error) {
      if (!(error instanceof PlainTextError)) throw error;
      return await this.#listenToPlain(error.connection);
    } finally {
      clearTimeout(late);
    }
  }

  async #listenToPlain(connection: Connection): Promise<Arrived | undefined> {
    this.#phase = "plain";
    const arrived = await this.#listen(connection);
    return arrived && { ...arrived, kind: "plain", http: arrived.kind === "http" };
  }

  async #listen(connection: Connection): Promise<Arrived | undefined> {
    const rest = connection.chunks();
    this.#waitFor(GREET_AFTER_MS);
    while (true) {
      const pending = rest.next();
      const next = await Promise.race([pending, this.#greeted.promise]).catch(() => "broken" as const);
      const heard = typeof next === "object" && !next.done;
      const start: Start | undefined = heard ? this.#take(next.value) : "chat";
      if (start === undefined) continue;
      if (start !== "chat" && start !== "http") return void connection.close();
      const ahead = { first: concat(this.#chunks), rest, pending: heard ? undefined : pending };
      return { kind: start, connection: new RewoundConnection(connection, ahead) };
    }
  }

  #take(chunk: Uint8Array<ArrayBuffer>): Start | undefined {
    this.#chunks.push(chunk.slice());
    this.#size += chunk.length;
    // However it is cut, it is not looked through again with each byte of it.
    if (!this.#isRequest || chunk.includes(LF) || chunk.includes(CR)) {
      const bytes = concat(this.#chunks);
      this.#isRequest = isRequestStart(bytes);
      if (!this.#isRequest) return detectStart(bytes);
    }
    return this.#size > FIXED.maxHeadBytes ? "http" : undefined;
  }

  /** Greets after a silence, unless a browser may be about to speak. */
  #waitFor(ms: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#patience - (performance.now() - this.#began);
      if (left > 0) this.#waitFor(left);
      else this.greet();
    }, ms);
  }

  /** How long, in milliseconds from its beginning, it may still be about to become a request. */
  get #patience(): number {
    if (this.#isRequest) return FIXED.headTimeoutMs;
    return this.#size === 0 && this.#phase === "open" && this.fromBrowser ? GREET_AT_BROWSER_MS : 0;
  }
}
