import { isTlsAlert } from "../../net/detect.ts";
import { TLS_ONLY } from "../../wire/hello.ts";
import { Greeting } from "./greeting.ts";

/** How long, in milliseconds, to wait for the greeting before an empty line asks for it. */
export const KNOCK_AFTER_MS = 700;

/** How long, in milliseconds, a server may take after that to say something before the client goes on in plain text. */
const SILENT_AFTER_MS = 2000;

/** How long, in milliseconds, a server that has begun to speak may take to show that it is parley. */
const PLAIN_AFTER_MS = 500;

/** A greeting that took longer than this, in milliseconds, is one that waits for the client's first bytes. */
const LATE_GREETING_MS = 150;

/** What a server is spoken to in, once that is clear. */
export type Mode = "undecided" | "plain" | "rich";

/** What to do about a silence: ask for the greeting, or go on in plain text with a server that spoke or did not. */
export type Silence = "knock" | "plain" | "silent";

/**
 * Finds out how to talk to a server, from what it says first and from how long it says nothing. Pure: it sends nothing,
 * and times are passed in, in milliseconds.
 */
export class Negotiation {
  readonly #greeting = new Greeting();
  readonly #startedAt: number;
  /** When an empty line is to ask for the greeting; never once it has, or something came. */
  #knockAt: number;
  #knocked = false;
  #plainAt = Infinity;
  #silent = true;
  #waited: boolean;
  #mode: Mode = "undecided";

  /** `knock`: whether to ask for the greeting at once. */
  constructor(now: number, { knock = false }: { knock?: boolean } = {}) {
    this.#startedAt = now;
    this.#waited = knock;
    this.#knockAt = now + (knock ? 0 : KNOCK_AFTER_MS);
  }

  /** How to talk to the server. */
  get mode(): Mode {
    return this.#mode;
  }

  /** Whether nothing at all has come from it yet. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Whether the server waits for a client's first bytes with its greeting; until that is clear, whether it did before. */
  get waited(): boolean {
    return this.#mode !== "plain" && this.#waited;
  }

  /** How long, in milliseconds, to wait for more before silence has a meaning; infinity once all is clear. */
  patience(now: number): number {
    return this.#mode === "undecided" ? Math.min(this.#knockAt, this.#plainAt) - now : Infinity;
  }

  /** Notes that nothing came up to now. Returns what to do about it, if it is time for anything. */
  silence(now: number): Silence | undefined {
    if (now >= this.#knockAt) {
      this.#knockAt = Infinity;
      this.#knocked = true;
      this.#plainAt = now + SILENT_AFTER_MS;
      return "knock";
    }
    if (this.#mode !== "undecided" || now < this.#plainAt) return;
    this.#mode = "plain";
    return this.#silent ? "silent" : "plain";
  }

  /** Takes the next bytes from the server. Returns the mode if they have decided it, even after the client went on in plain text. */
  hear(bytes: Uint8Array, now: number): Exclude<Mode, "undecided"> | undefined {
    this.#note(now);
    if (this.#mode === "rich") return;
    const verdict = this.#greeting.push(bytes);
    if (verdict === "parley") return this.#mode = "rich";
    if (verdict === "other" && this.#mode === "undecided") return this.#mode = "plain";
  }

  /** Whether a server's first bytes reject plain text: with a TLS alert, or with parley's own line. */
  rejects(bytes: Uint8Array): boolean {
    return this.#silent && (isTlsAlert(bytes) || new TextDecoder().decode(bytes).startsWith(TLS_ONLY));
  }

  #note(now: number): void {
    if (!this.#silent) return;
    this.#silent = false;
    this.#waited = this.#knocked || now - this.#startedAt > LATE_GREETING_MS;
    this.#knockAt = Infinity;
    this.#plainAt = now + PLAIN_AFTER_MS;
  }
}
