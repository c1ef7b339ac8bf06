import { sourceOf } from "../net/addresses.ts";
import { type Connection, finish } from "../net/connection.ts";
import type { Closed } from "../wire/entries.ts";
import { FORMATS } from "../wire/formats/formats.ts";
import { GREETING, TLS_ONLY } from "../wire/hello.ts";
import { Refusal } from "../wire/refusal.ts";
import { Arrival } from "./access/arrival.ts";
import type { Origin } from "./access/bans.ts";
import { ConnectionLimiter, type ConnectionLimiterOptions } from "./access/connection_limiter.ts";
import { UndecidedConnections } from "./access/undecided.ts";
import { BANNED, fault } from "./disconnects.ts";
import type { SessionOptions } from "./session.ts";
import type { SessionServices } from "./session_context.ts";
import type { Web } from "./web/web.ts";

/** How many refused connections at once, in all and from one source, get time to read why; the rest are closed silently. */
const REFUSALS = { maxTotal: 64, maxPerSource: 4 };

/** How long, in milliseconds, a refused connection may take to read the reason. */
const REFUSAL_TIMEOUT_MS = 2000;

/** What an entrance works with. */
export interface EntranceOptions {
  /** How many connections there may be, and what those beyond are told. */
  limits: ConnectionLimiterOptions;
  /** What all sessions share. */
  services: SessionServices;
  /** Whether someone is banned. */
  isBanned(origin: Origin): boolean;
  /** Serves someone who chats; resolves when they are gone. */
  chat(connection: Connection, options?: SessionOptions): Promise<void>;
  /** Starts the web server. */
  openWeb(): Promise<Web>;
}

/** Where connections come in: finds out what each speaks, and passes it on to whom that concerns. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #limiter: ConnectionLimiter;
  readonly #refusals = new ConnectionLimiter({ ...REFUSALS, full: "", crowded: "" });
  readonly #undecided = new UndecidedConnections();
  /** Those of which it is not clear yet what they speak. */
  readonly #arrivals = new Map<Arrival, Origin>();
  /** What those of them are told that are to be closed. */
  readonly #expelled = new WeakMap<Arrival, Closed>();
  readonly #running = new Set<Promise<void>>();
  #web?: Web;

  /** See {@linkcode EntranceOptions}. */
  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#limiter = new ConnectionLimiter(options.limits);
  }

  /** How many connections there are of which it is not clear yet what they speak. */
  get size(): number {
    return this.#arrivals.size;
  }

  /** Where these come from. */
  get origins(): Origin[] {
    return [...this.#arrivals.values()];
  }

  /** Takes a connection in, or refuses it with a reason. */
  enter(connection: Connection): void {
    const { peer, local } = connection;
    const origin = { peer, source: sourceOf(peer, local) };
    const banned = this.#options.isBanned(origin);
    try {
      if (banned) throw new Refusal(BANNED.text);
      const place = this.#limiter.take(origin.source);
      this.#track(place, this.#receive(connection, origin));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(connection, origin, { status: banned ? 403 : 503, why: error.message });
    }
  }

  /**
   * Ends those of whom this holds and who have no session yet: arrivals are greeted and told why, requests are closed.
   * Returns how many these are.
   */
  expel(closing: Closed, holds: (origin: Origin) => boolean): number {
    const requests = this.#web?.expel(holds) ?? 0;
    const arrivals = [...this.#arrivals].filter(([, origin]) => holds(origin));
    for (const [arrival] of arrivals) {
      this.#expelled.set(arrival, closing);
      arrival.greet();
    }
    return arrivals.length + requests;
  }

  /** Ends what has not become a session; resolves when all is gone, sessions too. */
  async close(closing: Closed): Promise<void> {
    this.expel(closing, () => true);
    await Promise.all(this.#running);
  }

  #track(place: Disposable, running: Promise<void>): void {
    const tracked = running.finally(() => {
      this.#running.delete(tracked);
      place[Symbol.dispose]();
    });
    this.#running.add(tracked);
  }

  async #receive(connection: Connection, origin: Origin): Promise<void> {
    const arrival = this.#arrive(connection, origin);
    const arrived = await arrival.decide();
    const web = arrived?.kind === "http" || (arrived?.kind === "plain" && arrived.http)
      ? await this.#openWeb()
      : undefined;
    this.#arrivals.delete(arrival);
    if (arrived === undefined) return;
    if (web !== undefined && this.#expelled.has(arrival)) return connection.close();
    if (arrived.kind === "chat") {
      return await this.#options.chat(arrived.connection, { closing: this.#expelled.get(arrival) });
    }
    if (web === undefined) return await tell(arrived.connection, `${TLS_ONLY}\n`);
    if (arrived.kind === "http") await web.serve(arrived.connection, origin);
    else await web.redirect(arrived.connection, origin);
  }

  /** Starts the web server, at the first request. */
  async #openWeb(): Promise<Web> {
    // Two may come while it is loaded.
    const web = this.#web ?? await this.#options.openWeb();
    return this.#web ??= web;
  }

  #arrive(connection: Connection, origin: Origin): Arrival {
    const { source } = origin;
    const { browsers } = this.#options.services;
    const arrival = new Arrival(connection, { source, browsers, undecided: this.#undecided });
    this.#arrivals.set(arrival, origin);
    return arrival;
  }

  #refuse(connection: Connection, origin: Origin, { status, why }: { status: number; why: string }): void {
    this.#options.services.stats.count("connections refused");
    try {
      const place = this.#refusals.take(origin.source);
      this.#track(place, this.#explain(connection, origin, { status, why }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      connection.close();
    }
  }

  /** Tells someone why they are refused, in what they speak. */
  async #explain(
    connection: Connection,
    origin: Origin,
    { status, why }: { status: number; why: string },
  ): Promise<void> {
    const deadline = setTimeout(() => connection.close(), REFUSAL_TIMEOUT_MS);
    const arrival = this.#arrive(connection, origin);
    const arrived = await arrival.decide();
    clearTimeout(deadline);
    this.#arrivals.delete(arrival);
    if (arrived === undefined) return;
    if (arrived.kind === "plain") return await tell(arrived.connection, `${TLS_ONLY}\n`);
    if (arrived.kind === "chat") {
      return await tell(arrived.connection, GREETING + FORMATS.text.direct(fault(why)));
    }
    const web = await this.#openWeb();
    await web.refuse(arrived.connection, status, why);
  }
}

/** Writes a text, then closes the connection. */
async function tell(connection: Connection, text: string): Promise<void> {
  const deadline = setTimeout(() => connection.close(), REFUSAL_TIMEOUT_MS);
  await connection.write(new TextEncoder().encode(text)).catch(() => {});
  clearTimeout(deadline);
  await finish(connection, REFUSAL_TIMEOUT_MS);
}
