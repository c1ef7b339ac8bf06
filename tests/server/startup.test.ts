import { assertEquals } from "@std/assert";
import { readyLines } from "../../lib/server/startup.ts";

/** The ready lines of a server that was to listen here, and does. */
function ready(asked: string, hostname: string, own: string[] = []): string[] {
  return readyLines({ asked, address: { hostname, port: 8081 }, own, password: false });
}

Deno.test("readyLines() say where the server listens and how others join", () => {
  assertEquals(ready("localhost", "127.0.0.1"), [
    "listening on 127.0.0.1 port 8081",
    "join with: deno run --allow-net client.ts 127.0.0.1 8081   or: nc 127.0.0.1 8081",
  ]);
  assertEquals(ready("0.0.0.0", "0.0.0.0", ["192.168.55.13"]), [
    "listening on 0.0.0.0 port 8081",
    "join with: deno run --allow-net client.ts 192.168.55.13 8081   or: nc 192.168.55.13 8081",
  ]);
});

Deno.test("readyLines() keep the zone of a link-local address, without which it leads nowhere", () => {
  assertEquals(ready("fe80::1%eth0", "fe80::1"), [
    "listening on fe80::1%eth0 port 8081",
    "join with: deno run --allow-net client.ts fe80::1%eth0 8081   or: nc fe80::1%eth0 8081",
  ]);
});
