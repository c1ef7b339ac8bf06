import { delay } from "@std/async/delay";
import type { Connection } from "../../net/connection.ts";
import type { Resume } from "../../wire/hello.ts";
import type { Received } from "../../wire/received.ts";
import { ClientConnection, type ClientEvent, ConversationError } from "./connection.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Retry, type RetryOptions } from "./retry.ts";

/** What is asked, and not shown. */
const PING = "are you there";

/** How long, in milliseconds, a server may take to let one go. */
const QUIT_TIMEOUT_MS = 500;

/** The most lines that wait for an answer before no more is taken, where nothing else is said. */
const DEFAULT_WINDOW = 512;

/** What happens in a conversation, besides what happens on its connections. */
export type ConversationEvent =
  | ClientEvent
  /** The connection broke, or the server closed it for now; the next attempt is after so many milliseconds. */
  | { kind: "lost"; delay: number }
  /** There is a connection again. */
  | { kind: "back" }
  /** A line was refused, and why. */
  | { kind: "error"; text: string; said: string }
  /** A line was handled by the server, or was not, and nothing will tell. */
  | { kind: "unconfirmed"; text: string };

/** How to converse. */
export interface ConversationOptions extends RetryOptions {
  /** The name to ask for. */
  name?: string;
  /** What to give where the server asks for a password. */
  password?: string;
  /** Connects again; without it the conversation ends with its connection. */
  connect?(signal: AbortSignal): Promise<Connection>;
  /** The most lines that wait for an answer before no more is taken. */
  window?: number;
}

/**
 * What is said and heard in a room, over as many connections as it takes: where the server is parley, what was missed
 * follows after a break, and what was not answered is sent again, and said once.
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
  /** What was seen of the room up to now. */
  #place?: Resume;
  #welcomed = false;
  #again = false;
  #ending = false;
  #leaving = false;
  #pumping = false;
  /** The connection on which it was said that one leaves. */
  #quitting?: ClientConnection;
  #spaceFor?: PromiseWithResolvers<void>;
  #closed?: Extract<Received, { kind: "closed" }>;
  #heartbeat?: Heartbeat;

  /** `connection`: the first one, which is there already. */
  constructor(connection: Connection, options: ConversationOptions = {}) {
    this.#options = options;
    this.#retry = new Retry(options);
    this.#wanted = options.name;
    this.#password = options.password;
    this.#connection = this.#adopt(connection);
  }

  /** Resolves when it is clear how to talk to the server, and one is let in: from then on what is sent is said. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether the server is parley, so that what one says comes back as the receipt. Known once it is ready. */
  get rich(): boolean {
    return this.#place !== undefined || this.#connection.rich;
  }

  /** The name that one has in the room, as far as it is known. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Whether what is sent now waits for another connection. */
  get waits(): boolean {
    return this.#place !== undefined && !this.#welcomed;
  }

  /** The lines that were not answered. */
  get unanswered(): readonly Outgoing[] {
    return this.#outbox.lines;
  }

  /** Why the server closed the conversation, if it did. */
  get closed(): string | undefined {
    return this.#closed?.text;
  }

  /** Whether it was ended from this side. */
  get left(): boolean {
    return this.#leaving;
  }

  /** Answers the server that asks for the password, on this connection and those that follow. */
  async givePassword(password: string): Promise<void> {
    this.#password = password;
    // That the connection broke is told by its events.
    await this.#connection.givePassword(password).catch(() => {});
  }

  /** Says a line, after what was said before, as soon as it can be. Resolves when the next one may follow. */
  async send(line: string): Promise<void> {
    await this.#ready.promise;
    const outgoing = this.#outbox.add(line);
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

  /** Ends what one says: the server answers all of it, and then closes. */
  async end(): Promise<void> {
    await this.#ready.promise;
    this.#ending = true;
    if (!this.rich) return await this.#connection.end();
    this.#pump();
  }

  /**
   * What happens, until the server closes for good, or there was no connection for too long. Call it once.
   *
   * @throws {ConversationError} where the server does not talk to this client
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

  /** Leaves without waiting for answers: tells the server, if it is there, so that the name is free at once. */
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

  /** Whether to go on when a connection has ended. Another line server would not know one again. */
  #continues(): boolean {
    if (this.#stop.signal.aborted || this.#leaving || this.#options.connect === undefined) return false;
    if (this.#ending && this.#outbox.lines.length === 0) return false;
    if (!this.#retry.broken(performance.now())) return false;
    return this.#place !== undefined && this.#closed?.retry !== false;
  }

  /** Tries until there is a connection; each attempt waits longer. */
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
    // One has seen the greeting, but not why one is turned away.
    if (event.kind === "line" && this.#again && !this.#welcomed && !event.text.startsWith("error:")) return;
    if (event.kind === "renamed" && event.name === this.#name) this.#name = this.#wanted = event.to;
    if (event.kind === "closed") this.#closed = event;
    if ("seq" in event && !("history" in event && event.history)) this.#moveTo(event);
    const said = event.kind === "error" ? this.#outbox.find(event.line)?.text : undefined;
    if (event.kind !== "password") yield* this.#settle(event);
    if (event.kind === "plain" || event.kind === "silent") this.#ready.resolve();
    yield event.kind === "error" && said !== undefined ? { ...event, said } : event;
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

  /** Takes out of the outbox what an event answers. */
  *#settle(event: ClientEvent): Generator<ConversationEvent> {
    const receipt = (event.kind === "said" || event.kind === "action") && event.own && !event.history;
    const { line } = event as { line?: number };
    if (!receipt && line === undefined && !(event.kind === "private" && event.to !== undefined)) return;
    yield* unconfirmed(this.#outbox.answered(line, receipt));
    this.#spaceFor?.resolve();
    this.#spaceFor = undefined;
  }

  /** Sends what is to be sent, one line after the other. */
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
      // The connection broke, which its events tell.
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
