import { assert, assertEquals } from "@std/assert";
import { openSocket } from "../../lib/net/socket.ts";
import { testWith } from "../helpers/needs.ts";

/** Two ends of a TCP connection. */
async function pair(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [one, other] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  return [one, other];
}

testWith(["net"], "a peer that has much to say leaves the event loop a turn after each chunk", async () => {
  const [peer, conn] = await pair();
  const bytes = new Uint8Array(400_000).fill(0x61);
  const sending = (async () => {
    for (let sent = 0; sent < bytes.length;) sent += await peer.write(bytes.subarray(sent));
    peer.close();
  })();
  using connection = openSocket(conn)!;
  let [turns, chunks, inOneTurn, most, size] = [0, 0, 0, 0, 0];
  const count = () => {
    turns++;
    inOneTurn = 0;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  for await (const chunk of connection.chunks()) {
    chunks++;
    size += chunk.length;
    most = Math.max(most, ++inOneTurn);
  }
  clearImmediate(immediate);
  await sending;
  assertEquals(size, bytes.length);
  assert(chunks > 10 && turns > 10, `${chunks} chunks in ${turns} turns`);
  assert(most <= 2, `${most} chunks in one turn of the event loop`);
});

testWith(["net"], "what follows from a chunk is done before the next one is asked for", async () => {
  const [peer, conn] = await pair();
  using connection = openSocket(conn)!;
  await peer.write(new TextEncoder().encode("x"));
  const events: string[] = [];
  const read = conn.read.bind(conn);
  Object.defineProperty(conn, "read", {
    value: (buffer: Uint8Array) => {
      events.push("read");
      return read(buffer);
    },
  });
  for await (const _ of connection.chunks()) {
    queueMicrotask(() => {
      events.push("follows");
      peer.close();
    });
  }
  assertEquals(events, ["read", "follows", "read"]);
});
