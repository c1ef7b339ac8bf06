import { assertEquals, assertRejects } from "@std/assert";
import { Dialer, DialError } from "../../lib/client/dial.ts";
import type { ConnectCommand } from "../../lib/client/options.ts";
import { testWith } from "../helpers/needs.ts";
import { greetingServer, startTcp } from "../helpers/servers.ts";
import { fetchRaw, request } from "../helpers/web.ts";

function dialer(port: number): Dialer {
  const flags = { json: false, follow: false, bell: true, notify: false, tls: false };
  const command: ConnectCommand = { kind: "connect", hostname: "127.0.0.1", port, plain: false, ...flags };
  return new Dialer(command, () => false);
}

testWith(
  ["net"],
  "Dialer.probe() sees a parley server, and from where it is reached, without entering",
  async () => {
    await using server = startTcp();
    assertEquals(await dialer(server.address.port).probe(), { parley: true, local: "127.0.0.1" });
    const alice = await server.join("alice");
    await alice.say("/who");
    assertEquals(await alice.until("here:"), "-- 1 here: alice");
  },
);

testWith(["net"], "Dialer.probe() sees a parley server also from an address with a browser", async () => {
  await using server = startTcp();
  const { port } = server.address;
  await fetchRaw(port, request("GET", "/health"));
  assertEquals((await dialer(port).probe()).parley, true);
});

testWith(["net"], "Dialer.probe() recognises another server, even one that says nothing", async () => {
  for (const greeting of ["hello\n", ""]) {
    using server = greetingServer(greeting);
    assertEquals((await dialer(server.address.port).probe()).parley, false);
  }
});

testWith(["net"], "Dialer.connect() says in a sentence why a server is not reached", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  await assertRejects(() => dialer(listener.addr.port).connect(), DialError, "no one listens there");
});

testWith(["net"], "Dialer.connect() ends when it is told to", async () => {
  await assertRejects(() => dialer(1).connect(AbortSignal.abort()), DialError);
});
