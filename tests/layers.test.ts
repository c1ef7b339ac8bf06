import { assert, assertEquals } from "@std/assert";
import { testWith } from "./helpers/needs.ts";

const SERVER_SIDE = ["room", "fanout", "log", "wire"];

/** What each layer may import, lower ones only. What is not named here belongs to no layer, and must not be there. */
const LAYERS: Record<string, string[]> = {
  wire: ["wire"],
  // How WebSocket frames bytes: it knows no chat either.
  "wire/websocket": ["wire/websocket"],
  net: ["net", "wire/websocket"],
  cli: ["cli", "wire"],
  log: ["log", "wire"],
  fanout: ["fanout", "log", "wire"],
  room: SERVER_SIDE,
  server: ["server", "net", "cli", ...SERVER_SIDE],
  "client/core": ["client/core", "net", "wire"],
  client: ["client", "client/core", "net", "cli", "wire"],
  top: ["server", "client", "net", "cli", ...SERVER_SIDE],
};

/** What only `room.ts` may import, of all outside of it. */
const INSIDE_OF_ROOM = "lib/room/";

/** What a browser is to run: nothing in it, or below it, may need Deno or Node. */
const FOR_BROWSERS = ["lib/wire/", "lib/client/core/", "lib/client/web/"];

/** Where the page begins. */
const PAGE = "lib/client/web/main.ts";

interface Dependency {
  code?: { specifier?: string };
  type?: { specifier?: string };
  isDynamic?: boolean;
}

const root = new URL("../", import.meta.url);

/** The files of the project that these programs are made of, each with what it depends on. */
async function modulesOf(...programs: string[]): Promise<Map<string, Dependency[]>> {
  const modules = new Map<string, Dependency[]>();
  for (const program of programs) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", program],
      cwd: root,
    }).output();
    for (const { specifier, dependencies = [] } of JSON.parse(new TextDecoder().decode(stdout)).modules) {
      modules.set(specifier.replace(root.href, ""), dependencies);
    }
  }
  return modules;
}

/** What a file imports, types included, as paths in the project. */
function targetsOf(dependencies: Dependency[]): string[] {
  const targets = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier]);
  return targets.filter((target) => target !== undefined).map((target) => target.replace(root.href, ""));
}

function isOurs(path: string): boolean {
  return !path.includes(":") && path.endsWith(".ts");
}

function layerOf(path: string): string {
  if (!path.startsWith("lib/")) return "top";
  for (const layer of ["client/core", "wire/websocket"]) if (path.startsWith(`lib/${layer}/`)) return layer;
  return path.split("/").length === 2 ? "room" : path.split("/")[1];
}

testWith(["run", "read"], "imports only point down, as the layers say", async () => {
  const modules = await modulesOf("server.ts", "client.ts", PAGE);
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const [path, dependencies] of modules) {
    if (!isOurs(path)) continue;
    const layer = layerOf(path);
    seen.add(layer);
    for (const target of targetsOf(dependencies).filter(isOurs)) {
      const allowed = LAYERS[layer]?.includes(layerOf(target));
      const intoRoom = target.startsWith(INSIDE_OF_ROOM) && layer !== "room";
      if (!allowed || intoRoom) wrong.push(`${path} → ${target}`);
    }
  }
  assertEquals(wrong, []);
  for (const layer of Object.keys(LAYERS)) assert(seen.has(layer), `the layer "${layer}" was not looked at`);
});

testWith(["run", "read"], "no imports go round in a circle, types included", async () => {
  const modules = await modulesOf("server.ts", "client.ts", PAGE);
  const circles: string[] = [];
  const done = new Set<string>();
  function visit(path: string, way: string[]): void {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (done.has(path) || way.includes(path)) return;
    for (const target of targetsOf(modules.get(path) ?? []).filter(isOurs)) visit(target, [...way, path]);
    done.add(path);
  }
  for (const path of modules.keys()) if (isOurs(path)) visit(path, []);
  assert(done.size > 80, `only ${done.size} files were looked at`);
  assertEquals(circles, []);
});

testWith(["run", "read"], "what a browser runs needs neither Deno nor Node", async () => {
  const modules = await modulesOf("server.ts", "client.ts", PAGE);
  const wrong: string[] = [];
  let looked = 0;
  for (const path of modules.keys()) {
    if (!FOR_BROWSERS.some((folder) => path.startsWith(folder))) continue;
    looked++;
    const code = await Deno.readTextFile(new URL(path, root));
    const withoutComments = code.replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, "");
    if (/\bDeno\b|\bnode:/.test(withoutComments)) wrong.push(path);
    const below = new Set([path]);
    for (const at of below) {
      const code = (modules.get(at) ?? []).filter((one) => one.code !== undefined);
      for (const { code: target } of code) below.add(target!.specifier!.replace(root.href, ""));
    }
    for (const at of below) if (at.startsWith("node:")) wrong.push(`${path} → ${at}`);
  }
  assert(looked > 20, `only ${looked} files were looked at`);
  assertEquals(wrong, []);
});

testWith(
  ["run", "read"],
  "the server loads nothing of Node at its start, which would take half of its time",
  async () => {
    const modules = await modulesOf("server.ts");
    const seen = new Set(["server.ts"]);
    for (const path of seen) {
      for (const { code, isDynamic } of modules.get(path) ?? []) {
        if (code?.specifier !== undefined && !isDynamic) seen.add(code.specifier.replace(root.href, ""));
      }
    }
    assert(seen.size > 20, `only ${seen.size} modules were looked at`);
    assertEquals([...seen].filter((path) => path.startsWith("node:")), []);
  },
);
