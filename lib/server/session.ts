import type { Cursor } from "../fanout/cursor.ts";
import { sourceOf } from "../net/addresses.ts";
import type { Connection } from "../net/connection.ts";
import { refusalOf } from "../wire/refusal.ts";
import type { Member } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import type { Line } from "../wire/lines.ts";
import { Login } from "./access/login.ts";
import { BYE, fault, REPLACED } from "./disconnects.ts";
import { MAX_ONCE_BYTES } from "./parse_line.ts";
import { lineCost } from "./access/rate_limiter.ts";
import { FIXED } from "./limits.ts";
import { Input } from "./input.ts";
import { MemberLines } from "./member_lines.ts";
import { Membership } from "./membership.ts";
import type { SessionServices } from "./session_context.ts";
import { Throttle } from "./access/throttle.ts";

/** How long, in milliseconds, a connection that the server ends may take to end its own side. */
const LINGER_MS = 1000;

/** How a session differs from others by what carries it. */
export interface SessionOptions {
  /** The lines come in messages: nobody joins in silence, and a line that has not ended is none. */
  messages?: boolean;
  /** What it ends with, at once. */
  closing?: Closed;
  /** Disposed of when it has a member's place, or has ended. */
  admitted?: Disposable;
}

/** Someone who chats over a connection, from the greeting to the close. Once let in, they are a member of the room. */
export class Session {
  /** The source that its limits are counted by. */
  readonly source: string;
  readonly #connection: Connection;
  readonly #services: SessionServices;
  readonly #cursor: Cursor;
  readonly #throttle: Throttle;
  readonly #membership: Membership;
  readonly #login: Login;
  readonly #input: Input;
  readonly #messages: boolean;
  readonly #admitted?: Disposable;
  /** Created with the first line of the member: most say nothing for long. */
  #lines?: MemberLines;
  /** The connection broke, so the member may come back on another one. */
  #lost = false;
  #heardAt = performance.now();
  #closing?: Promise<void>;
  /** Set before anything else is done to close it. */
  #isClosing = false;
  #linger?: ReturnType<typeof setTimeout>;
  /** The place of a member, once it has joined. */
  #place?: Disposable;

