import { assertEquals } from "@std/assert";
import { PROGRAMS } from "../../lib/cli/version.ts";
import { readyLines, type ReadyOptions } from "../../lib/server/startup.ts";

const OWN = ["192.168.55.13", "10.0.0.7"];
const FINGERPRINT = "AB:CD:EF";

/** The lines of a server that listens on this address. */
function lines(hostname: string, options: Partial<ReadyOptions> = {}): string[] {
  return readyLines({ address: { hostname, port: 8081 }, own: OWN, password: false, ...options });
}

Deno.test("readyLines() names the address that the server listens on, and how to join there", () => {
  assertEquals(lines("127.0.0.1"), [
    "listening on 127.0.0.1 port 8081",
    `join with: ${PROGRAMS.client} 127.0.0.1 8081   or: nc 127.0.0.1 8081`,
  ]);
});

Deno.test("readyLines() names each address of this machine if the server listens on all of them", () => {
  for (const hostname of ["0.0.0.0", "::"]) {
    assertEquals(lines(hostname), [
      `listening on ${hostname} port 8081`,
      ...OWN.map((host) => `join with: ${PROGRAMS.client} ${host} 8081   or: nc ${host} 8081`),
    ]);
    assertEquals(lines(hostname, { own: [] }).length, 1);
  }
});

Deno.test("readyLines() names the fingerprint, which nc cannot check, if the server speaks TLS", () => {
  assertEquals(lines("127.0.0.1", { fingerprint: FINGERPRINT, password: true }), [
    "listening on 127.0.0.1 port 8081",
    `join with: ${PROGRAMS.client} 127.0.0.1 8081 --tls --fingerprint ABCDEF`,
    `the certificate's SHA-256 fingerprint is ${FINGERPRINT}`,
  ]);
});

Deno.test("readyLines() warns of a password without TLS", () => {
  assertEquals(
    lines("127.0.0.1", { password: true }).at(-1),
    "the password and all that is said travel unencrypted: --cert FILE --key FILE encrypts them",
  );
});
