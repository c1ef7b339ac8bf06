import { assertEquals, assertThrows } from "@std/assert";
import { type Needs, PermissionError, requirePermissions } from "../../lib/cli/permissions.ts";

/** Runs without any permissions, whatever those of the tests are. */
const NONE = { permissions: "none" } as const;

const NEEDS: [needs: Omit<Needs, "program" | "args">, sentence: string][] = [
  [
    { net: true },
    "the server may not use the network; start it with: deno run --allow-net server.ts a 'b c'",
  ],
  [{ net: "[fe80::1]:8081" }, "the server may not use the network; start it with: deno run --allow-net"],
  [
    { net: true, read: ["a", undefined, "b", "c"], write: ["c"] },
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
