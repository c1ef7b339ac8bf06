import { assertEquals } from "@std/assert";
import { testWith } from "../../helpers/needs.ts";
import { ROOT } from "../../helpers/process.ts";
import { Folder } from "../../helpers/system.ts";

const MODULE = new URL("lib/client/state/folder.ts", ROOT).href;

/** Prints which of the folders in its arguments it may read and write, and where it would remember something. */
const PROBE = `import { findStateFolder } from "${MODULE}";
const may = (name, path) => Deno.permissions.querySync({ name, path }).state === "granted";
const granted = Deno.args.filter((path) => may("read", path) && may("write", path));
console.log(JSON.stringify({ granted, path: findStateFolder().path }));`;

/** Runs `deno task join` with another program in the client's place, with nothing but these in its environment. */
async function join(folder: Folder, env: Record<string, string>, paths: string[]) {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  await Deno.writeTextFile(folder.file("deno.json"), JSON.stringify({ tasks: { join: tasks.join } }));
  await Deno.writeTextFile(folder.file("client.ts"), PROBE);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "join", ...paths],
    cwd: folder.path,
    env,
    clearEnv: true,
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

testWith(
  ["run", "read", "write"],
  "deno task join may use its state folder, and nothing around it",
  async () => {
    await using folder = await Folder.make();
    const home = folder.file("it's a home");
    const outside = ["/", home, `${home}/.local/state`, `${home}/.ssh`];
    const usual = `${home}/.local/state/parley`;
    const mac = `${home}/Library/Application Support/parley`;
    const own = folder.file("my state/parley");
    const path = (linux: string | undefined, darwin: string | undefined) =>
      Deno.build.os === "darwin" ? darwin : linux;
    const everywhere = [...outside, usual, mac, own];
    // Deno keeps its cache below the home folder, unless it is told where.
    const cache = { DENO_DIR: folder.file("cache") };
    assertEquals(await join(folder, { ...cache, HOME: home }, everywhere), {
      granted: [usual, mac],
      path: path(usual, mac),
    });
    const env = { ...cache, HOME: home, XDG_STATE_HOME: folder.file("my state") };
    assertEquals(await join(folder, env, everywhere), { granted: [usual, mac, own], path: path(own, mac) });
    assertEquals(await join(folder, cache, everywhere), { granted: [] });
  },
);
