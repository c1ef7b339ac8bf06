import type { Cursor } from "../../fanout/cursor.ts";
import type { Closed } from "../../wire/entries.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { GREETING, type Hello, parseHello, PASSWORD_PROMPT } from "../../wire/hello.ts";
import { type Line, TOO_LONG } from "../../wire/lines.ts";
import { refusalOf } from "../../wire/refusal.ts";
import { CROWDED_OUT, fault } from "../disconnects.ts";
import type { Membership } from "../membership.ts";
import type { SessionServices } from "../session_context.ts";
import type { LoginAttempt } from "./authenticator.ts";
import type { Origin } from "./bans.ts";
import { type FirstLine, parseFirstLine } from "./first_line.ts";
import { lineCost } from "./rate_limiter.ts";
import type { Throttle } from "./throttle.ts";

/** How long, in milliseconds, a connection may take for its first line before it joins under its address. */
const JOIN_AFTER_MS = 300;

/** What the object of `/hello` holds that asks for a room, even if it cannot be parsed. */
const ROOM_FIELD = /"room"\s*:/;

/** What a login works with. */
export interface LoginOptions {
  /** Who logs in. */
  origin: Origin;
  /** What all sessions share. */
  services: SessionServices;
  /** The membership that begins with the first line, or a while after the peer was let in. */
  membership: Membership;
  /** The way to the peer. */
  cursor: Cursor;
  /** Delays the peer's input. */
  throttle: Throttle;
  /** Whether the peer may join, or read along, without a line of its own. */
  silent: boolean;
  /** Whether a line has begun and not ended. */
  unfinished(): boolean;
  /** Ends the session. */
  close(closing: Closed): void;
  /** Ends the session without a word, because the peer speaks another protocol. */
  drop(): void;
}

/**
 * What precedes membership: the greeting; the password, if the room has one, before which the peer learns nothing of the
 * room; and the first line, which may be a `/hello` or a `/name`. It owns its timer.
 */
export class Login implements Disposable {
  readonly #options: LoginOptions;
  #phase: "password" | "first line" | "done" = "first line";
  #timer?: ReturnType<typeof setTimeout>;
  /** A line came that was not empty. */
  #heard = false;
  #ended = false;
  /** The object of the last `/hello` before the password was right. */
  #hello?: string;
  #attempt?: LoginAttempt;

  /** See {@linkcode Login.greet}. */
  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Whether input is handled here: the password was not given yet, or no line has come since. */
  get pending(): boolean {
    return this.#phase !== "done";
  }

  /** Whether the next line that is not empty is the first one, which tells what the peer speaks. */
  get first(): boolean {
    return !this.#heard;
  }

  /** Whether the password is still to be given. */
  get locked(): boolean {
    return this.#phase === "password";
  }

  /** Greets, and asks for the password or starts waiting for the first line. */
  greet(): void {
    const { cursor, services, close } = this.#options;
    cursor.write(GREETING);
    const why = refusalOf(() => this.#enter());
    if (why !== undefined) {
      services.stats.count("connections refused");
      return close(fault(why));
    }
    if (this.#attempt === undefined) return this.#awaitLine();
    this.#phase = "password";
    const { patience } = this.#attempt;
    const seconds = Math.ceil(patience / 1000);
    this.#after(patience, () => close(fault(`no password was given within ${seconds} s`)));
    this.#ask();
  }

  #enter(): void {
    const { origin, services, close } = this.#options;
    this.#attempt = services.authenticator?.enter(origin.source, performance.now());
    if (this.#attempt !== undefined) this.#attempt.evicted = () => close(CROWDED_OUT);
  }

  /**
   * Takes a line. Resolves to whether the line is still to be handled as a member's; late after a wrong password, so that
   * what follows is read late.
   */
  async take(line: Line, bytes: number): Promise<boolean> {
    const first = parseFirstLine(line);
    if (first.kind === "foreign" && !this.#heard) return this.#options.drop(), false;
    if (this.locked || first.kind === "empty") await this.#options.throttle.pay(lineCost(bytes));
    if (this.#ended) return false;
    if (first.kind === "empty") {
      if (this.#timer === undefined) this.#awaitLine();
      return false;
    }
    this.#heard = true;
    if (!this.locked) return await this.#takeFirst(first);
    await this.#takePassword(line, first);
    return false;
  }

  async #takeFirst(first: FirstLine): Promise<boolean> {
    const { membership, throttle } = this.#options;
    this.#phase = "done";
    if (first.kind === "hello") {
      await throttle.pay(1);
      if (!this.#ended) await this.#takeHello(first.json);
      return false;
    }
    const named = first.kind === "name" && !membership.begun;
    await membership.join(named ? { name: first.name } : {});
    return !named;
  }

  async #takePassword(line: Line, first: FirstLine): Promise<void> {
    if (first.kind !== "hello" || !first.json.startsWith("{")) {
      return await this.#try(line === TOO_LONG ? "" : line);
    }
    const { cursor } = this.#options;
    const hello = readHello(first.json);
    if (hello instanceof SyntaxError) {
      cursor.send({ kind: "error", text: hello.message });
      return await this.#askAgain();
    }
    if (hello.format !== undefined) cursor.format = FORMATS[hello.format];
    this.#hello = first.json;
    await (hello.password === undefined ? this.#askAgain() : this.#try(hello.password));
  }

  async #try(password: string): Promise<void> {
    const { cursor, throttle, origin, services, close } = this.#options;
    const verdict = this.#attempt!.check(password, performance.now());
    if (verdict.admitted) return await this.#admit();
    services.stats.count("wrong passwords");
    services.report(`${origin.peer} gave a wrong password`);
    if (verdict.last) return close(fault(verdict.why));
    cursor.send({ kind: "error", text: verdict.why });
    await throttle.pause(verdict.wait);
    if (!this.#ended) await this.#askAgain();
  }

  async #admit(): Promise<void> {
    this.#attempt![Symbol.dispose]();
    this.#phase = "first line";
    this.#awaitLine();
    if (this.#hello === undefined) return;
    this.#phase = "done";
    await this.#takeHello(this.#hello);
  }

  async #takeHello(json: string): Promise<void> {
    const { membership, cursor, close } = this.#options;
    const hello = readHello(json);
    if (!(hello instanceof SyntaxError)) return await membership.take(hello);
    // Whoever wants to be in a room says nothing in another one.
    if (ROOM_FIELD.test(json)) return close(fault(hello.message));
    await membership.join();
    cursor.send({ kind: "error", text: hello.message });
  }

  #ask(): void {
    this.#options.cursor.send({ kind: "notice", text: PASSWORD_PROMPT });
  }

  async #askAgain(): Promise<void> {
    this.#ask();
    await this.#options.cursor.drained();
  }

  /**
   * Joins after a while without a line; at a browser, which may have opened the connection to use it later, only reads
   * along. A peer that has begun a line joins when it ends.
   */
  #awaitLine(): void {
    const { membership, origin, services, silent, unfinished } = this.#options;
    if (!silent) return;
    this.#after(JOIN_AFTER_MS, () => {
      if (unfinished()) return;
      if (services.browsers.has(origin.source, performance.now())) void membership.readAlong();
      else void membership.join();
    });
  }

  #after(ms: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      run();
    }, ms);
  }

  /** Stops its timer, and frees the place of a peer that has not given the password. Nothing begins afterwards. */
  [Symbol.dispose](): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#attempt?.[Symbol.dispose]();
  }
}

/** Parses the object of `/hello`; returns the error if it cannot be parsed. */
function readHello(json: string): Hello | SyntaxError {
  try {
    return parseHello(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error;
  }
}
