/**
 * The gate of a room with a password: who gives it may enter. Guessing is made slow for each address, whatever number
 * of connections it uses, and other addresses are not affected.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "../../wire/refusal.ts";
import { FIXED } from "../limits.ts";
import { ConnectionLimiter } from "./connection_limiter.ts";

/** How many connections may wait at the gate, in all and from one address, and how long each, in milliseconds. */
export interface AuthenticatorLimits {
  /** In all. */
  maxTotal: number;
  /** From one address. */
  maxPerSource: number;
  /** After so many milliseconds without the right password a connection is closed. */
  patience: number;
}

const LIMITS: AuthenticatorLimits = {
  maxTotal: FIXED.maxPendingLogins,
  maxPerSource: FIXED.maxPendingPerSource,
  patience: FIXED.loginTimeoutMs,
};

/** What became of one attempt. */
export type Verdict =
  | { admitted: true }
  /** `wait`: how many milliseconds the next attempt is to wait. `last`: there is none on this connection. */
  | { admitted: false; why: string; wait: number; last: boolean };

/** The wrong passwords of an address: how many, until when it waits for the last of them, and whose that was. */
interface Faults {
  count: number;
  until: number;
  by: LoginAttempt;
}

/** Keeps the password, in the form of a hash, and the faults of all addresses. Times are passed in, in milliseconds on one clock. */
export class Authenticator {
  /** How long a connection may wait at the gate, in milliseconds. */
  readonly patience: number;
  readonly #digest: Uint8Array;
  readonly #limiter: ConnectionLimiter;
  readonly #maxTotal: number;
  /** Who waits, in the order in which they came. */
  readonly #attempts = new Set<LoginAttempt>();
  readonly #faults = new Map<string, Faults>();
  #sweepAt = 1024;

  /** See {@linkcode AuthenticatorLimits}. */
  constructor(password: string, limits: Partial<AuthenticatorLimits> = {}) {
    const { maxTotal, maxPerSource, patience } = { ...LIMITS, ...limits };
    this.patience = patience;
    this.#maxTotal = maxTotal;
    this.#digest = digest(password);
    this.#limiter = new ConnectionLimiter({
      maxTotal,
      maxPerSource,
      full: "too many connections wait at the door; try again later",
      crowded: `too many connections from your address have not given the password yet (${maxPerSource})`,
    });
  }

  /**
   * Lets a connection come to the gate. Where all places are taken, it takes that of the one that has waited longest
   * from the address that has the most.
   *
   * @throws {Refusal} where too many wait there, or its address has to wait for a wrong password
   */
  enter(source: string, now: number): LoginAttempt {
    const wait = this.#wait(source, now);
    if (wait > 0) throw new Refusal(afterFault(wait));
    if (this.#attempts.size >= this.#maxTotal) this.#makePlace(source);
    const attempt = new LoginAttempt(this, source, this.#limiter.take(source));
    this.#attempts.add(attempt);
    return attempt;
  }

  #makePlace(source: string): void {
    const bySource = Map.groupBy(this.#attempts, (attempt) => attempt.source);
    const crowd = [...bySource.values()].reduce((most, attempts) =>
      attempts.length > most.length ? attempts : most
    );
    if (crowd.length <= (bySource.get(source)?.length ?? 0) + 1) return;
    crowd[0].evicted?.();
    crowd[0][Symbol.dispose]();
  }

  /** A connection is at the gate no more. */
  forget(attempt: LoginAttempt): void {
    this.#attempts.delete(attempt);
  }

  /** Compares a password. It is called by the attempts, one for each attempt. */
  verify(attempt: LoginAttempt, password: string, now: number): Verdict {
    const { source } = attempt;
    const faults = this.#faults.get(source);
    const wait = this.#wait(source, now);
    if (wait > 0 && faults?.by !== attempt) {
      return { admitted: false, why: afterFault(wait), wait: 0, last: true };
    }
    if (timingSafeEqual(digest(password), this.#digest)) return { admitted: true };
    const forgiven = faults === undefined || now - faults.until > FIXED.forgivenAfterMs;
    const count = forgiven ? 1 : faults.count + 1;
    const next = Math.min(FIXED.firstWaitMs * 2 ** (count - 1), FIXED.maxWaitMs);
    this.#sweep(now);
    this.#faults.set(source, { count, until: now + next, by: attempt });
    const last = attempt.tries >= FIXED.maxTries;
    const why = last
      ? `wrong password, for the ${FIXED.maxTries}rd time; try again in ${seconds(next)}`
      : `wrong password; try again in ${seconds(next)}`;
    return { admitted: false, why, wait: next, last };
  }

  /** How many milliseconds an address has to wait still. */
  #wait(source: string, now: number): number {
    return Math.max(0, (this.#faults.get(source)?.until ?? 0) - now);
  }

  /** Forgets who is forgiven, each time the number of addresses has doubled. */
  #sweep(now: number): void {
    if (this.#faults.size < this.#sweepAt) return;
    for (const [source, { until }] of this.#faults) {
      if (now - until > FIXED.forgivenAfterMs) this.#faults.delete(source);
    }
    this.#sweepAt = Math.max(1024, 2 * this.#faults.size);
  }
}

/** One connection at the gate. It keeps its place there until it is disposed of. */
export class LoginAttempt implements Disposable {
  /** The address that it came from, as limits are counted. */
  readonly source: string;
  /** Is called when its place is given to someone else. */
  evicted?: () => void;
  readonly #authenticator: Authenticator;
  readonly #place: Disposable;
  #tries = 0;

  /** Made by {@linkcode Authenticator.enter}. */
  constructor(authenticator: Authenticator, source: string, place: Disposable) {
    this.#authenticator = authenticator;
    this.source = source;
    this.#place = place;
  }

  /** How long it may last, in milliseconds. */
  get patience(): number {
    return this.#authenticator.patience;
  }

  /** How many passwords were tried. */
  get tries(): number {
    return this.#tries;
  }

  /** Tries a password. */
  check(password: string, now: number): Verdict {
    this.#tries++;
    return this.#authenticator.verify(this, password, now);
  }

  /** Leaves the gate, whether admitted or not. */
  [Symbol.dispose](): void {
    this.#authenticator.forget(this);
    this.#place[Symbol.dispose]();
  }
}

function afterFault(wait: number): string {
  return `a wrong password was given from your address; try again in ${seconds(wait)}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

/** Of one length for every password, so that comparing takes the same time. */
function digest(password: string): Uint8Array {
  return createHash("sha256").update(password.trimEnd().normalize("NFC")).digest();
}
