import { delay } from "@std/async/delay";
import type { Connection } from "../../net/connection.ts";
import { isTlsAlert } from "../../net/detect.ts";
import { clean } from "../../wire/clean.ts";
import { formatHello, type Hello, PASSWORD_PROMPT, TLS_ONLY, WELCOME } from "../../wire/hello.ts";
import { LineReader, TOO_LONG } from "../../wire/lines.ts";
import { parseReceived, type Received } from "../../wire/received.ts";
import { Greeting } from "./greeting.ts";
import { ExplainedError } from "../../wire/refusal.ts";

/** How long, in milliseconds, to wait for the greeting before an empty line asks for it. */
const KNOCK_AFTER_MS = 700;

/** How long, in milliseconds, a server may take after that to say something before the client goes on in plain text. */
const SILENT_AFTER_MS = 2000;

/** How long, in milliseconds, a server that has begun to speak may take to show that it is parley. */
const PLAIN_AFTER_MS = 500;

/** A greeting that took longer than this, in milliseconds, is one that waits for the client's first bytes. */
const LATE_GREETING_MS = 150;

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

/** What happens on a connection. */
export type ClientEvent =
  /** A line of plain text, cleaned. */
  | { kind: "line"; text: string }
  /** The server is not parley, or late to show that it is: nothing is confirmed, and no receipts come. */
  | { kind: "plain" }
  /** The same, and nothing at all has come from it yet. */
  | { kind: "silent" }
  /** The server asks for the password; see {@linkcode ClientConnection.givePassword}. */
  | { kind: "password" }
  | Received;

/** How to begin on a connection. */
export interface ClientConnectionOptions {
  /** Whether to ask for the greeting at once, because this server is known to wait for that. */
  knock?: boolean;
}

/** One connection to a server: negotiates, then yields what happens as events and sends lines. */
export class ClientConnection implements Disposable {
  readonly #connection: Connection;
  readonly #hello: Hello;
  #inRoom = false;
  #silent = true;
  readonly #greeting = new Greeting();
  readonly #reader = new LineReader(MAX_RECEIVED_LINE);
  readonly #encoder = new TextEncoder();
  readonly #negotiated = Promise.withResolvers<void>();
  readonly #startedAt = performance.now();
  /** When an empty line is to ask for the greeting; never once it has, or something came. */
  #knockAt: number;
  #plainAt = Infinity;
  #knocking?: Promise<void>;
  #waited = false;
  #mode: "undecided" | "plain" | "rich" = "undecided";
  #welcomed = false;
  #sent = false;
  #breathedAt = performance.now();
  readonly #stop = new AbortController();
  #partingTimer?: ReturnType<typeof setTimeout>;
  #sending: Promise<void> = Promise.resolve();
  /** Lines between `/hello` and its answer: the answer starts the stream over, so they are shown only if none comes. */
  #held: string[] | undefined;

  /** `hello` is sent to a server that is parley: the requested name, the password, the position to resume from. */
  constructor(connection: Connection, hello: Hello = {}, { knock = false }: ClientConnectionOptions = {}) {
    this.#connection = connection;
    this.#hello = hello;
    this.#knockAt = this.#startedAt + (knock ? 0 : KNOCK_AFTER_MS);
  }

  /** Whether the server is parley and waits for a client's first bytes with its greeting. */
  get waited(): boolean {
    return this.rich && this.#waited;
  }

  /** Whether the server is parley, so that one's messages come back as receipts. Known once `send` has resolved. */
  get rich(): boolean {
    return this.#mode === "rich";
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
      } else if (this.#silent && speaksTls(result.value)) {
        throw new ConversationError(SPEAKS_TLS);
      } else {
        this.#hear();
        yield* this.#receive(result.value);
        await this.#breathe();
        next = chunks.next();
      }
    }
    clearTimeout(this.#partingTimer);
    if (this.#stop.signal.aborted) return;
    for (const text of this.#held ?? []) yield { kind: "line", text };
    yield* this.#partial();
    if (this.#silent) throw new ConversationError(NOT_A_WORD);
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
    if (this.#mode === "rich") return Infinity;
    const partial = this.#reader.pending ? PARTIAL_AFTER_MS : Infinity;
    if (this.#mode === "plain") return partial;
    return Math.min(partial, Math.min(this.#knockAt, this.#plainAt) - performance.now());
  }

  *#silence(): Generator<ClientEvent> {
    yield* this.#partial();
    const now = performance.now();
    if (now >= this.#knockAt) return this.#knock(now);
    if (this.#mode !== "undecided" || now < this.#plainAt) return;
    this.#mode = "plain";
    this.#negotiated.resolve();
    yield { kind: this.#silent ? "silent" : "plain" };
  }

  /** Asks for the greeting with an empty line, which says nothing on any server. */
  #knock(now: number): void {
    this.#knockAt = Infinity;
    this.#plainAt = now + SILENT_AFTER_MS;
    // That the connection broke is told by reading it.
    this.#knocking = this.#connection.write(this.#encoder.encode("\n")).catch(() => {});
  }

  #hear(): void {
    if (!this.#silent) return;
    this.#silent = false;
    const now = performance.now();
    this.#waited = this.#knocking !== undefined || now - this.#startedAt > LATE_GREETING_MS;
    this.#knockAt = Infinity;
    this.#plainAt = now + PLAIN_AFTER_MS;
  }

  /** The incomplete line, as if it ended here. */
  *#partial(): Generator<ClientEvent> {
    const rest = this.#reader.end();
    if (rest !== undefined) yield* this.#line(rest);
  }

  async *#receive(bytes: Uint8Array): AsyncGenerator<ClientEvent> {
    const verdict = this.#mode === "rich" ? "parley" : this.#greeting.push(bytes);
    const lines = this.#reader.push(bytes);
    if (this.#mode === "undecided" && verdict === "other") {
      this.#mode = "plain";
      this.#negotiated.resolve();
      yield { kind: "plain" };
    }
    if (this.#mode !== "rich" && verdict === "parley") {
      // A server that closes immediately has said why, which is still to be read.
      await this.#negotiate().catch(() => {});
    }
    for (const line of lines) {
      yield* this.#line(line);
      await this.#breathe();
    }
  }

  /** Asks for JSON. If something was said in plain text already, it is too late for `/hello`. */
  async #negotiate(): Promise<void> {
    this.#mode = "rich";
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
    if (this.#mode === "rich" && line.startsWith("{")) {
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
    if (event.kind === "welcome") {
      if (this.#inRoom) return;
      this.#enter();
    }
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

/** Whether a server's first bytes reject plain text: with a TLS alert, or with parley's own line. */
function speaksTls(bytes: Uint8Array): boolean {
  return isTlsAlert(bytes) || new TextDecoder().decode(bytes).startsWith(TLS_ONLY);
}

/** The value of a promise, or undefined if it takes longer than `ms`; the promise can be awaited again. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  if (ms === Infinity) return await promise;
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, ms));
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
