import type { Log } from "../log/log.ts";
import { sourceOf } from "../net/addresses.ts";
import { type Connection, finish, type Listener } from "../net/connection.ts";
import type { Output } from "../output.ts";
import { Room } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import { FORMATS } from "../wire/format.ts";
import { BANNER, WELCOME } from "../wire/hello.ts";
import { Console } from "./console.ts";
import { ConnectionLimiter, RateLimiter } from "./limits.ts";
import { Session, type SessionContext } from "./session.ts";

/** What a server takes on. The defaults are those that `--help` shows. */
export interface Limits {
  /** Messages that a newcomer is shown. */
  history: number;
  /** Connections at once, in all. */
  maxClients: number;
  /** Connections at once from one address. */
  maxPerAddress: number;
  /** Lines a second from one address; 0 for no limit. */
  rate: number;
  /** Lines at once from one address. */
  burst: number;
  /** Bytes in a line, without its end. */
  maxLine: number;
}

/** What a server is made of. */
export interface ServeOptions {
  /** Where connections come from; closed at the end. */
  listener: Listener;
  /** What the room is kept in. */
  log: Log;
  /** What the server takes on. */
  limits: Limits;
  /** Where to show what happens; nothing is shown without it. */
  output?: Output;
  /** Ends the server in order when it is aborted. */
  signal: AbortSignal;
}

const SHUTDOWN: Closed = { kind: "closed", text: "the server is shutting down", retry: true, fault: false };

const STALLED: Closed = { kind: "closed", text: "you stopped reading", retry: true, fault: true };

/** A member that takes nothing of what waits for it is closed after this many milliseconds. */
const STALL_LIMIT = 60_000;

/** How often, in milliseconds, the server looks for such members. */
const STALL_CHECK = 5_000;

/** How many refused connections at once are given time to read why; those beyond are closed without a word. */
const MAX_REFUSALS = 64;

/** How long, in milliseconds, a refused connection, or the console at the end, may take to read. */
const PARTING = 2000;

/**
 * Serves one room to all who connect, until the signal is aborted. Then everyone is told and gets what it has not read
 * yet, for two seconds at most. Resolves when nothing of it is left open, the listener included; the log stays open.
 */
export async function serve({ listener, log, limits, output, signal }: ServeOptions): Promise<void> {
  using room = new Room(log, { historyLength: limits.history });
  const console = output === undefined ? undefined : new Console(room, output);
  const door = new Door(limits, { room, limiter: new RateLimiter(limits), maxLine: limits.maxLine });
  const stalls = setInterval(() => door.closeStalled(performance.now()), STALL_CHECK);
  const stop = () => listener[Symbol.dispose]();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  for await (const connection of listener) {
    if (door.enter(connection)) console?.event(`${connection.peer} connected`);
  }

  clearInterval(stalls);
  room.close();
  await door.close();
  const deadline = setTimeout(() => console?.close(), PARTING);
  await console?.end(SHUTDOWN.text);
  clearTimeout(deadline);
}

/** All sessions of a server, and how many there may be. */
class Door {
  readonly #context: SessionContext;
  readonly #limiter: ConnectionLimiter;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #refusals = new Set<Promise<void>>();

  constructor({ maxClients, maxPerAddress }: Limits, context: SessionContext) {
    this.#context = context;
    this.#limiter = new ConnectionLimiter({ maxTotal: maxClients, maxPerSource: maxPerAddress });
  }

  /** Begins a session, or refuses the connection. */
  enter(connection: Connection): boolean {
    const source = sourceOf(connection.peer);
    const refusal = this.#limiter.admit(source);
    if (refusal !== undefined) {
      this.#refuse(connection, refusal);
      return false;
    }
    const session = new Session(connection, this.#context);
    const running = session.run().finally(() => {
      this.#sessions.delete(session);
      this.#limiter.release(source);
    });
    this.#sessions.set(session, running);
    return true;
  }

  /** Closes the sessions whose peers have stopped reading. */
  closeStalled(now: number): void {
    for (const session of this.#sessions.keys()) {
      if (now - (session.stalledSince ?? now) >= STALL_LIMIT) session.close(STALLED, "stopped reading");
    }
  }

  /** Tells everyone that the server shuts down, and resolves when all are gone. */
  async close(): Promise<void> {
    for (const session of this.#sessions.keys()) session.close(SHUTDOWN);
    await Promise.all([...this.#sessions.values(), ...this.#refusals]);
  }

  #refuse(connection: Connection, why: string): void {
    if (this.#refusals.size >= MAX_REFUSALS) return connection.close();
    const refusal = tell(connection, why).finally(() => this.#refusals.delete(refusal));
    this.#refusals.add(refusal);
  }
}

/** Tells a connection why it is refused, and closes it. */
async function tell(connection: Connection, why: string): Promise<void> {
  const line = FORMATS.text.direct({ kind: "closed", text: why, retry: true, fault: true });
  await connection.write(new TextEncoder().encode(`${WELCOME}\n${BANNER}\n${line}`)).catch(() => {});
  await finish(connection, PARTING);
}
