import type { Connection } from "../../net/connection.ts";
import type { Continuation } from "../core/continuation.ts";
import { Conversation } from "../core/conversation.ts";
import type { ConversationEvent } from "../core/events.ts";
import type { LocalAnswer } from "../core/local_commands.ts";
import { Retry } from "../core/retry.ts";
import { talk } from "../core/talk.ts";
import { type Answer, Questions } from "./questions.ts";
import type { BrowserRecollection } from "./recollection.ts";
import { TypedLines } from "./typed_lines.ts";

/** How long, in milliseconds, the first attempt to connect again waits at most. */
const FIRST_DELAY_MS = 500;

/** How the connection is. */
export type Status =
  | { kind: "connecting" }
  | { kind: "there" }
  /** There is none; the next attempt is at `retryAt` (`performance.now()`), and it has been so since `since`. */
  | { kind: "lost"; retryAt: number; since: number }
  /** It is over, until its user wants it again. */
  | { kind: "ended"; why: string };

/** A line that was entered and not answered. */
export interface PendingLine {
  /** The line as it was typed. */
  readonly text: string;
  /** Whether it waits for a connection. */
  readonly waits: boolean;
}

/** What a session takes. */
export interface SessionOptions {
  /** Opens a connection to the server. */
  connect(signal: AbortSignal): Promise<Connection>;
  /** What the browser remembers of the server. */
  recollection: BrowserRecollection;
  /** Where the tab's last page has stopped. */
  continuation?: Continuation;
  /** The room that the address asks for. */
  room?: string;
  /** The password that was right on the last page of the tab. */
  password?: string;
  /** Shows what happens. */
  show(event: ConversationEvent): void;
  /** The connection has changed, or what waits for it. */
  changed(): void;
  /** Asks for the password; what came before was wrong if there is a reason. */
  askPassword(): Promise<string>;
  /** Carries out a line that is for the client. */
  locally(line: string): LocalAnswer | undefined;
}

/** Talks with a server for as long as the page is there, over one conversation after another. */
export class Session {
  readonly #options: SessionOptions;
  readonly #typed = new TypedLines();
  readonly #questions = new Questions();
  #conversation?: Conversation;
  #continuation?: Continuation;
  #password?: string;
  #status: Status = { kind: "connecting" };
  #next = Promise.withResolvers<void>();
  #since = 0;

  /** See {@linkcode SessionOptions}. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#continuation = options.continuation;
    this.#password = options.password;
  }

  /** How the connection is. */
  get status(): Status {
    return this.#status;
  }

  /** One's name, once it is known. */
  get name(): string {
    return this.#conversation?.name ?? this.#continuation?.name ?? "";
  }

  /** The room in which one is, once it is known. */
  get room(): string | undefined {
    return this.#conversation?.room ?? this.#continuation?.room;
  }

  /** Whether the conversation goes on where the tab's last page has stopped. */
  get resumes(): boolean {
    return this.#options.continuation?.resume !== undefined;
  }

  /** The password that was given last. */
  get password(): string | undefined {
    return this.#password;
  }

  /** Whether commands are understood. */
  get rich(): boolean {
    return this.#conversation?.rich ?? true;
  }