  /** Takes over a connection on which nothing was said yet. See {@linkcode Session.run}. */
  constructor(
    connection: Connection,
    context: SessionServices,
    { messages = false, admitted }: SessionOptions = {},
  ) {
    this.#messages = messages;
    this.#admitted = admitted;
    this.source = sourceOf(connection.peer, connection.local);
    this.#connection = connection;
    this.#services = context;
    this.#cursor = context.rooms.cursor({
      framing: connection.framing,
      write: (bytes) => connection.write(bytes),
      close: () => this.#ended(),
    });
    this.#throttle = new Throttle(this.source, context);
    this.#membership = new Membership(this, context.rooms, this.#cursor);
    this.#login = new Login({
      origin: this,
      services: context,
      membership: this.#membership,
      cursor: this.#cursor,
      throttle: this.#throttle,
      silent: !messages,
      unfinished: () => this.#input.pending,
      close: (closing) => void this.close(closing),
      drop: () => this.drop(),
    });
    this.#input = new Input(context.maxLine + MAX_ONCE_BYTES);
  }

  /** The peer's address. */
  get peer(): string {
    return this.#connection.peer;
  }

  /** The member that the peer is, once it has joined. */
  get member(): Member | undefined {
    return this.#membership.member;
  }

  /** Whether it has ended or is about to. */
  get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** Since when the peer has read nothing of what waits for it; see {@linkcode Connection.stalledSince}. */
  get stalledSince(): number | undefined {
    return this.#connection.stalledSince;
  }

  /** Since when (`performance.now()`, milliseconds) nothing has come from a client that is never silent for long. */
  get silentSince(): number | undefined {
    return this.member?.resumable ? this.#heardAt : undefined;
  }

  /** Greets, and serves the connection until either side closes it. Never throws. */
  async run(): Promise<void> {
    this.#login.greet();
    let reason: string | undefined;
    try {
      for await (const chunk of this.#connection.chunks()) await this.#takeChunk(chunk);
    } catch {
      reason = "connection lost";
    }
    await this.#takeRest();
    // A member that did not say that it leaves has lost its connection, and may come back.
    this.#lost ||= this.#closing === undefined;
    await this.close(this.#login.locked ? fault("no password was given") : BYE, reason);
    clearTimeout(this.#linger);
    this.#connection.close();
  }

  /**
   * Ends the session: the member leaves, and is sent what it has not read yet and then `closing`, within two seconds.
   * The others are told `reason`.
   */
  close(closing: Closed, reason?: string): Promise<void> {
    this.#closing ??= this.#close(closing, reason);
    return this.#closing;
  }

  async #close(closing: Closed, reason?: string): Promise<void> {
    this.#isClosing = true;
    this.#throttle[Symbol.dispose]();
    this.#login[Symbol.dispose]();
    const deadline = setTimeout(() => this.#cursor.close(), FIXED.drainMs);
    await this.#membership.leave(closing, { reason, lost: this.#lost });
    clearTimeout(deadline);
    this.#place?.[Symbol.dispose]();
    // Closing while input is unread would make the operating system drop what the peer has not read yet.
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.#connection.close(), LINGER_MS);
    await this.#connection.closeWrite().catch(() => this.#connection.close());
  }

  /** Ends the session at once and without sending anything, because the peer speaks another protocol. */
  drop(): void {
    this.#closing ??= this.#drop();
  }

  async #drop(): Promise<void> {
    this.#isClosing = true;
    this.#cursor.close();
    this.#throttle[Symbol.dispose]();
    this.#login[Symbol.dispose]();
    await this.#membership.leave(BYE, { lost: false });
    this.#place?.[Symbol.dispose]();
  }

  /** Nothing more can be written. What the peer sent before it went away is still read, if it comes soon. */
  #ended(): void {
    if (this.#isClosing) this.#connection.close();
    else this.#linger ??= setTimeout(() => this.#connection.close(), LINGER_MS);
  }

  /** Takes a member's place, or ends the session and tells the peer that there is none. */
  admit(): boolean {
    const why = refusalOf(() => this.#place = this.#services.places.take(this.source));
    if (why === undefined) return this.#admitted?.[Symbol.dispose](), true;
    this.#services.stats.count("connections refused");
    this.close(fault(why));
    return false;
  }

  /** Ends the session, because another connection of the same client has taken its place. */
  replaced(): void {
    this.close(REPLACED);
  }

  /** Closes the connection, because joining failed: at once, unless there is something to tell. */
  failed(closing?: Closed): void {
    if (closing === undefined) this.#connection.close();
    else this.close(closing);
  }

  /** Ends the session of a client that has been silent for too long; it may come back. */
  lose(closing: Closed): void {
    this.#lost ||= this.#closing === undefined;
    this.close(closing);
  }

  async #takeChunk(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#heardAt = performance.now();
    for (const line of this.#input.push(chunk)) {
      const pending = this.#take(line);
      if (pending === undefined) continue;
      await pending;
      // Not the time of its arrival: the line may have waited long for its turn.
      this.#heardAt = performance.now();
    }
    if (this.#login.first && this.#input.foreign) return this.drop();
    const answers = this.#input.takeAnswers();
    if (answers !== undefined && answers.length > 0) this.#cursor.writeBytes(answers);
    const skipped = this.#input.takeSkipped() + (this.#connection.takeOverhead?.() ?? 0);
    if (skipped === 0) return;
    await this.#throttle.pay(lineCost(skipped));
    await this.#cursor.drained();
  }

  /**
   * Takes what came after the last end of a line. A client with a key sends again what it did not get an answer to, so
   * from it half a line is none; neither is the rest of a message, nor a request whose connection broke in its head.
   */
  async #takeRest(): Promise<void> {
    if (this.#messages || this.#closing !== undefined) return;
    if (this.#login.first && this.#input.request) return this.drop();
    const rest = this.#input.end();
    if (rest !== undefined && !this.member?.resumable) await this.#take(rest);
  }

  /** Takes a line, synchronously if possible, so that a burst of lines does not cost a turn of the event loop each. */
  #take(line: Line): void | Promise<void> {
    if (this.#closing !== undefined) return;
    if (this.#login.pending) return this.#logIn(line);
    this.#lines ??= new MemberLines({
      origin: this,
      services: this.#services,
      membership: this.#membership,
      cursor: this.#cursor,
      throttle: this.#throttle,
      closing: () => this.closing,
      close: (closing, reason) => void this.close(closing, reason),
    });
    return this.#lines.take(line, this.#input);
  }

  async #logIn(line: Line): Promise<void> {
    if (await this.#login.take(line, this.#input.bytes)) await this.#take(line);
  }
}
