/**
 * The web server: what browsers and scripts get on the same port. Each connection carries one request. Loaded with the
 * first one.
 *
 * @module
 */
import { finish } from "../../net/connection.ts";
import { type Answer, HttpError, readHead, type RequestHead, writeAnswer } from "../../net/http.ts";
import type { RewoundConnection } from "../../net/rewound.ts";
import type { Origin } from "../access/bans.ts";
import { HttpPlaces } from "../access/http_places.ts";
import { Throttle } from "../access/throttle.ts";
import { BANNED } from "../disconnects.ts";
import { FIXED } from "../limits.ts";
import type { SessionServices } from "../session_context.ts";
import type { Hosts } from "./hosts.ts";
import { findRoute, type Request, type Route, type WebContext } from "./routes.ts";

/** How long, in milliseconds, a connection that was answered may take to end its own side. */
const LINGER_MS = 1000;

/** How long, in milliseconds, whoever has sent too much waits for being told so. */
const REFUSAL_MS = 500;

const HEAD = { maxBytes: FIXED.maxHeadBytes, timeoutMs: FIXED.headTimeoutMs };

/** What every answer has, so that a page from elsewhere can do nothing with it. */
const RULES: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/** What the web server works with. */
export interface WebOptions extends WebContext {
  /** By which names it may be called. */
  hosts: Hosts;
  /** Whether whoever sends a request is banned. */
  isBanned(origin: Origin): boolean;
}

/** Answers requests, and turns some of them into sessions. */
export class Web {
  readonly #options: WebOptions;
  readonly #services: SessionServices;
  readonly #places = new HttpPlaces();
  readonly #open = new Map<RewoundConnection, { origin: Origin; throttle: Throttle; gone: () => void }>();

  /** `services`: what it shares with the sessions. */
  constructor(options: WebOptions, services: SessionServices) {
    this.#options = options;
    this.#services = services;
  }

  /** Answers the request on a connection, and closes it; or serves the session that it becomes. Never throws. */
  async serve(connection: RewoundConnection, origin: Origin): Promise<void> {
    await this.#answered(connection, origin, (throttle) => this.#answer(connection, origin, throttle));
  }

