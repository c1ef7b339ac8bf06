import { assertEquals } from "@std/assert";
import { clientCall } from "../../lib/cli/version.ts";
import { reachableAddresses, readyLines } from "../../lib/server/startup.ts";

const OPTIONS = { password: false, client: "client" };
const WILDCARD = { hostname: "0.0.0.0", port: 8081 };

function own(...addresses: string[]) {
  return addresses.map((address, i) => ({ address, name: `eth${i}` }));
}

Deno.test("readyLines() tells how to join at the address that the server listens on", () => {
  assertEquals(
    readyLines({ ...OPTIONS, address: { hostname: "127.0.0.1", port: 8081 }, own: own("10.0.0.5") }),
    [
      "listening on 127.0.0.1 port 8081",
      "join with: client 127.0.0.1 8081   or: nc 127.0.0.1 8081",
    ],
  );
});

Deno.test("readyLines() tells each of several addresses with its interface, four at most", () => {
  assertEquals(readyLines({ ...OPTIONS, address: WILDCARD, own: own("10.0.0.5") }).slice(1), [
    "join with: client 10.0.0.5 8081   or: nc 10.0.0.5 8081",
  ]);
  const six = own("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6");
  assertEquals(readyLines({ ...OPTIONS, address: WILDCARD, own: six }).slice(1), [
    "join with: client 10.0.0.1 8081   or: nc 10.0.0.1 8081   (eth0)",
    "join with: client 10.0.0.2 8081   or: nc 10.0.0.2 8081   (eth1)",
    "join with: client 10.0.0.3 8081   or: nc 10.0.0.3 8081   (eth2)",
    "join with: client 10.0.0.4 8081   or: nc 10.0.0.4 8081   (eth3)",
    "and at 2 more addresses",
  ]);
});

Deno.test("readyLines() tells what works on this machine if its addresses are unknown, and what shows them", () => {
  assertEquals(readyLines({ ...OPTIONS, address: WILDCARD }).slice(1), [
    "join on this machine with: client 127.0.0.1 8081   or: nc 127.0.0.1 8081",
    "--allow-sys=networkInterfaces shows at which addresses others join",
  ]);
  assertEquals(readyLines({ ...OPTIONS, address: { hostname: "::", port: 1 }, own: [] }).slice(1), [
    "join on this machine with: client ::1 1   or: nc ::1 1",
  ]);
});

Deno.test("readyLines() shows the fingerprint in groups, and in the line to join with", () => {
  const fingerprint = "0123456789ABCDEF".repeat(4);
  assertEquals(
    readyLines({ ...OPTIONS, address: WILDCARD, own: own("10.0.0.5"), fingerprint, password: true }).slice(1),
    [
      `join with: client 10.0.0.5 8081 --tls --fingerprint ${fingerprint}`,
      "the certificate's SHA-256 fingerprint (--fingerprint takes its first 16 digits, too) is",
      Array(4).fill("0123 4567 89AB CDEF").join(" "),
    ],
  );
});

Deno.test("reachableAddresses() has private networks first, and containers and VPNs last", () => {
  const interfaces = [
    ["lo", "127.0.0.1"],
    ["docker0", "172.17.0.1"],
    ["tun0", "10.8.0.2"],
    ["eth9", "169.254.3.4"],
    ["eth1", "203.0.113.7"],
    ["wlan0", "192.168.55.13"],
    ["eth0", "10.0.0.5"],
  ].map(([name, address]) => ({ name, address, family: "IPv4" as const }));
  const others = [{ name: "eth0", address: "fe80::1", family: "IPv6" as const }];
  assertEquals(reachableAddresses([...interfaces, ...others]).map(({ name }) => name), [
    "wlan0",
    "eth0",
    "eth1",
    "eth9",
    "docker0",
    "tun0",
  ]);
});

Deno.test("clientCall() is what works for whoever reads it", () => {
  const call = { standalone: false, windows: false, npx: false };
  assertEquals(clientCall(call), "deno run --allow-net client.ts");
  assertEquals(clientCall({ ...call, standalone: true }), "./parley-client");
  assertEquals(clientCall({ ...call, standalone: true, windows: true }), ".\\parley-client");
  assertEquals(
    clientCall({ ...call, npx: true }),
    `npx -y deno@${Deno.version.deno} run --allow-net client.ts`,
  );
});

Deno.test("readyLines() warns of a password without TLS", () => {
  assertEquals(
    readyLines({ ...OPTIONS, address: { hostname: "127.0.0.1", port: 8081 }, password: true }).at(-1),
    "the password and all that is said travel unencrypted: --cert FILE --key FILE encrypts them",
  );
});

Deno.test("readyLines() keeps the zone of a link-local address, without which it leads nowhere", () => {
  const address = { hostname: "fe80::1", port: 8081 };
  assertEquals(readyLines({ ...OPTIONS, asked: "fe80::1%eth0", address }), [
    "listening on fe80::1%eth0 port 8081",
    "join with: client fe80::1%eth0 8081   or: nc fe80::1%eth0 8081",
  ]);
});
