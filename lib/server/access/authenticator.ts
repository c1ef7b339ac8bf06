/**
 * Admission by password. Guessing is slowed down per source, however many connections it uses, and other sources are
 * not affected.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "../../wire/refusal.ts";
import { FIXED } from "../limits.ts";
import { ConnectionLimiter } from "./connection_limiter.ts";

/** How many connections may be waiting to give the password, and for how long. */
export interface AuthenticatorLimits {
  /** In all. */
  maxTotal: number;
  /** From one source. */
  maxPerSource: number;
  /** How long, in milliseconds, a connection may take to give the right password. */
  patience: number;
}

const LIMITS: AuthenticatorLimits = {
  maxTotal: FIXED.maxPendingLogins,
  maxPerSource: FIXED.maxPendingPerSource,
  patience: FIXED.loginTimeoutMs,
};

/** The result of one attempt. */
export type Verdict =
  | { admitted: true }
  /** `wait`: milliseconds until the next attempt. `last`: this connection gets no other attempt. */
  | { admitted: false; why: string; wait: number; last: boolean };

/** The wrong passwords of a source: how many, until when it waits for the last one, and whose attempt that was. */
interface Faults {
  count: number;
  until: number;
  by: LoginAttempt;
}

/** Holds the hash of the password and the wrong attempts of all sources. Times are passed in, in milliseconds on one clock. */
export class Authenticator {
  /** How long a connection may take to give the password, in milliseconds. */
  readonly patience: number;
  readonly #digest: Uint8Array;
  readonly #limiter: ConnectionLimiter;
  readonly #maxTotal: number;
  /** Those who have not given the password yet, in order of arrival. */
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
   * Begins a connection's attempt. If all places are taken, it evicts the longest-waiting attempt of the source that has
   * the most.
   *
   * @throws {Refusal} if too many are waiting, or the source has to wait after a wrong password
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

  /** Releases an attempt's place. */
  forget(attempt: LoginAttempt): void {
    this.#attempts.delete(attempt);
  }

  /** Compares a password; called by {@linkcode LoginAttempt.check}. */
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

  /** How much longer a source has to wait, in milliseconds. */
  #wait(source: string, now: number): number {
    return Math.max(0, (this.#faults.get(source)?.until ?? 0) - now);
  }

  /** Drops the forgiven sources, each time the number of sources has doubled. */
  #sweep(now: number): void {
    if (this.#faults.size < this.#sweepAt) return;
    for (const [source, { until }] of this.#faults) {
      if (now - until > FIXED.forgivenAfterMs) this.#faults.delete(source);
    }
    this.#sweepAt = Math.max(1024, 2 * this.#faults.size);
  }
}

/** One connection that has yet to give the password. It holds its place until disposed. */
export class LoginAttempt implements Disposable {
  /** The source it came from. */
  readonly source: string;
  /** Called when its place is given to another connection. */
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

  /** How long it may take, in milliseconds. */
  get patience(): number {
    return this.#authenticator.patience;
  }

  /** The number of passwords tried so far. */
  get tries(): number {
    return this.#tries;
  }

  /** Tries a password. */
  check(password: string, now: number): Verdict {
    this.#tries++;
    return this.#authenticator.verify(this, password, now);
  }

  /** Frees its place, whether admitted or not. */
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

/** All digests have one length, so that comparing takes constant time. */
function digest(password: string): Uint8Array {
  return createHash("sha256").update(password.trimEnd().normalize("NFC")).digest();
}
