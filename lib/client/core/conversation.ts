import { delay } from "@std/async/delay";
import type { Connection } from "../../net/connection.ts";
import type { Resume } from "../../wire/hello.ts";
import type { Received } from "../../wire/received.ts";
import { ClientConnection, type ClientEvent, ConversationError } from "./connection.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Retry, type RetryOptions } from "./retry.ts";

/** The text of the heartbeat's `/ping`, whose answer is not shown. */
const PING = "are you there";

/** How long, in milliseconds, a server may take to answer `/quit`. */
const QUIT_TIMEOUT_MS = 500;

/** The default of {@linkcode ConversationOptions.window}. */
const DEFAULT_WINDOW = 512;

/** What happens in a conversation, on its connections or between them. */
export type ConversationEvent =
  | ClientEvent
  /** The connection broke, or the server closed it for now; the next attempt is in `delay` milliseconds. */
  | { kind: "lost"; delay: number }
  /** The connection is back. */
  | { kind: "back" }
  /** The line `said` was refused; `text` says why. */
  | { kind: "error"; text: string; said: string }
  /** The server may or may not have handled this line, and nothing will tell. */
  | { kind: "unconfirmed"; text: string };

/** What a {@linkcode Conversation} takes. */
export interface ConversationOptions extends RetryOptions {
  /** The name to ask for. */
  name?: string;
  /** The answer if the server asks for a password. */
  password?: string;
  /** Reconnects; without it the conversation ends with its connection. */
  connect?(signal: AbortSignal): Promise<Connection>;
  /** How many lines may wait for an answer before {@linkcode Conversation.send} holds back the next one. */
  window?: number;
}

/**
 * What is said and heard in a room, over as many connections as it takes. If the server is parley, what was missed
 * during a break follows, and what was not answered is sent again and said once.
 */
export class Conversation implements Disposable {
  readonly #options: ConversationOptions;
  readonly #client: string = crypto.randomUUID();
  readonly #outbox = new Outbox();
  readonly #stop = new AbortController();
  readonly #retry: Retry;
  readonly #ready = Promise.withResolvers<void>();
  #connection: ClientConnection;
  #name?: string;
  /** The name to ask for on the next connection. */
  #wanted?: string;
  #password?: string;
  /** The last entry seen, from which a new connection resumes. */
  #place?: Resume;
  #welcomed = false;
  #again = false;
  #ending = false;
  #leaving = false;
  #pumping = false;
  /** The connection on which `/quit` was sent. */
  #quitting?: ClientConnection;
  #spaceFor?: PromiseWithResolvers<void>;
  #closed?: Extract<Received, { kind: "closed" }>;
  #heartbeat?: Heartbeat;

  /** Takes over `connection`, the first one, and owns it from then on. */
  constructor(connection: Connection, options: ConversationOptions = {}) {
    this.#options = options;
    this.#retry = new Retry(options);
    this.#wanted = options.name;
    this.#password = options.password;
    this.#connection = this.#adopt(connection);
  }

  /** Resolves when it is clear how to talk to the server and it has let us in: from then on, what is sent is said. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether the server is parley, which sends our own lines back as receipts. Known once `ready` has resolved. */
  get rich(): boolean {
    return this.#place !== undefined || this.#connection.rich;
  }

  /** Our name in the room, once it is known. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Whether what is sent now has to wait for a new connection. */
  get waits(): boolean {
    return this.#place !== undefined && !this.#welcomed;
  }

  /** The lines that were not answered yet, in order. */
  get unanswered(): readonly Outgoing[] {
    return this.#outbox.lines;
  }

  /** Why the server closed the conversation, if it did. */
  get closed(): string | undefined {
    return this.#closed?.text;
  }

  /** Whether {@linkcode Conversation.leave} was called. */
  get left(): boolean {
    return this.#leaving;
  }

  /** Answers the server's question for the password, on this connection and later ones. */
  async givePassword(password: string): Promise<void> {
    this.#password = password;
    // If the connection broke, its events say so.
    await this.#connection.givePassword(password).catch(() => {});
  }

  /**
   * Says a line, after what was said before, as soon as it can be. Resolves when the next one may follow. `unasked`:
   * nobody typed it, so that it does not come back if it is refused.
   */
  async send(line: string, { unasked }: { unasked?: boolean } = {}): Promise<void> {
    await this.#ready.promise;
    const outgoing = this.#outbox.add(line, { unasked });
    if (!this.rich) {
      await this.#connection.send(line);
      return this.#outbox.drop(outgoing);
    }
    this.#pump();
    const { window = DEFAULT_WINDOW } = this.#options;
    while (this.#outbox.lines.length >= window && !this.#stop.signal.aborted) {
      this.#spaceFor ??= Promise.withResolvers();
      await this.#spaceFor.promise;
    }
  }

  /** Says nothing more: the server answers what was said, and then closes. */
  async end(): Promise<void> {
    await this.#ready.promise;
    this.#ending = true;
    if (!this.rich) return await this.#connection.end();
    this.#pump();
  }

