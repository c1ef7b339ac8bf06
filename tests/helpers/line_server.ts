import { memoryPair } from "../../lib/net/memory.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { Peer } from "./peer.ts";

/** A server that is not parley, played by the test: what it reads are the lines that the client sent. */
export function fakeServer(): { server: Peer; connection: Connection } {
  const [end, connection] = memoryPair();
  return { server: new Peer(end), connection };
}

/** A server on a real socket that says this to everyone who connects, and nothing after it. */
export function greetingServer(text: string): Disposable & { address: { hostname: string; port: number } } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.Conn[] = [];
  (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      await conn.write(new TextEncoder().encode(text)).catch(() => {});
    }
  })();
  return {
    address: { hostname: listener.addr.hostname, port: listener.addr.port },
    [Symbol.dispose]() {
      listener.close();
      conns.forEach((conn) => conn.close());
    },
  };
}
