import { assertEquals, assertRejects } from "@std/assert";
import { connectTrusted, type Trust, TrustError } from "../../lib/client/trust.ts";
import type { Endpoint } from "../../lib/net/errors.ts";
import { formatFingerprint } from "../../lib/net/tls/fingerprint.ts";
import { testWith } from "../helpers/needs.ts";
import { Peer } from "../helpers/peer.ts";
import { greetingServer } from "../helpers/servers.ts";
import { newIdentity, startTlsEcho } from "../helpers/tls.ts";

const TIMEOUT = { timeout: 5000 };

/** Connects, and returns what comes back. */
async function greeting(server: { address: Endpoint }, trust: Partial<Trust>): Promise<string | undefined> {
  using peer = new Peer(await connectTrusted(server.address, { ...TIMEOUT, ...trust }));
  await peer.say("hello");
  return await peer.next();
}

const identity = Deno.permissions.querySync({ name: "net" }).state === "granted"
  ? await newIdentity()
  : undefined;

testWith(["net"], "connectTrusted() trusts exactly the certificate with the fingerprint", async () => {
  await using server = await startTlsEcho(identity!);
  assertEquals(await greeting(server, { fingerprint: identity!.fingerprint }), "hello");
});

testWith(
  ["net"],
  "connectTrusted() compares how a fingerprint begins, and says so in the same form",
  async () => {
    await using server = await startTlsEcho(identity!);
    const begins = identity!.fingerprint.slice(0, 16);
    assertEquals(await greeting(server, { fingerprint: begins }), "hello");
    const other = begins.replace(/.$/, (last) => last === "0" ? "1" : "0");
    await assertRejects(
      () => greeting(server, { fingerprint: other }),
      TrustError,
      `begins with ${formatFingerprint(begins)}, not ${formatFingerprint(other)}; nothing was sent to it`,
    );
  },
);

testWith(["net"], "connectTrusted() refuses another fingerprint, whatever else is trusted", async () => {
  await using server = await startTlsEcho(identity!);
  const other = await newIdentity();
  const confirm = () => true;
  await assertRejects(
    () => greeting(server, { fingerprint: other.fingerprint, ca: identity!.cert, confirm }),
    TrustError,
    `not ${formatFingerprint(other.fingerprint)}; nothing was sent`,
  );
});

testWith(["net"], "connectTrusted() does not take a copied certificate for its server", async () => {
  // A server that shows the certificate of another one whose key it does not have cannot even start …
  const other = await newIdentity();
  await assertRejects(
    () => startTlsEcho({ cert: identity!.cert, key: other.key }),
    Error,
    "KeyMismatch",
  );
  // … and one that changes its certificate after it was asked for it is refused by the handshake.
  await using server = await startTlsEcho(other);
  await assertRejects(() => greeting(server, { fingerprint: identity!.fingerprint }), TrustError);
});

testWith(
  ["net"],
  "connectTrusted() trusts a certificate from a file, whatever the server's address",
  async () => {
    await using server = await startTlsEcho(identity!);
    const other = await newIdentity();
    assertEquals(await greeting(server, { ca: other.cert + identity!.cert }), "hello");
    await assertRejects(() => greeting(server, { ca: other.cert }), TrustError, "this server is not known");
  },
);

testWith(["net"], "connectTrusted() asks about a server that nobody vouches for", async () => {
  await using server = await startTlsEcho(identity!);
  const asked: string[] = [];
  const answer = (yes: boolean) => (fingerprint: string) => asked.push(fingerprint) > 0 && yes;
  assertEquals(await greeting(server, { confirm: answer(true) }), "hello");
  await assertRejects(
    () => greeting(server, { confirm: answer(false) }),
    TrustError,
    "this server is not known",
  );
  assertEquals(asked, [identity!.fingerprint, identity!.fingerprint]);
});

testWith(
  ["net"],
  "connectTrusted() without anyone to ask tells the fingerprint, and what to do",
  async () => {
    await using server = await startTlsEcho(identity!);
    const { fingerprint } = identity!;
    for (const part of [formatFingerprint(fingerprint), `add --fingerprint ${fingerprint}`]) {
      await assertRejects(() => greeting(server, {}), TrustError, part);
    }
  },
);

testWith(["net"], "connectTrusted() says that a server does not speak TLS", async () => {
  using server = greetingServer("Welcome to this chatroom!\n");
  for (const trust of [{}, { fingerprint: identity!.fingerprint }]) {
    await assertRejects(
      () => connectTrusted(server.address, { ...TIMEOUT, ...trust }),
      TrustError,
      "this server does not speak TLS: leave out --tls",
    );
  }
});

testWith(["net"], "connectTrusted() gives up on a server that does not answer", async () => {
  using server = greetingServer("");
  await assertRejects(() => connectTrusted(server.address, { timeout: 50 }), DOMException, "timeout");
});
