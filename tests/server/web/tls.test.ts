import { assert, assertEquals } from "@std/assert";
import { connectTls } from "../../../lib/net/tls/connect.ts";
import { testWith } from "../../helpers/needs.ts";
import { Peer } from "../../helpers/peer.ts";
import { startTls } from "../../helpers/servers.ts";
import { newIdentity } from "../../helpers/tls.ts";
import { answerOf, ask, Browser, request } from "../../helpers/web.ts";

const NOTICE = "error: this room speaks TLS: start the client with --tls";

testWith(["net"], "over TLS the page is there, and a WebSocket from it alone", async () => {
  const identity = await newIdentity();
  await using server = startTls(identity);
  const connect = () => connectTls({ ...server.address, name: "parley", caCerts: [identity.cert] });
  using peer = new Peer(await connect());
  const host = `127.0.0.1:${server.address.port}`;
  await peer.raw(request("GET", "/", { Host: host, Origin: `https://${host}` }));
  assertEquals((await answerOf(peer)).status, 200);
  using plain = new Peer(await connect());
  await plain.raw(request("GET", "/", { Host: host, Origin: `http://${host}` }));
  assertEquals((await answerOf(plain)).status, 403);
  using browser = await Browser.open(await connect());
  await browser.say("/name alice");
  assertEquals(await browser.until("you are"), "-- you are alice");
});

testWith(
  ["net"],
  "a browser that asks in plain text is sent to https, but to no other name than the server's",
  async () => {
    await using server = startTls(await newIdentity());
    const host = `127.0.0.1:${server.address.port}`;
    for (const method of ["GET", "POST"]) {
      const { status, headers } = await ask(
        server,
        request(method, "/x?room=a", { Host: host, Origin: "http://evil" }),
      );
      assertEquals(status, 307);
      assertEquals([headers.get("location"), headers.get("cache-control")], [
        `https://${host}/x?room=a`,
        "no-store",
      ]);
    }
    for (const wrong of ["evil.example", ""]) {
      const { status, headers } = await ask(server, request("GET", "/", { Host: wrong }));
      assertEquals([status, headers.get("location")], [421, undefined]);
    }
  },
);

testWith(
  ["net"],
  "nothing else is said in plain text where TLS is spoken, and nothing is taken",
  async () => {
    await using server = startTls(await newIdentity());
    for (
      const bytes of [
        "hello\n",
        "/name mallory\nhello\n",
        "hel",
        "GET",
        "GET / H",
        "\n",
        "PRI * HTTP/2.0\r\n\r\n",
      ]
    ) {
      const peer = await server.connect();
      await peer.raw(bytes);
      await peer.connection.closeWrite();
      const lines = await peer.rest().catch(() => []);
      assert(lines.length === 0 || (lines.length === 1 && lines[0] === NOTICE), `${bytes}: ${lines.join()}`);
    }
  },
);

testWith(
  ["net"],
  "whoever is silent where TLS is spoken is told so after five seconds and closed, near a browser too",
  async () => {
    await using server = startTls(await newIdentity());
    await ask(server, request("GET", "/"));
    const silent = await server.connect();
    const began = performance.now();
    assertEquals(await silent.rest(), [NOTICE]);
    const took = performance.now() - began;
    assert(took > 4900 && took < 6000, `${took} ms`);
  },
);
