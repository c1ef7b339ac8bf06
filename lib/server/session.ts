import { delay } from "@std/async/delay";
import type { Cursor } from "../cursor.ts";
import { sourceOf } from "../net/addresses.ts";
import type { Connection } from "../net/connection.ts";
import { Refusal } from "../refusal.ts";
import type { Member, Room } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import { FORMATS } from "../wire/format.ts";
import { BANNER, parseHello, WELCOME } from "../wire/hello.ts";
import { type Line, LineReader } from "../wire/lines.ts";
import type { CommandContext } from "./commands/command.ts";
import { type Input, parseFirst, parseInput } from "./input.ts";
import { lineCost, type RateLimiter } from "./limits.ts";

/** How long, in milliseconds, a connection may take to name itself before it joins under its address. */
const JOIN_AFTER = 300;

/** How long, in milliseconds, a member that leaves may take to read what it has not read yet. */
const DRAIN = 2000;

/** How long, in milliseconds, a connection that the server ends may take to end its own side. */
const LINGER = 1000;

const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** What all sessions of a server share. */
export interface SessionContext {
  /** Where members meet. */
  readonly room: Room;
  /** What limits the input of an address. */
  readonly limiter: RateLimiter;
  /** The longest line, in bytes without its end, that is accepted. */
  readonly maxLine: number;
}

/** One connection, from being accepted to being closed. Once let in, it is a member of the room. */
export class Session {
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #source: string;
  readonly #cursor: Cursor;
  readonly #stop = new AbortController();
  #first = true;
  #joining?: Promise<void>;
  #commands?: CommandContext;
  #closing?: Promise<void>;
  #linger?: ReturnType<typeof setTimeout>;

  /** Takes over a connection that was accepted; see {@linkcode Session.run}. */
  constructor(connection: Connection, context: SessionContext) {
    this.#connection = connection;
    this.#context = context;
    this.#source = sourceOf(connection.peer);
    this.#cursor = context.room.open(connection);
  }

  /** Since when the peer has taken nothing of what waits for it; see {@linkcode Connection.stalledSince}. */
  get stalledSince(): number | undefined {
    return this.#connection.stalledSince;
  }

  /** Serves the connection until it is closed, from whichever side. Never throws. */
  async run(): Promise<void> {
    this.#cursor.write(`${WELCOME}\n${BANNER}\n`);
    const joinTimer = setTimeout(() => this.#join(), JOIN_AFTER);
    let reason: string | undefined;
    try {
      await this.#read();
    } catch {
      reason = "connection lost";
    }
    clearTimeout(joinTimer);
    await this.close(BYE, reason);
    clearTimeout(this.#linger);
    this.#connection.close();
  }

  /**
   * Ends the session: the member leaves, and gets what it has not read yet and `closing` as the last line, within two
   * seconds. `reason` is what the others are told.
   */
  close(closing: Closed, reason?: string): Promise<void> {
    this.#closing ??= this.#close(closing, reason);
    return this.#closing;
  }

  async #close(closing: Closed, reason?: string): Promise<void> {
    this.#stop.abort();
    const deadline = setTimeout(() => this.#cursor.close(), DRAIN);
    await this.#joining;
    const member = this.#commands?.member;
    await (member ? this.#context.room.leave(member, { closing, reason }) : this.#cursor.end(closing));
    clearTimeout(deadline);
    // Closing while input is unread would make the operating system drop what the peer has not read yet.
    this.#linger = setTimeout(() => this.#connection.close(), LINGER);
    await this.#connection.closeWrite().catch(() => this.#connection.close());
  }

  async #read(): Promise<void> {
    const reader = new LineReader(this.#context.maxLine);
    for await (const chunk of this.#connection.chunks()) {
      for (const line of reader.push(chunk)) {
        const pending = this.#take(line, reader.bytes);
        if (pending !== undefined) await pending;
      }
      const skipped = reader.takeSkipped();
      if (skipped > 0) await this.#pay(lineCost(skipped));
    }
    const rest = reader.end();
    if (rest !== undefined) await this.#take(rest, reader.bytes);
  }

  /** Takes a line: at once where it can, so that a burst of lines costs no turn of the event loop for each. */
  #take(line: Line, bytes: number): void | Promise<void> {
    if (this.#closing !== undefined) return;
    if (this.#first) return this.#takeFirst(line, bytes);
    const input = parseInput(line, { bytes, maxLine: this.#context.maxLine });
    const wait = this.#charge(input.cost);
    return wait > 0 || this.#cursor.full ? this.#handleLater(input, wait) : this.#handle(input);
  }

  async #takeFirst(line: Line, bytes: number): Promise<void> {
    this.#first = false;
    const first = parseFirst(line);
    if (first.kind === "http") {
      this.close({
        kind: "closed",
        text: "this is a chat room; it does not speak HTTP",
        retry: false,
        fault: true,
      });
    } else if (first.kind === "hello") {
      await this.#hello(first.json);
    } else if (first.kind === "name" && this.#joining === undefined) {
      await this.#join(first.name);
    } else {
      await this.#join();
      await this.#take(line, bytes);
    }
  }

  async #hello(json: string): Promise<void> {
    await this.#pay(1);
    try {
      const { name, format } = parseHello(json);
      if (format !== undefined) this.#cursor.format = FORMATS[format];
      if (this.#joining === undefined) return await this.#join(name);
      await this.#joining;
      if (this.#commands !== undefined) await this.#context.room.restart(this.#commands.member, name);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await this.#join();
      this.#cursor.send({ kind: "error", text: error.message });
    }
  }

  /** Joins the room, once, however often it is called. Ends the connection where that cannot be done. */
  #join(name?: string): Promise<void> {
    const { room } = this.#context;
    this.#joining ??= room.join({ cursor: this.#cursor, address: this.#connection.peer, name }).then(
      (member) => {
        this.#commands = this.#commandsFor(member);
      },
      () => this.#connection.close(),
    );
    return this.#joining;
  }

  #commandsFor(member: Member): CommandContext {
    return {
      room: this.#context.room,
      member,
      reply: (text, kind = "notice") => this.#cursor.send({ kind, text }),
      use: (format) => this.#cursor.format = format,
      quit: (reason) => {
        this.close(BYE, reason);
      },
    };
  }

  #handle({ command, text }: Input): void | Promise<void> {
    if (this.#commands === undefined) return;
    try {
      return command.run(this.#commands, text)?.catch((error) => this.#refuse(error));
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #handleLater(input: Input, wait: number): Promise<void> {
    await this.#pause(wait);
    await this.#cursor.drained();
    if (this.#closing === undefined) await this.#handle(input);
  }

  #refuse(error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    this.#cursor.send({ kind: "error", text: error.message });
  }

  #charge(cost: number): number {
    return this.#context.limiter.charge(this.#source, cost, performance.now());
  }

  async #pay(cost: number): Promise<void> {
    await this.#pause(this.#charge(cost));
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, { signal: this.#stop.signal }).catch(() => {});
  }
}
