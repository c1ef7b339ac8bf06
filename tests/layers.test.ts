import { assert, assertEquals } from "@std/assert";
import { testWith } from "./helpers/needs.ts";

/** Lower layers have lower numbers; `net` knows nothing of chat, and server and client nothing of each other. */
const LAYERS: Record<string, { level: number; mayImport: string[] }> = {
  wire: { level: 0, mayImport: ["wire"] },
  log: { level: 1, mayImport: ["log", "wire"] },
  room: { level: 2, mayImport: ["room", "log", "wire"] },
  net: { level: 0, mayImport: ["net"] },
  server: { level: 3, mayImport: ["server", "room", "log", "wire", "net"] },
  client: { level: 3, mayImport: ["client", "room", "log", "wire", "net"] },
  top: { level: 4, mayImport: ["server", "client", "room", "log", "wire", "net"] },
};

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier?: string }; type?: { specifier?: string }; isDynamic?: boolean }[];
}

const root = new URL("../", import.meta.url);

/** The layer that a file of the project belongs to; none for other modules. */
function layerOf(specifier: string): string | undefined {
  if (!specifier.startsWith(root.href) || !specifier.endsWith(".ts")) return;
  const path = specifier.slice(root.href.length).split("/");
  if (path[0] !== "lib") return "top";
  return path.length === 2 ? "room" : path[1];
}

testWith(["run", "read"], "imports only point down, as the layers say", async () => {
  const modules: Module[] = [];
  for (const entry of ["server.ts", "client.ts"]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], cwd: root })
      .output();
    modules.push(...JSON.parse(new TextDecoder().decode(stdout)).modules);
  }
  const seen = new Set<string>();
  const upward: string[] = [];
  for (const { specifier, dependencies = [] } of modules) {
    const from = layerOf(specifier);
    if (from === undefined) continue;
    seen.add(from);
    for (const target of dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier])) {
      const to = target === undefined ? undefined : layerOf(target);
      if (to !== undefined && !LAYERS[from].mayImport.includes(to)) upward.push(`${specifier} → ${target}`);
    }
  }
  assertEquals(upward, []);
  for (const layer of Object.keys(LAYERS)) assert(seen.has(layer), `the layer "${layer}" was not looked at`);
});

testWith(
  ["run", "read"],
  "the server loads nothing of Node at its start, which would take half of its time",
  async () => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "server.ts"],
      cwd: root,
    }).output();
    const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
    const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
    const seen = new Set<string>();
    const visit = (specifier: string) => {
      if (seen.has(specifier)) return;
      seen.add(specifier);
      for (const { code, isDynamic } of bySpecifier.get(specifier)?.dependencies ?? []) {
        if (code?.specifier !== undefined && !isDynamic) visit(code.specifier);
      }
    };
    visit(new URL("server.ts", root).href);
    assert(seen.size > 20, `only ${seen.size} modules were looked at`);
    assertEquals([...seen].filter((specifier) => specifier.startsWith("node:")), []);
  },
);
