import { delay } from "@std/async/delay";
import type { Connection, Listener } from "./connection.ts";
import { openSocket } from "./socket.ts";

/** How many connections may wait to be accepted: as many as may be there at once, so that all can come at once. */
export const BACKLOG = 4096;

/** After an accept that failed for want of resources, the next is tried after this many milliseconds. */
const ACCEPT_BACKOFF_MS = 100;

/** The errors of `accept` that say that resources are out, and not that one connection went away. */
const OUT_OF_RESOURCES = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** Where to listen, and whom to tell what. */
export interface ListenOptions {
  /** An address of this machine, or a name for one. */
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  /** Is told, once for each time it lasts, that connections cannot be accepted because resources are out, and why. */
  onExhausted?: (error: Error) => void;
}

/** The connections of a listener of the operating system. `onExhausted`: see {@linkcode ListenOptions}. */
export function acceptFrom(
  listener: Deno.TcpListener | Deno.TlsListener,
  onExhausted: (error: Error) => void = () => {},
): Listener {
  return {
    address: { hostname: listener.addr.hostname, port: listener.addr.port },
    [Symbol.asyncIterator]: () => accept(listener, onExhausted),
    [Symbol.dispose]: () => listener.close(),
  };
}

/**
 * Accepts until the listener is closed. A connection that is gone before it was accepted (any port scanner makes such)
 * is skipped at once; only where resources are out it waits, and goes on when there are some again.
 */
async function* accept(
  listener: Deno.TcpListener | Deno.TlsListener,
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
