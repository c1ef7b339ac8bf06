import { assert, assertEquals, assertRejects } from "@std/assert";
import { connectTcp } from "../../../lib/net/tcp.ts";
import { connectTls } from "../../../lib/net/tls/connect.ts";
import { listenTls } from "../../../lib/net/tls/listen.ts";
import { testWith } from "../../helpers/needs.ts";
import { Peer } from "../../helpers/peer.ts";
import { newIdentity, NOTICE, startTlsEcho } from "../../helpers/tls.ts";

testWith(
  ["net"],
  "bytes go both ways over TLS, many of them too, and both sides can end theirs",
  async () => {
    await using server = await startTlsEcho();
    using peer = new Peer(await connectTls({ ...server.address, name: "parley", caCerts: [server.cert] }));
    const line = "x".repeat(100_000);
    const [, , ...lines] = await Promise.all([
      peer.say("hello", line, line, line),
      undefined,
      ...Array.from({ length: 4 }, () => peer.next()),
    ]);
    assertEquals(lines, ["hello", line, line, line]);
    await peer.connection.closeWrite();
    assertEquals(await peer.rest(), []);
    assertEquals(await server.outcomes[0], "served");
  },
);

testWith(["net"], "a peer over TLS has its own address", async () => {
  const identity = await newIdentity();
  using listener = listenTls({ hostname: "127.0.0.1", port: 0, ...identity });
  const connecting = connectTcp(listener.address);
  for await (const connection of listener) {
    assertEquals(connection.peer, "127.0.0.1");
    connection.close();
    break;
  }
  (await connecting).close();
});

testWith(["net"], "many connect over TLS at once, and each gets its own bytes", async () => {
  await using server = await startTlsEcho();
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    using peer = new Peer(await connectTls({ ...server.address, name: "parley", caCerts: [server.cert] }));
    await peer.say(`I am ${i}`);
    assertEquals(await peer.next(), `I am ${i}`);
  }));
});

testWith(["net"], "whoever speaks plain text on a TLS port is told so and closed, at once", async () => {
  await using server = await startTlsEcho();
  for (const bytes of ["hello\n", "GET / HTTP/1.1\r\n\r\n", "\x15\x03\x03"]) {
    using peer = new Peer(await connectTcp(server.address));
    await peer.raw(bytes);
    assertEquals(await peer.rest(), [NOTICE.trim()]);
  }
  assertEquals(await Promise.all(server.outcomes), ["PlainTextError", "PlainTextError", "PlainTextError"]);
});

testWith(["net"], "whoever is silent on a TLS port is told so and closed after five seconds", async () => {
  await using server = await startTlsEcho();
  using peer = new Peer(await connectTcp(server.address));
  const began = performance.now();
  assertEquals(await peer.rest(), [NOTICE.trim()]);
  const took = performance.now() - began;
  assert(took > 4900 && took < 8000, `${took} ms`);
});

testWith(["net"], "whoever ends their input on a TLS port before a byte of it is told so, too", async () => {
  await using server = await startTlsEcho();
  using peer = new Peer(await connectTcp(server.address));
  await peer.connection.closeWrite();
  assertEquals(await peer.rest(), [NOTICE.trim()]);
});

testWith(["net"], "a handshake that goes wrong, or is reset, ends that connection only", async () => {
  await using server = await startTlsEcho();
  for (const bytes of ["\x16\x03\x01", "\x16\x03\x01\x00\x05hello", "\x16".repeat(5000)]) {
    using peer = new Peer(await connectTcp(server.address));
    await peer.raw(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
    await peer.connection.closeWrite().catch(() => {});
    await peer.rest().catch(() => {});
  }
  using honest = new Peer(await connectTls({ ...server.address, name: "parley", caCerts: [server.cert] }));
  await honest.say("hello");
  assertEquals(await honest.next(), "hello");
  const failed = await Promise.all(server.outcomes.slice(0, 3));
  assert(!failed.includes("served"), failed.join());
});

testWith(["net"], "a handshake that never ends is closed from this side, and so is its socket", async () => {
  const identity = await newIdentity();
  // At once, when nothing of it was read yet, and in the middle.
  for (const wait of [0, 50]) {
    using listener = listenTls({ hostname: "127.0.0.1", port: 0, ...identity });
    using peer = new Peer(await connectTcp(listener.address));
    for await (const connection of listener) {
      await peer.raw(new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00]));
      const shaking = connection.handshake();
      setTimeout(() => connection.close(), wait);
      await assertRejects(() => shaking);
      break;
    }
    assertEquals(await peer.rest().catch(() => []), []);
  }
});
