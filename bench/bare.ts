/**
 * What Deno itself costs: accepts, reads, and writes what was read to everyone else, with nothing else in it. It is no
 * chat room: it bounds nothing, and cuts lines where reads cut them.
 *
 * @module
 */
const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]), tcpBacklog: 4096 });
const members = new Set<Deno.TcpConn>();

async function read(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(512);
  conn.setNoDelay(true);
  members.add(conn);
  try {
    for (let size; (size = await conn.read(buffer)) !== null;) {
      const bytes = buffer.slice(0, size);
      for (const member of members) {
        if (member !== conn) member.write(bytes).catch(() => members.delete(member));
      }
    }
  } catch {
    // The peer is gone.
  }
  members.delete(conn);
}

for await (const conn of listener) read(conn);
