/**
 * Compiles the server and the client into executables, which need neither Deno nor Node: `deno task compile` for this
 * machine, `deno task compile TARGET ...` for others, `deno task compile:all` for all of them.
 *
 * The runtime of each target is downloaded by `deno compile`, unless `DENORT_BIN` names a file that holds it.
 *
 * @module
 */
import { closestString } from "@std/text/closest-string";
import { type Flag, formatFlags, parseFlags, UsageError } from "../lib/cli/flags.ts";

/** An executable, with the permissions that it is compiled with: it can be granted no others later. */
interface Executable {
  readonly name: string;
  readonly script: string;
  readonly flags: readonly string[];
}

/** The executables. The files that they read and write are named only when they are run. */
export const EXECUTABLES: readonly Executable[] = [
  {
    name: "parley-server",
    script: "server.ts",
    flags: [
      "--v8-flags=--max-semi-space-size=4",
      "--allow-net",
      "--allow-sys=networkInterfaces,hostname",
      "--allow-env=TERM",
      "--allow-read",
      "--allow-write",
    ],
  },
  {
    name: "parley-client",
    script: "client.ts",
    flags: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-env=DENO_TLS_CA_STORE,USER,USERNAME,TERM,HOME,XDG_STATE_HOME,LOCALAPPDATA",
    ],
  },
];

/** The targets, and what Deno calls them. */
const TARGETS: ReadonlyMap<string, string> = new Map([
  ["linux-x64", "x86_64-unknown-linux-gnu"],
  ["linux-arm64", "aarch64-unknown-linux-gnu"],
  ["windows-x64", "x86_64-pc-windows-msvc"],
  ["windows-arm64", "aarch64-pc-windows-msvc"],
  ["macos-x64", "x86_64-apple-darwin"],
  ["macos-arm64", "aarch64-apple-darwin"],
]);

const FLAGS: readonly Flag[] = [
  { name: "all", summary: "compile for all targets" },
  { name: "help", summary: "show this" },
];

const USAGE = `Usage: deno task compile [TARGET ...] [flags]

Compiles the server and the client into dist/ for this machine, or into dist/TARGET/ for each target.
The targets are ${[...TARGETS.keys()].join(", ")}.

${formatFlags(FLAGS)}`;

const ROOT = new URL("../", import.meta.url);

/** One call of `deno compile`. */
export interface Compilation {
  /** What is compiled for what, such as `parley-server for linux-x64`. */
  what: string;
  /** The arguments for Deno. */
  args: string[];
}

/**
 * The calls of `deno compile` for each of these targets, or for this machine if there are none.
 *
 * @throws {UsageError} if there is no such target
 */
export function planCompilations(targets: readonly string[]): Compilation[][] {
  for (const target of targets) {
    if (TARGETS.has(target)) continue;
    const closest = closestString(target, [...TARGETS.keys()]);
    throw new UsageError(`there is no target "${target}"; did you mean ${closest}?`);
  }
  if (targets.length === 0) return [EXECUTABLES.map((executable) => planCompilation(executable))];
  return [...new Set(targets)].map((target) =>
    EXECUTABLES.map((executable) => planCompilation(executable, target))
  );
}

function planCompilation({ name, script, flags }: Executable, target?: string): Compilation {
  const cross = target === undefined ? [] : ["--target", TARGETS.get(target)!];
  const output = target === undefined ? `dist/${name}` : `dist/${target}/${name}`;
  return {
    what: `${name} for ${target ?? "this machine"}`,
    args: ["compile", "--quiet", "--no-prompt", ...flags, ...cross, "--output", output, script],
  };
}

/** Runs `deno compile`, and passes on what it reports. Resolves to whether it succeeded. */
async function compile({ what, args }: Compilation): Promise<boolean> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  const report = new TextDecoder().decode(stderr).trimEnd();
  if (report !== "") console.error(report);
  if (!success) console.error(`error: cannot compile ${what}`);
  return success;
}

/** Runs the calls for one target one after the other, so that its runtime is downloaded once. */
async function compileInTurn(compilations: Compilation[]): Promise<boolean> {
  let success = true;
  for (const compilation of compilations) success = await compile(compilation) && success;
  return success;
}

async function main(args: string[]): Promise<number> {
  try {
    const { positional, given } = parseFlags(args, FLAGS, Infinity);
    if (given.has("help")) {
      console.log(USAGE);
      return 0;
    }
    const plan = planCompilations(given.has("all") ? [...TARGETS.keys()] : positional);
    const results = await Promise.all(plan.map(compileInTurn));
    return results.every(Boolean) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
