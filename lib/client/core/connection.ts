import { delay } from "@std/async/delay";
import type { Connection } from "../../net/connection.ts";
import { clean } from "../../wire/clean.ts";
import { formatHello, type Hello, PASSWORD_PROMPT, WELCOME } from "../../wire/hello.ts";
import { LineReader, TOO_LONG } from "../../wire/lines.ts";
import { parseReceived, type Received } from "../../wire/received.ts";
import { ExplainedError } from "../../wire/refusal.ts";
import type { ClientEvent } from "./events.ts";
import { Negotiation } from "./negotiation.ts";
import { within } from "./within.ts";

export type { ClientEvent } from "./events.ts";

/** How long, in milliseconds, the end of a plain-text line may take before the incomplete line is shown. */
const PARTIAL_AFTER_MS = 50;

/** How long, in milliseconds, a server may take to close after it said so, or after the input has ended. */
const CLOSE_TIMEOUT_MS = 2000;

/** The longest line, in bytes, that a client accepts. */
const MAX_RECEIVED_LINE = 64 * 1024;

/** How many of the latest lines before the answer to `/hello` are kept, in case there is no answer. */
const MAX_HELD = 64;

/** How long, in milliseconds, input may be handled before keys, timers and signals get their turn. */
const TURN_MS = 10;

const SPEAKS_TLS = "this server speaks TLS: start the client with --tls";

const NOT_A_WORD =
  "the server closed the connection without a word: it may be no chat server; if it speaks TLS, start the client with --tls";

/** Says, in a sentence, why there can be no conversation with this server. */
export class ConversationError extends ExplainedError {}

/** How to begin on a connection. */
export interface ClientConnectionOptions {
  /** Whether to ask for the greeting at once, because this server is known to wait for that. */
  knock?: boolean;
}

/** One connection to a server: negotiates, then yields what happens as events and sends lines. */
export class ClientConnection implements Disposable {
  readonly #connection: Connection;
  readonly #hello: Hello;
  readonly #negotiation: Negotiation;
  #inRoom = false;
  readonly #reader = new LineReader(MAX_RECEIVED_LINE);
  readonly #encoder = new TextEncoder();
  readonly #negotiated = Promise.withResolvers<void>();
  #knocking?: Promise<void>;
  #welcomed = false;
  #sent = false;
  #breathedAt = performance.now();
  readonly #stop = new AbortController();
  #partingTimer?: ReturnType<typeof setTimeout>;
  #sending: Promise<void> = Promise.resolve();
  /** Lines between `/hello` and its answer: the answer starts the stream over, so they are shown only if none comes. */
  #held: string[] | undefined;

  /** `hello` is sent to a server that is parley: the requested name, the password, the position to resume from. */
  constructor(connection: Connection, hello: Hello = {}, options: ClientConnectionOptions = {}) {
    this.#connection = connection;
    this.#hello = hello;
    this.#negotiation = new Negotiation(performance.now(), options);
  }

  /** Whether the server waits for a client's first bytes with its greeting; until that is clear, whether it did before. */
  get waited(): boolean {
    return this.#negotiation.waited;
  }

  /** Whether the server is parley, so that one's messages come back as receipts. Known once `send` has resolved. */
  get rich(): boolean {
    return this.#negotiation.mode === "rich";
  }

  /** Whether one is in the room, so that lines are said there. */
  get inRoom(): boolean {
    return this.#inRoom;
  }

  /** Answers the server's request for the password. */
  async givePassword(password: string): Promise<void> {
    await this.#write(password);
  }

