import { acceptFrom, BACKLOG, type ListenOptions } from "./accept.ts";
import type { Connection, Listener } from "./connection.ts";
import { openSocket } from "./socket.ts";

/**
 * Listens for TCP connections.
 *
 * @throws what `Deno.listen` throws, see {@linkcode explainListenError}
 */
export function listenTcp({ hostname, port, onExhausted }: ListenOptions): Listener {
  return acceptFrom(Deno.listen({ hostname, port, tcpBacklog: BACKLOG }), onExhausted);
}

/**
 * Connects to a server.
 *
 * @throws what `Deno.connect` throws, see {@linkcode explainConnectError}
 */
export async function connectTcp(
  options: { hostname: string; port: number; signal?: AbortSignal },
): Promise<Connection> {
  const connection = openSocket(await Deno.connect({ ...options, transport: "tcp" }));
  if (connection === undefined) throw new Deno.errors.ConnectionReset("the connection was reset");
  return connection;
}
