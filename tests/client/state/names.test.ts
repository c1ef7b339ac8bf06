import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  emptyMemory,
  formatMemory,
  MAX_FILE_BYTES,
  parseMemory,
} from "../../../lib/client/state/document.ts";
import { fileNameOf, type ServerId } from "../../../lib/client/state/file_name.ts";
import { findStateFolder } from "../../../lib/client/state/folder.ts";
import { fc } from "../../helpers/property.ts";

const FOLDERS: [os: typeof Deno.build.os, env: Record<string, string>, path: string | undefined][] = [
  ["linux", { HOME: "/home/al" }, "/home/al/.local/state/parley"],
  ["linux", { HOME: "/home/al/" }, "/home/al/.local/state/parley"],
  ["linux", { HOME: "/home/al", XDG_STATE_HOME: "/state" }, "/state/parley"],
  ["linux", { HOME: "/home/al", XDG_STATE_HOME: "state" }, "/home/al/.local/state/parley"],
  ["linux", { XDG_STATE_HOME: "/state" }, "/state/parley"],
  ["linux", {}, undefined],
  ["linux", { HOME: "" }, undefined],
  ["linux", { HOME: "home" }, undefined],
  ["freebsd", { HOME: "/home/al" }, "/home/al/.local/state/parley"],
  ["darwin", { HOME: "/Users/al", XDG_STATE_HOME: "/state" }, "/Users/al/Library/Application Support/parley"],
  ["windows", { LOCALAPPDATA: "C:\\Users\\al\\AppData\\Local" }, "C:\\Users\\al\\AppData\\Local\\parley"],
  ["windows", { LOCALAPPDATA: "\\\\nas\\al", HOME: "/home/al" }, "\\\\nas\\al\\parley"],
  ["windows", { HOME: "/home/al" }, undefined],
  ["windows", { LOCALAPPDATA: "\\parley" }, undefined],
];

for (const [os, env, path] of FOLDERS) {
  Deno.test(`findStateFolder() on ${os} with ${JSON.stringify(env)}`, () => {
    const folder = findStateFolder({ os, env: (name) => env[name] ?? "", mayUse: () => true });
    assertEquals(folder.path, path);
    assertEquals(folder.reason !== undefined, path === undefined);
  });
}

const REASONS: [os: typeof Deno.build.os, env: Record<string, string>, flags: string][] = [
  [
    "linux",
    {},
    '--allow-env=XDG_STATE_HOME,HOME --allow-read="$HOME/.local/state/parley" --allow-write="$HOME/.local/state/parley"',
  ],
  [
    "darwin",
    {},
    '--allow-env=HOME --allow-read="$HOME/Library/Application Support/parley" ' +
    '--allow-write="$HOME/Library/Application Support/parley"',
  ],
  [
    "windows",
    {},
    '--allow-env=LOCALAPPDATA --allow-read="$env:LOCALAPPDATA\\parley" --allow-write="$env:LOCALAPPDATA\\parley"',
  ],
  [
    "linux",
    { XDG_STATE_HOME: "/my, state" },
    "--allow-env=XDG_STATE_HOME,HOME --allow-read='/my,, state/parley' --allow-write='/my,, state/parley'",
  ],
];

for (const [os, env, flags] of REASONS) {
  Deno.test(`findStateFolder() names the flags that are missing on ${os}: ${JSON.stringify(env)}`, () => {
    for (const missing of ["read", "write"]) {
      const { reason } = findStateFolder({
        os,
        env: (name) => env[name],
        mayUse: (access) => access !== missing,
      });
      assertEquals(
        reason,
        `the client may remember nothing on this machine; to change that, start it with: ${flags}`,
      );
    }
  });
}

const FILES: [server: ServerId, name: string][] = [
  [{ hostname: "192.168.55.13", port: 8081 }, "192.168.55.13_8081.json"],
  [{ hostname: "Kitchen-PC.local", port: 1 }, "kitchen-pc.local_1.json"],
  [{ hostname: "fe80::1%eth0", port: 8081 }, "fe80__1=25eth0_8081.json"],
  [{ hostname: "../a/b\\c", port: 1 }, "..=2fa=2fb=5cc_1.json"],
  [{ hostname: "my_pc", port: 1 }, "my=5fpc_1.json"],
  [{ hostname: "küche", port: 1 }, "k=c3=bcche_1.json"],
  [{ hostname: "nul.local", port: 1 }, "=6eul.local_1.json"],
  [{ fingerprint: "AB12".repeat(16) }, `fp-${"ab12".repeat(16)}.json`],
  [{ fingerprint: "AB:12 34" }, "fp-ab1234.json"],
];

for (const [server, name] of FILES) {
  Deno.test(`fileNameOf() makes ${name}`, async () => assertEquals(await fileNameOf(server), name));
}

Deno.test("fileNameOf() makes safe names, a different one for each server", async () => {
  const host = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom("a", "=", "_", ":", "3", "5", "f", "."), minLength: 1 }),
    fc.string({ unit: "binary", minLength: 150, maxLength: 300 }),
  );
  const names = new Map<string, string>();
  await fc.assert(fc.asyncProperty(host, async (hostname) => {
    const name = await fileNameOf({ hostname, port: 8081 });
    assertMatch(name, /^[a-z0-9.=_-]{1,200}_8081\.json$/);
    const same = names.get(name) ?? hostname;
    const bytes = (text: string) => [...new TextEncoder().encode(text.toLowerCase())].join();
    assertEquals(bytes(same), bytes(hostname));
    names.set(name, hostname);
  }));
});

Deno.test("parseMemory() reads what formatMemory() wrote, and nothing else makes it throw", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
    const written = formatMemory(parseMemory(text).memory);
    const { memory, damaged } = parseMemory(written);
    assertEquals([formatMemory(memory), damaged], [written, false]);
  }));
});

Deno.test("the largest memory fits in a file", () => {
  const memory = emptyMemory();
  const wide = (i: number) => `${i}`.padEnd(128, "\ud800");
  for (let i = 0; i < 256; i++) {
    const n = Number.MAX_SAFE_INTEGER;
    memory.places.set(wide(i), { log: wide(i), seq: n, time: n, messages: n });
  }
  memory.others = { much: "x".repeat(MAX_FILE_BYTES) };
  const text = formatMemory(memory);
  assert(new TextEncoder().encode(text).length < MAX_FILE_BYTES);
  assertEquals(parseMemory(text), {
    memory: { ...memory, others: {}, identity: undefined, name: undefined, room: undefined },
    damaged: false,
  });
});
