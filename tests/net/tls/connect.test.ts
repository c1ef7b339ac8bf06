import { assertEquals, assertRejects } from "@std/assert";
import { CertificateError, connectTls, NotTlsError, showCertificate } from "../../../lib/net/tls/connect.ts";
import { testWith } from "../../helpers/needs.ts";
import { Peer } from "../../helpers/peer.ts";
import { greetingServer, startTcp } from "../../helpers/servers.ts";
import { newIdentity, startTlsEcho } from "../../helpers/tls.ts";

testWith(
  ["net"],
  "connectTls() refuses a certificate that nobody vouches for, or for another name",
  async () => {
    await using server = await startTlsEcho();
    await assertRejects(
      () => connectTls({ ...server.address, name: "parley" }),
      CertificateError,
      "UnknownIssuer",
    );
    await assertRejects(
      () => connectTls({ ...server.address, caCerts: [server.cert] }),
      CertificateError,
      "not valid for name",
    );
    const other = await newIdentity();
    await assertRejects(
      () => connectTls({ ...server.address, name: "parley", caCerts: [other.cert] }),
      CertificateError,
    );
  },
);

testWith(["net"], "showCertificate() shows the certificate, and what name it is for", async () => {
  await using server = await startTlsEcho();
  const shown = await showCertificate(server.address);
  assertEquals([shown.fingerprint, shown.host], [server.fingerprint, "parley"]);
  using peer = new Peer(await connectTls({ ...server.address, name: shown.host, caCerts: [shown.pem] }));
  await peer.say("hello");
  assertEquals(await peer.next(), "hello");
});

testWith(["net"], "a server that does not speak TLS is told apart", async () => {
  using server = greetingServer("Welcome to this chatroom!\n");
  await assertRejects(() => connectTls(server.address), NotTlsError);
  await assertRejects(() => showCertificate(server.address), NotTlsError);
});

testWith(["net"], "a server that never ends the handshake is given up on", async () => {
  using server = greetingServer("");
  for (const attempt of [connectTls, showCertificate]) {
    const stop = new AbortController();
    const attempting = attempt({ ...server.address, signal: stop.signal });
    setTimeout(() => stop.abort(new DOMException("too late", "TimeoutError")), 50);
    await assertRejects(() => attempting as Promise<unknown>, DOMException, "too late");
  }
});

testWith(["net"], "a server that closes whoever begins with TLS is told apart, too", async () => {
  await using server = startTcp();
  await assertRejects(() => connectTls(server.address), NotTlsError);
  await assertRejects(() => showCertificate(server.address), NotTlsError);
});
