import type { Cursor } from "../../fanout/cursor.ts";
import { isHttpRequest } from "../../net/detect.ts";
import { clean } from "../../wire/clean.ts";
import { findCommand, parseCommand } from "../../wire/commands.ts";
import type { Closed } from "../../wire/entries.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { type Hello, parseHello, PASSWORD_PROMPT } from "../../wire/hello.ts";
import { type Line, TOO_LONG } from "../../wire/lines.ts";
import { fault, NO_HTTP } from "../disconnects.ts";
import type { Membership } from "../membership.ts";
import type { LoginAttempt } from "./authenticator.ts";
import { lineCost } from "./rate_limiter.ts";
import type { Throttle } from "./throttle.ts";

/** How long, in milliseconds, a connection may take for its first line before it joins under its address. */
const JOIN_AFTER_MS = 300;

/** What a login works with. */
export interface LoginOptions {
  /** The attempt at the password, if there is one. */
  attempt?: LoginAttempt;
  /** The membership that begins with the first line, or a while after the peer was let in. */
  membership: Membership;
  /** The way to the peer. */
  cursor: Cursor;
  /** Delays the peer's input. */
  throttle: Throttle;
  /** Called at every wrong password. */
  wrong(): void;
  /** Ends the session. */
  close(closing: Closed): void;
}

/**
 * What precedes membership: the password, if the room has one, before which the peer learns nothing of the room, and
 * then the first line, which may be a `/hello` or a `/name`. It owns its timer.
 */
export class Login implements Disposable {
  readonly #options: LoginOptions;
  #phase: "password" | "first line" | "done";
  #timer?: ReturnType<typeof setTimeout>;
  /** The object of the last `/hello` before the password was right. */
  #hello?: string;

  /** See {@linkcode Login.begin}. */
  constructor(options: LoginOptions) {
    this.#options = options;
    this.#phase = options.attempt === undefined ? "first line" : "password";
  }

  /** Whether input is handled here: the password was not given yet, or no line has come since. */
  get pending(): boolean {
    return this.#phase !== "done";
  }

  /** Whether the password is still to be given. */
  get locked(): boolean {
    return this.#phase === "password";
  }

  /** Asks for the password, or starts waiting for the first line. */
  begin(): void {
    const { attempt } = this.#options;
    if (attempt === undefined) return this.#awaitLine();
    const seconds = Math.ceil(attempt.patience / 1000);
    this.#after(
      attempt.patience,
      () => this.#options.close(fault(`no password was given within ${seconds} s`)),
    );
    this.#ask();
  }

  /**
   * Takes a line. Resolves to whether the line is still to be handled as a member's; late after a wrong password, so that
   * what follows is read late.
   */
  async take(line: Line, bytes: number): Promise<boolean> {
    const first = parseFirstLine(line);
    if (this.#phase === "password") await this.#options.throttle.pay(lineCost(bytes));
    if (first.kind === "http") {
      this.#phase = this.#phase === "password" ? this.#phase : "done";
      this.#options.close(NO_HTTP);
    } else if (this.#phase === "password") {
      await this.#takePassword(line, first);
    } else {
      return await this.#takeFirst(first);
    }
    return false;
  }

  async #takeFirst(first: FirstLine): Promise<boolean> {
    const { membership, throttle } = this.#options;
    this.#phase = "done";
    if (first.kind === "hello") {
      await throttle.pay(1);
      await this.#takeHello(first.json);
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
    const hello = readHello(first.json, cursor);
    if (hello instanceof SyntaxError) {
      cursor.send({ kind: "error", text: hello.message });
      return await this.#askAgain();
    }
    this.#hello = first.json;
    await (hello.password === undefined ? this.#askAgain() : this.#try(hello.password));
  }

  async #try(password: string): Promise<void> {
    const { attempt, cursor, throttle, wrong, close } = this.#options;
    const verdict = attempt!.check(password, performance.now());
    if (verdict.admitted) return await this.#admit();
    wrong();
    if (verdict.last) return close(fault(verdict.why));
    cursor.send({ kind: "error", text: verdict.why });
    await throttle.pause(verdict.wait);
    await this.#askAgain();
  }

  async #admit(): Promise<void> {
    this.#options.attempt![Symbol.dispose]();
    this.#phase = "first line";
    this.#awaitLine();
    if (this.#hello === undefined) return;
    this.#phase = "done";
    await this.#takeHello(this.#hello);
  }

  async #takeHello(json: string): Promise<void> {
    const { membership, cursor } = this.#options;
    const hello = readHello(json, cursor);
    if (!(hello instanceof SyntaxError)) return await membership.take(hello);
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

  #awaitLine(): void {
    this.#after(JOIN_AFTER_MS, () => this.#options.membership.join());
  }

  #after(ms: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, ms);
  }

  /** Stops its timer, and frees the place of a peer that has not given the password. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#options.attempt?.[Symbol.dispose]();
  }
}

/** What the first line of a connection can be in addition to what any line can be. */
export type FirstLine =
  | { kind: "hello"; json: string }
  | { kind: "name"; name: string }
  | { kind: "http" }
  | { kind: "other" };

/** Classifies a line as the first one of a connection. */
export function parseFirstLine(line: Line): FirstLine {
  if (line === TOO_LONG) return { kind: "other" };
  const text = clean(line).trimEnd();
  if (isHttpRequest(text)) return { kind: "http" };
  const command = parseCommand(text);
  switch (findCommand(command?.name ?? "")?.name) {
    case "hello":
      return { kind: "hello", json: command!.text };
    case "name":
      return { kind: "name", name: command!.text };
    default:
      return { kind: "other" };
  }
}

/** Parses the object of `/hello` and adopts the requested format; returns the error if it cannot be parsed. */
function readHello(json: string, cursor: Cursor): Hello | SyntaxError {
  try {
    const hello = parseHello(json);
    if (hello.format !== undefined) cursor.format = FORMATS[hello.format];
    return hello;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error;
  }
}