  /** What another page of the tab needs to go on. */
  get continuation(): Continuation | undefined {
    const now = this.#conversation?.continuation ?? this.#continuation;
    const unanswered = [...now?.unanswered ?? [], ...this.#typed.waiting.map((text) => ({ text }))];
    return now && { ...now, unanswered };
  }

  /** What was entered and not answered, in order. */
  get pending(): PendingLine[] {
    const conversation = this.#conversation;
    const waits = this.#status.kind !== "there" || conversation?.waits !== false;
    const sent = conversation?.unanswered.filter(({ unasked }) => !unasked) ??
      this.#continuation?.unanswered ?? [];
    return [...sent.map(({ text }) => text), ...this.#typed.waiting].map((text) => ({ text, waits }));
  }

  /** Says a line, or carries out a command. */
  say(line: string): void {
    this.#typed.add(line);
    queueMicrotask(() => this.#options.changed());
  }

  /** Sends a line that nobody typed. */
  async tell(line: string): Promise<void> {
    await this.#conversation?.send(line, { unasked: true });
  }

  /** Asks for messages from before; `undefined` if the connection breaks, or is broken. */
  async ask(line: string): Promise<Answer | undefined> {
    if (this.#status.kind !== "there") return;
    const { lines, answer } = this.#questions.ask(line);
    for (const one of lines) this.tell(one);
    return await answer;
  }

  /** Tries to connect at once, or begins again after an end. */
  hurry(): void {
    this.#conversation?.hurry();
    this.#next.resolve();
  }

  /** Finds out whether the connection is still alive; what is dead is replaced within `ms` milliseconds. */
  check(ms: number): void {
    if (this.#status.kind === "lost") this.hurry();
    else if (this.#status.kind === "there") this.#conversation?.check(ms);
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    await this.#conversation?.leave();
  }

  /** Talks until the page is gone. */
  async run(): Promise<never> {
    let retry = new Retry({ firstDelay: FIRST_DELAY_MS });
    while (true) {
      const connection = await this.#connect();
      if (connection !== undefined) {
        const why = await this.#talk(connection);
        if (why !== undefined) {
          await this.#wait({ kind: "ended", why });
          retry = new Retry({ firstDelay: FIRST_DELAY_MS });
          continue;
        }
      }
      const delay = retry.next(performance.now(), Math.random());
      await this.#wait({ kind: "lost", retryAt: performance.now() + delay, since: this.#lostSince() }, delay);
    }
  }

  async #connect(): Promise<Connection | undefined> {
    if (this.#status.kind !== "lost") this.#become({ kind: "connecting" });
    try {
      return await this.#options.connect(new AbortController().signal);
    } catch {
      // The server is not there, and may be later.
    }
  }

  /** Talks over one conversation; returns why it is over, or `undefined` if it is to be tried again. */
  async #talk(connection: Connection): Promise<string | undefined> {
    const { recollection, connect, room, askPassword, locally } = this.#options;
    const conversation = new Conversation(connection, {
      name: recollection.name,
      room: room ?? recollection.room,
      identity: recollection.identity,
      places: recollection,
      watch: true,
      untold: true,
      password: this.#password,
      continuation: this.#continuation,
      connect,
      firstDelay: FIRST_DELAY_MS,
    });
    this.#conversation = conversation;
    const over = new AbortController();
    const { problem = "you left" } = await talk(conversation, {
      input: this.#typed.until(over.signal),
      show: (event) => this.#show(event),
      showOwn: () => {},
      password: async () => this.#password = await askPassword(),
      locally,
      stayed: () => {},
      follow: true,
    });
    over.abort();
    this.#questions.giveUp();
    this.#continuation = conversation.continuation;
    this.#conversation = undefined;
    conversation[Symbol.dispose]();
    return conversation.closed ?? (this.#status.kind === "there" ? problem : undefined);
  }

  #show(event: ConversationEvent): void {
    if (event.kind === "lost") {
      this.#become({ kind: "lost", retryAt: performance.now() + event.delay, since: this.#lostSince() });
    } else if (event.kind === "welcome" || event.kind === "back") {
      this.#become({ kind: "there" });
    }
    if (!this.#questions.take(event)) this.#options.show(event);
    this.#options.changed();
  }

  #lostSince(): number {
    return this.#status.kind === "lost" ? this.#since : this.#since = performance.now();
  }

  #become(status: Status): void {
    this.#status = status;
    this.#options.changed();
  }

  async #wait(status: Status, ms?: number): Promise<void> {
    this.#become(status);
    this.#next = Promise.withResolvers();
    const timer = ms === undefined ? undefined : setTimeout(() => this.#next.resolve(), ms);
    await this.#next.promise;
    clearTimeout(timer);
  }
}
