import type { Connection } from "../../net/connection.ts";
import type { Welcome } from "../../wire/entries.ts";
import type { Received } from "../../wire/received.ts";
import { type ClientEvent, ConversationError } from "./connection.ts";
import { Connections } from "./connections.ts";
import type { ConversationEvent } from "./events.ts";
import type { Outgoing } from "./outbox.ts";
import type { RetryOptions } from "./retry.ts";
import { Sender, type Sent } from "./sender.ts";
import { RoomError, Standing, type StandingOptions } from "./standing.ts";

export type { ConversationEvent } from "./events.ts";

/** How long, in milliseconds, a server may take to answer `/quit`. */
const QUIT_TIMEOUT_MS = 500;

/** What a {@linkcode Conversation} takes. */
export interface ConversationOptions extends StandingOptions, RetryOptions {
  /** The answer if the server asks for a password. */
  password?: string;
  /** Reconnects; without it the conversation ends with its connection. */
  connect?(signal: AbortSignal): Promise<Connection>;
  /** How many lines may wait for an answer before {@linkcode Conversation.send} holds back the next one. */
  window?: number;
}

/**
 * What is said and heard in a room, and in those that one moves to, over as many connections as it takes. If the server
 * is parley, what was missed during a break follows, and what was not answered is sent again and said once, in the room
 * for which it was meant or not at all.
 */
export class Conversation implements Disposable {
  readonly #standing: Standing;
  readonly #connections: Connections;
  readonly #sender: Sender;
  readonly #ready = Promise.withResolvers<void>();
  #password?: string;
  #leaving = false;
  /** Set in a room that one did not ask for. */
  #misplaced?: RoomError;
  #closed?: Extract<Received, { kind: "closed" }>;

  /** Takes over `connection`, the first one, and owns it from then on. */
  constructor(connection: Connection, options: ConversationOptions = {}) {
    this.#password = options.password;
    this.#standing = new Standing(options);
    const hello = () => this.#standing.hello(this.#password);
    this.#connections = new Connections(connection, { ...options, hello });
    this.#sender = new Sender({
      connections: this.#connections,
      moving: this.#standing.moving,
      open: () => this.#open,
      window: options.window,
    });
  }

  /** Resolves when it is clear how to talk to the server and it has let us in: from then on, what is sent is said. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether the server is parley, which sends our own lines back as receipts. Known once `ready` has resolved. */
  get rich(): boolean {
    return this.#standing.entered || this.#connections.current.rich;
  }

  /** Our name, once it is known. */
  get name(): string | undefined {
    return this.#standing.name;
  }

  /** The room in which we are, once it is known. */
  get room(): string | undefined {
    return this.#standing.moving.room;
  }

  /** Whether what is sent now has to wait for a new connection. */
  get waits(): boolean {
    return this.#standing.entered && !this.#connections.welcomed;
  }

  /** The lines that were not answered yet, in order. */
  get unanswered(): readonly Outgoing[] {
    return this.#sender.unanswered;
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
    await this.#connections.current.givePassword(password).catch(() => {});
  }

  /**
   * Says a line, after what was said before, as soon as it can be. Resolves when the next one may follow: after a line
   * that goes to another room, when it is known whether one is there. `unasked`: nobody typed it, so that it does not come
   * back if it is refused.
   */
  async send(line: string, options: { unasked?: boolean } = {}): Promise<Sent> {
    await this.#ready.promise;
    if (this.rich) return await this.#sender.send(line, options);
    await this.#connections.current.send(line);
    return "sent";
  }

  /** Says nothing more: the server answers what was said, and then closes. */
  async end(): Promise<void> {
    await this.#ready.promise;
    if (!this.rich) return await this.#connections.current.end();
    this.#sender.end();
  }

  /**
   * Yields what happens, until the server closes for good or has been out of reach for too long. Call it once.
   *
   * @throws {ConversationError} if the server does not talk to this client, or puts it into a room that it did not ask for
   */
  async *events(): AsyncGenerator<ConversationEvent> {
    while (true) {
      try {
        for await (const event of this.#connections.current.events()) yield* this.#handle(event);
      } catch (error) {
        if (error instanceof ConversationError && !this.#connections.again) throw error;
      }
      if (this.#misplaced !== undefined) throw this.#misplaced;
      if (!this.#continues()) break;
      if (!(yield* this.#connections.reconnect())) break;
      this.#closed = undefined;
    }
    this.#ready.resolve();
  }

  /** Leaves without waiting for answers. Tells the server, if it is connected, so that the name is free at once. */
  async leave(): Promise<void> {
    this.#leaving = true;
    const { current, signal } = this.#connections;
    if (!current.inRoom) return this[Symbol.dispose]();
    const late = setTimeout(() => this[Symbol.dispose](), QUIT_TIMEOUT_MS);
    signal.addEventListener("abort", () => clearTimeout(late));
    await current.send("/quit").catch(() => this[Symbol.dispose]());
  }

  /** Ends the conversation at once. */
  [Symbol.dispose](): void {
    this.#connections[Symbol.dispose]();
    this.#sender[Symbol.dispose]();
    this.#ready.resolve();
  }

  /** Whether lines can be said on the current connection now. */
  get #open(): boolean {
    return this.#connections.current.inRoom && this.#closed === undefined && !this.waits && !this.#leaving;
  }

  /** Whether to reconnect after a connection has ended. A server that is not parley would not recognise us. */
  #continues(): boolean {
    if (this.#leaving || this.#sender.done || !this.#connections.broken()) return false;
    return this.#standing.entered && this.#closed?.retry !== false;
  }

  /** Notes an event. In a room that one did not ask for, one only leaves. */
  *#handle(event: ClientEvent): Generator<ConversationEvent> {
    if (this.#misplaced !== undefined) return;
    try {
      yield* this.#note(event);
    } catch (error) {
      if (!(error instanceof RoomError)) throw error;
      this.#misplaced = error;
      this.leave();
    }
  }

  *#note(event: ClientEvent): Generator<ConversationEvent> {
    if (this.#connections.heard(event)) return;
    const told = event.kind === "pong" ? this.#sender.pong(event.text) : undefined;
    if (told !== undefined) return yield* told;
    if (event.kind === "welcome") return yield* this.#welcome(event);
    // The greeting was shown before; an error says why we are turned away.
    const { again, welcomed } = this.#connections;
    if (event.kind === "line" && again && !welcomed && !event.text.startsWith("error:")) return;
    if (event.kind === "closed") this.#closed = event;
    if (this.#standing.note(event)) {
      this.#connections.progress();
      this.#sender.entry();
    }
    const said = event.kind === "error" ? this.#sender.refused(event.line) : undefined;
    if (event.kind !== "password") yield* unconfirmed(this.#sender.settle(event));
    if (event.kind === "plain" || event.kind === "silent") this.#ready.resolve();
    yield event.kind === "error" && said !== undefined ? { ...event, said } : event;
  }

  *#welcome(event: Welcome): Generator<ConversationEvent> {
    const { again, welcomed } = this.#connections;
    const arrival = this.#standing.welcome(event, { first: !welcomed, again });
    if (arrival === undefined) return;
    this.#connections.welcome();
    if (!welcomed) yield* unconfirmed(this.#sender.reconnected(event.taken));
    if (arrival.moved) yield* unconfirmed(this.#sender.moved());
    yield* arrival.events;
    this.#ready.resolve();
    this.#sender.pump();
  }
}

function* unconfirmed(lines: readonly Outgoing[]): Generator<ConversationEvent> {
  for (const { text } of lines) yield { kind: "unconfirmed", text };
}
