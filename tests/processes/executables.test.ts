import { assert, assertEquals } from "@std/assert";
import { testWith } from "../helpers/permissions.ts";
import { Process, ROOT, ServerProcess } from "../helpers/process.ts";

/** The Deno that the runtime named by `DENORT_BIN` belongs to. */
const DENO = "deno@2.6.5";

function runtimeIsThere(): boolean {
  if (Deno.permissions.querySync({ name: "env", variable: "DENORT_BIN" }).state !== "granted") return false;
  return Deno.env.get("DENORT_BIN") !== undefined;
}

testWith(
  { permissions: ["run", "net", "read", "write", "env"], others: { "DENORT_BIN, see CI": runtimeIsThere() } },
  "the executables talk to each other from an empty directory, with an empty environment",
  async () => {
    const compiled = await new Deno.Command("npx", { args: ["-y", DENO, "task", "compile"], cwd: ROOT })
      .output();
    assert(compiled.success, new TextDecoder().decode(compiled.stderr));
    const directory = await Deno.makeTempDir();
    try {
      for (const name of ["parley-server", "parley-client"]) {
        await Deno.copyFile(new URL(`dist/${name}`, ROOT), `${directory}/${name}`);
      }
      const options = { cwd: directory, clearEnv: true };
      await using server = await ServerProcess.start([], {
        program: `${directory}/parley-server`,
        ...options,
      });
      assert(server.seen[1].startsWith("join with: parley-client 127.0.0.1"));
      const program = `${directory}/parley-client`;
      await using alice = server.client(["--name", "alice"], { program, ...options });
      await using bob = server.client(["--name", "bob"], { program, ...options });
      await alice.until("-- you are alice");
      await bob.until("-- you are bob");
      await alice.say("hello from alice");
      await bob.until("<alice> hello from alice");
      await bob.say("hello from bob");
      await alice.until("<bob> hello from bob");
      await using nc = new Process("nc", ["-N", "127.0.0.1", `${server.port}`]);
      await nc.say("hello from nc");
      await nc.endInput();
      await alice.until("<127.0.0.1> hello from nc");
      for (const client of [alice, bob]) {
        await client.endInput();
        assertEquals(await client.ended(), { code: 0, errors: "" });
      }
      server.kill("SIGTERM");
      assertEquals((await server.ended()).code, 0);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);
