import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/flags.ts";
import { planCompilations } from "../../scripts/compile.ts";
import { testWith } from "../helpers/needs.ts";
import { ROOT } from "../helpers/process.ts";

/** Runs the script as `deno task compile` does. */
async function compile(
  args: string[],
  env?: Record<string, string>,
): Promise<{ code: number; errors: string }> {
  const run = ["run", "--no-prompt", "--allow-run", "scripts/compile.ts"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...run, ...args],
    env,
    cwd: ROOT,
  })
    .output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

Deno.test("planCompilations() compiles both programs for this machine if no target is named", () => {
  const [[server, client], ...others] = planCompilations([]);
  assertEquals(others, []);
  assertEquals([server.what, client.what], [
    "parley-server for this machine",
    "parley-client for this machine",
  ]);
  assertEquals(server.args.slice(-3), ["--output", "dist/parley-server", "server.ts"]);
  assertEquals(client.args.slice(-3), ["--output", "dist/parley-client", "client.ts"]);
  assert(!server.args.includes("--target"));
});

Deno.test("planCompilations() compiles both programs for each target, once, into a folder of its own", () => {
  const plan = planCompilations(["windows-x64", "linux-arm64", "windows-x64"]);
  assertEquals(plan.map((compilations) => compilations.map(({ args }) => args.slice(-5))), [
    [
      ["--target", "x86_64-pc-windows-msvc", "--output", "dist/windows-x64/parley-server", "server.ts"],
      ["--target", "x86_64-pc-windows-msvc", "--output", "dist/windows-x64/parley-client", "client.ts"],
    ],
    [
      ["--target", "aarch64-unknown-linux-gnu", "--output", "dist/linux-arm64/parley-server", "server.ts"],
      ["--target", "aarch64-unknown-linux-gnu", "--output", "dist/linux-arm64/parley-client", "client.ts"],
    ],
  ]);
});

Deno.test("planCompilations() refuses a target that does not exist, and names the one that was meant", () => {
  for (const target of ["linux-x46", "constructor", ""]) {
    assertThrows(() => planCompilations([target]), UsageError, `there is no target "${target}"`);
  }
  assertThrows(() => planCompilations(["linux-x46"]), UsageError, "did you mean linux-x64?");
});

testWith(["run"], "a target that does not exist is an error in a sentence and exit code 2", async () => {
  const { code, errors } = await compile(["linux-x64", "windows-x46"]);
  assertEquals([code, errors.split("\n")[0]], [
    2,
    'error: there is no target "windows-x46"; did you mean windows-x64?',
  ]);
});

testWith(["run"], "each failed compilation is named, with exit code 1", async () => {
  const { code, errors } = await compile([], { DENORT_BIN: new URL("no-such-runtime", ROOT).pathname });
  assertEquals(code, 1);
  for (const name of ["parley-server", "parley-client"]) {
    assert(errors.includes(`error: cannot compile ${name} for this machine\n`), errors);
  }
});
