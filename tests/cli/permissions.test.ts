import { assertEquals, assertThrows } from "@std/assert";
import { type Needs, PermissionError, requirePermissions } from "../../lib/cli/permissions.ts";

/** Runs without any permissions, whatever those of the tests are. */
const NONE = { permissions: "none" } as const;

const HERE = { hostname: "127.0.0.1", port: 8081 };

const NEEDS: [needs: Omit<Needs, "program" | "args">, sentence: string][] = [
  [
    { net: HERE },
    "the server may not use the network; start it with: deno run --allow-net server.ts a 'b c'",
  ],
  [
    { net: { hostname: "fe80::1%eth0", port: 1 } },
    "the server may not use the network; start it with: deno run --allow-net",
  ],
  [
    { net: HERE, read: ["a", undefined, "b", "c"], write: ["c"] },
    "the server may not use the network, read a, b and c or write c; start it with: " +
    "deno run --allow-net --allow-read=a,b,c --allow-write=c server.ts",
  ],
  [{ read: ["a"] }, "the server may not read a; start it with: deno run --allow-read=a server.ts"],
  [{ read: ["it's, a"] }, "start it with: deno run '--allow-read=it'\\''s,, a' server.ts"],
];

for (const [needs, sentence] of NEEDS) {
  Deno.test({
    name: `requirePermissions() names all that is missing: ${JSON.stringify(needs)}`,
    ...NONE,
    fn() {
      const run = () => requirePermissions({ program: "server", args: ["a", "b c"], ...needs });
      assertThrows(run, PermissionError, sentence);
    },
  });
}

Deno.test({
  name: "requirePermissions() wants nothing for what is not needed",
  ...NONE,
  fn() {
    assertEquals(requirePermissions({ program: "client", args: [], read: [undefined] }), undefined);
  },
});

Deno.test({
  name: "requirePermissions() leaves what is no address to whoever uses it",
  ...NONE,
  fn() {
    for (const hostname of ["", "a b", "x:y:z", "[::1]", "a/b"]) {
      requirePermissions({ program: "client", args: [], net: { hostname, port: 8081 } });
    }
  },
});

Deno.test({
  name: "requirePermissions() is content with a permission for the one address",
  permissions: { net: ["127.0.0.1:8081", "[fe80::1]"] },
  fn() {
    for (const [hostname, port] of [["127.0.0.1", 8081], ["fe80::1%eth0", 1]] as const) {
      requirePermissions({ program: "server", args: [], net: { hostname, port } });
    }
  },
});

Deno.test({
  name: "requirePermissions() names the loopback address that TLS needs besides the server's own",
  permissions: { net: ["192.168.55.13:8081"] },
  fn() {
    const net = { hostname: "192.168.55.13", port: 8081 };
    requirePermissions({ program: "server", args: [], net });
    assertThrows(
      () => requirePermissions({ program: "server", args: [], net, loopback: true }),
      PermissionError,
      "the server may not use 127.0.0.1, which TLS goes through; start it with: " +
        "deno run --allow-net=192.168.55.13:8081,127.0.0.1 server.ts",
    );
  },
});
