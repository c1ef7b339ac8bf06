import { memoryPair } from "../../lib/net/memory.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { Peer } from "./peer.ts";

/** A server that is not parley, played by the test: what it reads are the lines that the client sent. */
export function fakeServer(): { server: Peer; connection: Connection } {
  const [end, connection] = memoryPair();
  return { server: new Peer(end), connection };
}
