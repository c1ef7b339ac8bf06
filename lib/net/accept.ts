import { delay } from "@std/async/delay";
import type { Connection, Listener } from "./connection.ts";
import { openSocket } from "./socket.ts";

/** How many connections may wait to be accepted: as many as there may be, so that all can come at once. */
export const BACKLOG = 4096;

/** How long, in milliseconds, to wait after an accept that failed for lack of resources. */
const ACCEPT_BACKOFF_MS = 100;

/** The errors of `accept` that mean that resources are exhausted, not that one connection went away. */
const OUT_OF_RESOURCES = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** Where to listen. */
export interface ListenOptions {
  /** An address of this machine, or a name of one. */
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  /** Called once per shortage if connections cannot be accepted because resources are exhausted. */
  onExhausted?: (error: Error) => void;
}

/** Accepts the connections of an operating system's listener. `onExhausted`: see {@linkcode ListenOptions}. */
export function acceptFrom(
  listener: Deno.TcpListener,
  onExhausted: (error: Error) => void = () => {},
): Listener {
  return {
    address: { hostname: listener.addr.hostname, port: listener.addr.port },
    [Symbol.asyncIterator]: () => accept(listener, onExhausted),
    [Symbol.dispose]: () => listener.close(),
  };
}

/**
 * Accepts until the listener is closed. A connection that is gone before it is accepted (port scanners cause these) is
 * skipped at once; only if resources are exhausted it waits before the next try.
 */
async function* accept(
  listener: Deno.TcpListener,
  onExhausted: (error: Error) => void,
): AsyncGenerator<Connection> {
  for (let exhausted = false;;) {
    try {
      const conn = await listener.accept();
      exhausted = false;
      const connection = openSocket(conn);
      if (connection !== undefined) yield connection;
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      if (!OUT_OF_RESOURCES.has((error as { code?: string }).code ?? "")) continue;
      if (!exhausted) onExhausted(error as Error);
      exhausted = true;
      await delay(ACCEPT_BACKOFF_MS);
    }
  }
}