  /**
   * Yields what happens, until the server closes for good or has been out of reach for too long. Call it once.
   *
   * @throws {ConversationError} if the server does not talk to this client
   */
  async *events(): AsyncGenerator<ConversationEvent> {
    while (true) {
      try {
        for await (const event of this.#connection.events()) yield* this.#note(event);
      } catch (error) {
        if (error instanceof ConversationError && !this.#again) throw error;
      }
      if (!this.#continues()) break;
      yield* this.#reconnect();
    }
    this.#ready.resolve();
  }

  /** Leaves without waiting for answers. Tells the server, if it is connected, so that the name is free at once. */
  async leave(): Promise<void> {
    this.#leaving = true;
    if (!this.#connection.inRoom) return this[Symbol.dispose]();
    const late = setTimeout(() => this[Symbol.dispose](), QUIT_TIMEOUT_MS);
    this.#stop.signal.addEventListener("abort", () => clearTimeout(late));
    await this.#connection.send("/quit").catch(() => this[Symbol.dispose]());
  }

  /** Ends the conversation at once. */
  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#heartbeat?.[Symbol.dispose]();
    this.#connection[Symbol.dispose]();
    this.#ready.resolve();
    this.#spaceFor?.resolve();
  }

  #adopt(connection: Connection): ClientConnection {
    this.#welcomed = false;
    this.#heartbeat?.[Symbol.dispose]();
    this.#heartbeat = new Heartbeat({
      ask: () => this.#connection.send(`/ping ${PING}`).catch(() => {}),
      // Another program may have taken the server's place.
      expected: () => this.#welcomed || (this.#again ? undefined : false),
      giveUp: () => this.#connection[Symbol.dispose](),
    });
    return new ClientConnection(connection, {
      name: this.#wanted,
      password: this.#password,
      client: this.#client,
      resume: this.#place,
    }, { knock: this.#connection?.waited });
  }

  /** Whether to reconnect after a connection has ended. A server that is not parley would not recognise us. */
  #continues(): boolean {
    if (this.#stop.signal.aborted || this.#leaving || this.#options.connect === undefined) return false;
    if (this.#ending && this.#outbox.lines.length === 0) return false;
    if (!this.#retry.broken(performance.now())) return false;
    return this.#place !== undefined && this.#closed?.retry !== false;
  }

  /** Tries until there is a connection, waiting longer before each attempt. */
  async *#reconnect(): AsyncGenerator<ConversationEvent> {
    this.#connection[Symbol.dispose]();
    this.#welcomed = false;
    while (true) {
      const ms = this.#retry.next(performance.now(), Math.random());
      yield { kind: "lost", delay: ms };
      await delay(ms, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted) return;
      try {
        this.#connection = this.#adopt(await this.#options.connect!(this.#stop.signal));
        this.#again = true;
        this.#closed = undefined;
        return;
      } catch (error) {
        if (this.#stop.signal.aborted || this.#retry.over(performance.now())) return;
        if (error instanceof ConversationError) throw error;
      }
    }
  }

  *#note(event: ClientEvent): Generator<ConversationEvent> {
    this.#heartbeat?.heard();
    if (event.kind === "pong" && event.text === PING) return;
    if (event.kind === "welcome") return yield* this.#welcome(event);
    // The greeting was shown before; an error says why we are turned away.
    if (event.kind === "line" && this.#again && !this.#welcomed && !event.text.startsWith("error:")) return;
    if (event.kind === "renamed" && event.name === this.#name) this.#name = this.#wanted = event.to;
    if (event.kind === "closed") this.#closed = event;
    if ("seq" in event && !("history" in event && event.history)) this.#moveTo(event);
    const said = event.kind === "error" ? this.#saidBefore(event.line) : undefined;
    if (event.kind !== "password") yield* this.#settle(event);
    if (event.kind === "plain" || event.kind === "silent") this.#ready.resolve();
    yield event.kind === "error" && said !== undefined ? { ...event, said } : event;
  }

  /** What was said that is refused: the line of this number, or a command, which has none. */
  #saidBefore(line: number | undefined): string | undefined {
    return line === undefined ? this.#outbox.refusedCommand() : this.#outbox.find(line)?.text;
  }

  *#welcome(event: Extract<Received, { kind: "welcome" }>): Generator<ConversationEvent> {
    const { log, seq, taken, name } = event;
    const known = this.#place?.log === log && this.#place.since === seq ? this.#place : undefined;
    this.#place = { log, since: seq, time: known?.time };
    this.#welcomed = true;
    this.#retry.connected(performance.now());
    const same = this.#again && name === this.#name;
    this.#name = name;
    yield* unconfirmed(this.#outbox.reconnected(taken));
    yield same ? { kind: "back" } : event;
    this.#ready.resolve();
    this.#pump();
  }

  #moveTo({ seq, time }: { seq: number; time: number }): void {
    if (this.#place === undefined) return;
    this.#place = { log: this.#place.log, since: seq, time };
    this.#retry.progress();
  }

  /** Removes from the outbox what an event answers. */
  *#settle(event: ClientEvent): Generator<ConversationEvent> {
    const receipt = (event.kind === "said" || event.kind === "action") && event.own && !event.history;
    const { line } = event as { line?: number };
    if (!receipt && line === undefined && !(event.kind === "private" && event.to !== undefined)) return;
    yield* unconfirmed(this.#outbox.answered(line, receipt));
    this.#spaceFor?.resolve();
    this.#spaceFor = undefined;
  }

  /** Sends what waits in the outbox, one line after another. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const connection = this.#connection;
    try {
      for (let line; this.#open(connection) && (line = this.#outbox.next()) !== undefined;) {
        const numbered = this.#welcomed && line.number !== undefined;
        await connection.send(numbered ? `/once ${line.number} ${line.text}` : line.text);
      }
      if (this.#ending && this.#open(connection) && this.#quitting !== connection) {
        this.#quitting = connection;
        await connection.end();
      }
    } catch {
      // The connection broke; its events say so.
    }
    this.#pumping = false;
    if (connection !== this.#connection) this.#pump();
  }

  #open(connection: ClientConnection): boolean {
    return connection === this.#connection && connection.inRoom && this.#closed === undefined &&
      !this.waits && !this.#leaving;
  }
}

function* unconfirmed(lines: Outgoing[]): Generator<ConversationEvent> {
  for (const { text } of lines) yield { kind: "unconfirmed", text };
}