  /**
   * Sends a line after the previous ones, once it is clear how to talk to this server. Resolves when it is on its way.
   *
   * @throws if the connection is broken
   */
  send(line: string): Promise<void> {
    const sent = this.#sending.then(() => this.#negotiated.promise).then(() => this.#write(line));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  /** Ends one's input: parley answers all of it, then closes; any other server gets two seconds to close. */
  async end(): Promise<void> {
    await this.#sending;
    await this.#negotiated.promise;
    if (this.rich) return await this.#write("/quit");
    this.#partingTimer = setTimeout(() => this.#connection.close(), CLOSE_TIMEOUT_MS);
    await this.#connection.closeWrite();
  }

  /**
   * Yields what happens, from the first line until the server closes. Call it once.
   *
   * @throws {ConversationError} if the server does not talk to this client
   * @throws if the connection breaks
   */
  async *events(): AsyncGenerator<ClientEvent> {
    const chunks = this.#connection.chunks();
    let next = chunks.next();
    while (true) {
      const result = await within(next, this.#patience());
      if (result === undefined) {
        yield* this.#silence();
      } else if (result.done) {
        break;
      } else if (this.#negotiation.rejects(result.value)) {
        throw new ConversationError(SPEAKS_TLS);
      } else {
        yield* this.#receive(result.value);
        await this.#breathe();
        next = chunks.next();
      }
    }
    clearTimeout(this.#partingTimer);
    if (this.#stop.signal.aborted) return;
    for (const text of this.#held ?? []) yield { kind: "line", text };
    yield* this.#partial();
    if (this.#negotiation.silent) throw new ConversationError(NOT_A_WORD);
    this.#negotiated.resolve();
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    clearTimeout(this.#partingTimer);
    this.#stop.abort();
    this.#connection.close();
    this.#negotiated.resolve();
  }

  /** Yields to the event loop from time to time: reading data that is there already never does. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathedAt < TURN_MS) return;
    await delay(0, { signal: this.#stop.signal }).catch(() => {});
    this.#breathedAt = performance.now();
  }

  /** How long, in milliseconds, to wait for more before silence has a meaning. */
  #patience(): number {
    if (this.rich) return Infinity;
    const partial = this.#reader.pending ? PARTIAL_AFTER_MS : Infinity;
    return Math.min(partial, this.#negotiation.patience(performance.now()));
  }

  *#silence(): Generator<ClientEvent> {
    yield* this.#partial();
    const silence = this.#negotiation.silence(performance.now());
    if (silence === undefined) return;
    if (silence === "knock") return this.#knock();
    this.#negotiated.resolve();
    yield { kind: silence };
  }

  /** Asks for the greeting with an empty line, which says nothing on any server. */
  #knock(): void {
    // That the connection broke is told by reading it.
    this.#knocking = this.#connection.write(this.#encoder.encode("\n")).catch(() => {});
  }

  /** The incomplete line, as if it ended here. */
  *#partial(): Generator<ClientEvent> {
    const rest = this.#reader.end();
    if (rest !== undefined) yield* this.#line(rest);
  }

  async *#receive(bytes: Uint8Array): AsyncGenerator<ClientEvent> {
    const decided = this.#negotiation.hear(bytes, performance.now());
    const lines = this.#reader.push(bytes);
    if (decided === "plain") {
      this.#negotiated.resolve();
      yield { kind: "plain" };
    }
    // A server that closes immediately has said why, which is still to be read.
    if (decided === "rich") await this.#negotiate().catch(() => {});
    for (const line of lines) {
      yield* this.#line(line);
      await this.#breathe();
    }
  }

  /** Asks for JSON. If something was said in plain text already, it is too late for `/hello`. */
  async #negotiate(): Promise<void> {
    if (this.#sent) {
      await this.#write("/json");
      if (this.#hello.name !== undefined) await this.#write(`/name ${this.#hello.name}`);
      this.#enter();
    } else {
      this.#held = [];
      await this.#write(formatHello({ ...this.#hello, format: "json" }));
    }
  }

  *#line(line: string | typeof TOO_LONG): Generator<ClientEvent> {
    if (line === TOO_LONG) {
      yield {
        kind: "error",
        text: `the server sent a line of more than ${MAX_RECEIVED_LINE} bytes; it was left out`,
      };
      return;
    }
    if (this.rich && line.startsWith("{")) {
      const received = parseReceived(line);
      if (received !== undefined) yield* this.#received(received);
      return;
    }
    const text = clean(line);
    if (!this.#inRoom && text === `-- ${PASSWORD_PROMPT}`) return;
    if (this.#held !== undefined && this.#welcomed) this.#hold(this.#held, text);
    else yield { kind: "line", text };
    if (text.startsWith(WELCOME)) this.#welcomed = true;
  }

  #hold(held: string[], text: string): void {
    held.push(text);
    if (held.length > MAX_HELD) held.shift();
  }

  /** From now on lines go to the room, and not to whoever asks for the password. */
  #enter(): void {
    this.#inRoom = true;
    this.#negotiated.resolve();
  }

  *#received(event: Received): Generator<ClientEvent> {
    // A client that is turned away shows the reason, not what came before it.
    if (event.kind === "welcome" || event.kind === "closed") this.#held = undefined;
    if (event.kind === "welcome" && !this.#inRoom) this.#enter();
    // The server may fail to end the connection.
    if (event.kind === "closed") {
      this.#partingTimer ??= setTimeout(() => this.#connection.close(), CLOSE_TIMEOUT_MS);
    }
    // The answer to /hello starts the stream over.
    if (this.#held !== undefined && "seq" in event) return;
    const asks = !this.#inRoom && event.kind === "notice" && event.text === PASSWORD_PROMPT;
    yield asks ? { kind: "password" } : event;
  }

  async #write(line: string): Promise<void> {
    this.#sent = true;
    await this.#knocking;
    await this.#connection.write(this.#encoder.encode(`${line}\n`));
  }
}
