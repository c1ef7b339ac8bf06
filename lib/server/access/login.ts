import type { Cursor } from "../../fanout/cursor.ts";
import type { Closed } from "../../wire/entries.ts";
import { FORMATS } from "../../wire/formats/format.ts";
import { type Hello, parseHello, PASSWORD_PROMPT } from "../../wire/hello.ts";
import { type Line, TOO_LONG } from "../../wire/lines.ts";
import { fault, NO_HTTP } from "../disconnects.ts";
import type { LoginAttempt } from "./authenticator.ts";
import { parseFirstLine } from "../parse_line.ts";
import { lineCost } from "../limits.ts";
import type { Throttle } from "./throttle.ts";

/** What a line at the gate leads to: being asked again, being let in, or being closed. */
export type LoginResult = "again" | "admitted" | Closed;

/**
 * The conversation at the gate: a line is the password, or a `/hello` that may hold it and sets up what follows. Of the
 * room the peer learns nothing.
 */
export class Login implements Disposable {
  /** What came after the last `/hello`, to be taken as the first line in the room. */
  hello?: string;
  readonly #attempt: LoginAttempt;
  readonly #cursor: Cursor;
  readonly #throttle: Throttle;
  readonly #wrong: () => void;

  /** `cursor`: the way to the peer. `wrong` is called at every wrong password. */
  constructor(attempt: LoginAttempt, cursor: Cursor, throttle: Throttle, wrong: () => void) {
    this.#wrong = wrong;
    this.#attempt = attempt;
    this.#cursor = cursor;
    this.#throttle = throttle;
  }

  /** How long it may last, in milliseconds. */
  get patience(): number {
    return this.#attempt.patience;
  }

  /** Asks for the password. */
  ask(): void {
    this.#cursor.send({ kind: "notice", text: PASSWORD_PROMPT });
  }

  /** Takes a line. After a wrong password it resolves late, so that what follows is read late. */
  async take(line: Line, bytes: number): Promise<LoginResult> {
    await this.#throttle.pay(lineCost(bytes));
    const first = parseFirstLine(line);
    if (first.kind === "http") return NO_HTTP;
    if (first.kind !== "hello" || !first.json.startsWith("{")) {
      return await this.#check(line === TOO_LONG ? "" : line);
    }
    const hello = readHello(first.json, this.#cursor);
    if (hello instanceof SyntaxError) {
      this.#cursor.send({ kind: "error", text: hello.message });
      return "again";
    }
    this.hello = first.json;
    return hello.password === undefined ? "again" : await this.#check(hello.password);
  }

  async #check(password: string): Promise<LoginResult> {
    const verdict = this.#attempt.check(password, performance.now());
    if (verdict.admitted) return "admitted";
    this.#wrong();
    if (verdict.last) return fault(verdict.why);
    this.#cursor.send({ kind: "error", text: verdict.why });
    await this.#throttle.pause(verdict.wait);
    return "again";
  }

  /** Makes its place at the gate free. */
  [Symbol.dispose](): void {
    this.#attempt[Symbol.dispose]();
  }
}

/** Reads what came after `/hello` and takes on the format that it asks for; gives the error where it cannot be read. */
export function readHello(json: string, cursor: Cursor): Hello | SyntaxError {
  try {
    const hello = parseHello(json);
    if (hello.format !== undefined) cursor.format = FORMATS[hello.format];
    return hello;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error;
  }
}
