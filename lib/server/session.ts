import type { Cursor } from "../fanout/cursor.ts";
import { sourceOf } from "../net/addresses.ts";
import type { Connection } from "../net/connection.ts";
import { isTlsHandshake } from "../net/detect.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Member, Room } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import { BANNER, WELCOME } from "../wire/hello.ts";
import { type Line, LineReader } from "../wire/lines.ts";
import { Login } from "./access/login.ts";
import { BYE, CROWDED_OUT, fault, NO_TLS, REPLACED } from "./disconnects.ts";
import type { MemberContext } from "./commands/command.ts";
import { COMMANDS } from "./commands/member.ts";
import type { LoginAttempt } from "./access/authenticator.ts";
import { MAX_ONCE_BYTES, type ParsedLine, parseLine } from "./parse_line.ts";
import { lineCost, type RateLimiter } from "./access/rate_limiter.ts";
import { FIXED } from "./limits.ts";
import { Membership } from "./membership.ts";
import type { Stats } from "./stats.ts";
import { Throttle } from "./access/throttle.ts";

/** How long, in milliseconds, a connection that the server ends may take to end its own side. */
const LINGER_MS = 1000;

/** How long, in milliseconds, a connection may take for its handshake. */
const HANDSHAKE_TIMEOUT_MS = 5000;

/** What all sessions of a server share. */
export interface SessionContext {
  /** The room that members join. */
  readonly room: Room;
  /** Limits the input of each source. */
  readonly limiter: RateLimiter;
  /** The longest accepted line, in bytes without its end. */
  readonly maxLine: number;
  /** Counts how often each limit was exceeded. */
  readonly stats: Stats;
  /** Tells the operator something. */
  report(event: string): void;
}

/** One connection, from accept to close. Once let in, it is a member of the room. */
export class Session {
  /** The source that its limits are counted by. */
  readonly source: string;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #cursor: Cursor;
  readonly #throttle: Throttle;
  readonly #membership: Membership;
  readonly #login: Login;
  #open = false;
  /** Input has arrived. */
  #begun = false;
  #commands?: MemberContext;
  /** The connection broke, so the member may come back on another one. */
  #lost = false;
  #heardAt = performance.now();
  #closing?: Promise<void>;
  #linger?: ReturnType<typeof setTimeout>;