  /** Sends whoever asks in plain text, where TLS is spoken, to the same place over TLS. Never throws. */
  async redirect(connection: RewoundConnection, origin: Origin): Promise<void> {
    await this.#answered(connection, origin, async (throttle) => {
      const head = await readHead(connection, HEAD);
      const host = this.#requireHost(head, connection);
      await this.#chargeOrRefuse(throttle, origin.source);
      return {
        method: head.method,
        answer: sentence(307, "this server speaks TLS: use https", {
          Location: `https://${host}${head.target === "*" ? "/" : head.target}`,
          "Cache-Control": "no-store",
        }),
      };
    });
  }

  /** Tells whoever sent a request why the connection is refused, and closes it. Never throws. */
  async refuse(connection: RewoundConnection, status: number, why: string): Promise<void> {
    await write(connection, { answer: sentence(status, why) });
  }

  /** Closes the requests of whom this holds; returns how many these are. */
  expel(holds: (origin: Origin) => boolean): number {
    const expelled = [...this.#open].filter(([, { origin }]) => holds(origin));
    for (const [connection, { throttle, gone }] of expelled) {
      gone();
      throttle[Symbol.dispose]();
      connection.close();
    }
    return expelled.length;
  }

  /** Gives a request its place, and writes what it is answered with. */
  async #answered(
    connection: RewoundConnection,
    origin: Origin,
    answer: (throttle: Throttle) => Promise<Answered | Upgraded>,
  ): Promise<void> {
    const { source } = origin;
    this.#services.browsers.spoke(source, performance.now());
    const throttle = new Throttle(source, this.#services);
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#open.set(connection, { origin, throttle, gone: resolve });
    const place = await this.#places.take(source, gone);
    let session: Upgraded | undefined;
    try {
      if (place === undefined) return connection.close();
      const answered = await answer(throttle).catch((error) => this.#explain(error, throttle, source));
      if (answered === undefined) return connection.close();
      if ("run" in answered) session = answered;
      else await write(connection, answered);
    } finally {
      this.#open.delete(connection);
      throttle[Symbol.dispose]();
      if (session === undefined) place?.[Symbol.dispose]();
    }
    if (session !== undefined) await session.run(place!);
  }

  async #answer(
    connection: RewoundConnection,
    from: Origin,
    throttle: Throttle,
  ): Promise<Answered | Upgraded> {
    const { source } = from;
    const head = await readHead(connection, HEAD);
    const { method } = head;
    try {
      const host = this.#requireHost(head, connection);
      const origin = head.headers.get("origin");
      if (origin !== undefined && !this.#options.hosts.allowsOrigin(origin, host, connection.encrypted)) {
        throw new HttpError(403, "a page from elsewhere may not speak to this server");
      }
      if (this.#options.isBanned(from)) throw new HttpError(403, BANNED.text);
      const route = findRoute(head);
      if (route.waits) await throttle.pay(1);
      else await this.#chargeOrRefuse(throttle, source);
      requireMethod(route, method);
      return await this.#follow(route, { head, connection, source });
    } catch (error) {
      return { method, answer: explain(error) };
    }
  }

  async #follow(route: Route, request: Request): Promise<Answered | Upgraded> {
    const { method } = request.head;
    if (route.answer !== undefined) return { method, answer: await route.answer(request, this.#options) };
    const session = await route.upgrade!(request, this.#options);
    const { source } = request;
    return { run: (place) => this.#run(session, source, place) };
  }

  /** Serves a session; nothing of its request is held meanwhile. */
  async #run(session: Session, source: string, place: Disposable): Promise<void> {
    const { browsers } = this.#services;
    using _place = place;
    using _open = browsers.opened(source);
    await session(place);
    browsers.spoke(source, performance.now());
  }

  /** What is said to a request that could not be read; it is charged like any other. */
  async #explain(error: unknown, throttle: Throttle, source: string): Promise<Answered | undefined> {
    if (!(error instanceof HttpError)) return;
    try {
      await this.#chargeOrRefuse(throttle, source);
      return { answer: explain(error) };
    } catch (late) {
      return { answer: explain(late) };
    }
  }

  /** Whoever owes is told so a moment later, during which it has its place: else it could ask again at once. */
  async #chargeOrRefuse(throttle: Throttle, source: string): Promise<void> {
    const { limiter, stats } = this.#services;
    const owed = limiter.charge(source, 0, performance.now());
    if (owed === 0) return void limiter.charge(source, 1, performance.now());
    stats.count("requests refused");
    await throttle.pause(REFUSAL_MS);
    const seconds = Math.ceil(owed / 1000);
    throw new HttpError(429, `too much came from your address; try again in ${seconds} s`, {
      "Retry-After": `${seconds}`,
    });
  }

  #requireHost(head: RequestHead, { local }: RewoundConnection): string {
    const host = head.headers.get("host");
    if (host !== undefined && this.#options.hosts.allows(host, local)) return host;
    throw new HttpError(
      421,
      host === undefined
        ? "the request must name the server: Host"
        : "this server is not called so: use its address, or start it with --host NAME",
    );
  }
}

/** What a request is answered with, and the method that it had, if it could be read. */
interface Answered {
  answer: Answer;
  method?: string;
}

/** A request that becomes a session. */
interface Upgraded {
  /** Serves it; `place` is what the request has taken. */
  run(place: Disposable): Promise<void>;
}

type Session = (place: Disposable) => Promise<void>;

function requireMethod({ methods }: Route, method: string): void {
  if (methods.includes(method)) return;
  throw new HttpError(405, `${methods.join(" and ")} can be done here, not ${method}`, {
    Allow: methods.join(", "),
  });
}

/** @throws every error that is not meant for whoever sent the request */
function explain(error: unknown): Answer {
  if (!(error instanceof HttpError)) throw error;
  return sentence(error.status, error.message, error.headers);
}

/** An answer that is one sentence. */
function sentence(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...headers },
    body: `${text}\n`,
  };
}

async function write(connection: RewoundConnection, { answer, method }: Answered): Promise<void> {
  try {
    await writeAnswer(connection, { ...answer, headers: { ...RULES, ...answer.headers } }, method);
  } catch {
    return connection.close();
  }
  await finish(connection, LINGER_MS);
}