  /** Takes over an accepted connection; with `attempt`, it is asked for the password first. See {@linkcode Session.run}. */
  constructor(connection: Connection, context: SessionContext, attempt?: LoginAttempt) {
    this.source = sourceOf(connection.peer, connection.local);
    this.#connection = connection;
    this.#context = context;
    this.#cursor = context.room.open(connection);
    this.#throttle = new Throttle(this.source, context);
    this.#membership = new Membership(this, context.room, this.#cursor);
    this.#login = new Login({
      attempt,
      membership: this.#membership,
      cursor: this.#cursor,
      throttle: this.#throttle,
      wrong: () => {
        context.stats.count("wrong passwords");
        context.report(`${this.peer} gave a wrong password`);
      },
      close: (closing) => void this.close(closing),
    });
    if (attempt !== undefined) attempt.evicted = () => this.close(CROWDED_OUT);
  }

  /** The peer's address. */
  get peer(): string {
    return this.#connection.peer;
  }

  /** The member that the peer is, once it has joined. */
  get member(): Member | undefined {
    return this.#membership.member;
  }

  /** Since when the peer has read nothing of what waits for it; see {@linkcode Connection.stalledSince}. */
  get stalledSince(): number | undefined {
    return this.#connection.stalledSince;
  }

  /** Since when (`performance.now()`, milliseconds) nothing has come from a client that is never silent for long. */
  get silentSince(): number | undefined {
    return this.member?.resumable ? this.#heardAt : undefined;
  }

  /** Serves the connection until either side closes it. Never throws. */
  async run(): Promise<void> {
    let reason: string | undefined;
    try {
      await this.#handshake();
      this.#cursor.write(`${WELCOME}\n${BANNER}\n`);
      this.#login.begin();
      const reader = new LineReader(this.#context.maxLine + MAX_ONCE_BYTES);
      for await (const chunk of this.#connection.chunks()) await this.#takeChunk(chunk, reader);
      const rest = reader.end();
      if (rest !== undefined) await this.#take(rest, reader);
    } catch {
      reason = "connection lost";
    }
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
    this.#throttle[Symbol.dispose]();
    this.#login[Symbol.dispose]();
    if (!this.#open) return this.#cursor.close();
    const deadline = setTimeout(() => this.#cursor.close(), FIXED.drainMs);
    await this.#membership.leave(closing, { reason, lost: this.#lost });
    clearTimeout(deadline);
    // Closing while input is unread would make the operating system drop what the peer has not read yet.
    this.#linger = setTimeout(() => this.#connection.close(), LINGER_MS);
    await this.#connection.closeWrite().catch(() => this.#connection.close());
  }

  /** Ends the session, because another connection of the same client has taken its place. */
  replaced(): void {
    this.close(REPLACED);
  }

  /** Closes the connection at once, because joining failed. */
  failed(): void {
    this.#connection.close();
  }

  /** Ends the session of a client that has been silent for too long; it may come back. */
  lose(closing: Closed): void {
    this.#lost ||= this.#closing === undefined;
    this.close(closing);
  }

  async #handshake(): Promise<void> {
    const late = setTimeout(() => this.#connection.close(), HANDSHAKE_TIMEOUT_MS);
    await this.#connection.handshake().finally(() => clearTimeout(late));
    this.#open = true;
  }

  async #takeChunk(chunk: Uint8Array<ArrayBuffer>, reader: LineReader): Promise<void> {
    if (!this.#begun && isTlsHandshake(chunk)) return void this.close(NO_TLS);
    this.#begun = true;
    this.#heardAt = performance.now();
    for (const line of reader.push(chunk)) {
      const pending = this.#take(line, reader);
      if (pending === undefined) continue;
      await pending;
      // Not the time of its arrival: the line may have waited long for its turn.
      this.#heardAt = performance.now();
    }
    const skipped = reader.takeSkipped();
    if (skipped > 0) await this.#throttle.pay(lineCost(skipped));
  }

  /** Takes a line, synchronously if possible, so that a burst of lines does not cost a turn of the event loop each. */
  #take(line: Line, { bytes, head }: Pick<LineReader, "bytes" | "head">): void | Promise<void> {
    if (this.#closing !== undefined) return;
    if (this.#login.pending) return this.#logIn(line, { bytes, head });
    const input = parseLine(line, { bytes, head, maxLine: this.#context.maxLine, commands: COMMANDS });
    if (input.tooLong) this.#context.stats.count("lines too long");
    const wait = this.#throttle.charge(input.cost);
    return wait > 0 || this.#cursor.full ? this.#handleLater(input, wait) : this.#handle(input);
  }

  async #logIn(line: Line, size: Pick<LineReader, "bytes" | "head">): Promise<void> {
    if (await this.#login.take(line, size.bytes)) await this.#take(line, size);
  }

  #commandsFor(member: Member): MemberContext {
    return {
      room: this.#context.room,
      member,
      commands: COMMANDS,
      reply: (text, as) => this.#cursor.send({ kind: "notice", text, ...as }),
      use: (format) => this.#cursor.format = format,
      quit: (reason) => {
        this.close(BYE, reason);
      },
    };
  }

  #handle({ command, text, line }: ParsedLine<MemberContext>): void | Promise<void> {
    const { member } = this;
    if (member === undefined) return;
    if (this.#commands?.member !== member) this.#commands = this.#commandsFor(member);
    const context = line === undefined ? this.#commands : { ...this.#commands, line };
    if (line !== undefined && !context.room.claimLine(member, line)) return;
    try {
      return command.run(context, text)?.catch((error) => this.#refuse(error, line));
    } catch (error) {
      this.#refuse(error, line);
    }
  }

  async #handleLater(input: ParsedLine<MemberContext>, wait: number): Promise<void> {
    await this.#throttle.pause(wait);
    await this.#cursor.drained();
    if (this.#closing === undefined) await this.#handle(input);
  }

  #refuse(error: unknown, line?: number): void {
    if (!(error instanceof Refusal)) throw error;
    this.#cursor.send({ kind: "error", text: error.message, line });
  }
}
