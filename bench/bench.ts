/**
 * Measures parley against what is possible and against others, and writes `bench/REPORT.md`: `deno task bench`, a
 * quarter of an hour; with `--quick` two minutes, and it prints what it would write.
 *
 * @module
 */
import { type Arguments, type Flag, formatFlags, parseFlags, UsageError } from "../lib/cli/flags.ts";
import { type Curve, drawPlots } from "./plot.ts";
import { Progress } from "./progress.ts";
import {
  crowd,
  type Idle,
  idle,
  type IdleResult,
  perMember,
  planArrivals,
  start,
} from "./sections/arrivals.ts";
import { growth, latencies, planGrowth } from "./sections/growth.ts";
import { loads, planLoads } from "./sections/loads.ts";
import { micro } from "./sections/micro.ts";
import { planRooms, rooms } from "./sections/rooms.ts";
import type { Bench, Part, Verdict } from "./sections/section.ts";
import { build, exists, peers, run } from "./servers.ts";
import { table } from "./statistics.ts";

const HERE = new URL("./", import.meta.url);

const FLAGS: Flag[] = [
  { name: "quick", summary: "a few of the measurements, once each, in two minutes; writes nothing" },
  {
    name: "original",
    value: "FILE",
    summary: "the original server in Python (../shared/peers/seed_server.py)",
  },
  {
    name: "executable",
    value: "FILE",
    summary: "the compiled server, to see how it starts (dist/parley-server)",
  },
  { name: "help", summary: "show this" },
];

const USAGE = `usage: deno task bench [flags]

${formatFlags(FLAGS)}

The files are those in brackets, where they are there. It needs Linux with two cores, taskset, and a C compiler.`;

async function main(
  quick: boolean,
  { original = "../shared/peers/seed_server.py", executable = "dist/parley-server" }: Arguments["values"],
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const bench: Bench = {
      built: await build(folder),
      peers: await peers(original),
      rounds: quick ? 1 : 5,
      quick,
      progress: new Progress(),
    };
    const report = await measure(bench, await exists(executable) ? executable : undefined);
    if (quick) console.log(report);
    else await write(report);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(bench: Bench, executable: string | undefined): Promise<string> {
  const { progress, quick } = bench;
  planLoads(bench);
  planRooms(bench);
  planArrivals(bench, executable !== undefined);
  planGrowth(bench);
  progress.plan(1, 20);
  const parts: Part[] = [
    await start(bench, executable),
    ...await loads(bench),
    ...await rooms(bench),
    await crowd(bench),
  ];
  const silent = await idle(bench);
  parts.push(silent.part);
  const curves = quick ? [] : await latencies(bench);
  const sizes = await growth(bench);
  const steps = await progress.step("the steps of a message's way", 20, micro);
  if (!quick) await Deno.writeTextFile(new URL("plots.svg", HERE), plots(curves, silent));
  const verdicts = parts.flatMap((part) => part.verdicts);
  return [
    `# How fast it is\n\n${await machine(bench)}`,
    `## What must hold\n\n${judge(verdicts)}`,
    await Deno.readTextFile(new URL("FINDINGS.md", HERE)),
    `## The same loads, on all servers\n\n${LOADS}`,
    ...parts.map((part) => part.text),
    `## Cost as it grows\n\n${quick ? "" : PLOTS}${memory(silent)}\n\n${sizes}`,
    `## What each step of a message's way costs\n\n${steps}\n`,
  ].join("\n\n");
}

const PLOTS = "![latency over load, memory over members](plots.svg)\n\n";

const LOADS =
  `Each server runs on core 0 and the load on core 1, in turn; each value is the median, with the smallest
and the largest, and then its ratio to that of \`limit\`: a loop in C that does nothing but fan out
(\`bench/native/limit.c\`). A line has 64 bytes; latency is from the sender's write to the read of each receiver, of which
the load (\`bench/native\`) looks at every one: what is lost, repeated or out of order would be seen. Processor time is that of
the server from its start to the end of the load.`;

function judge(verdicts: Verdict[]): string {
  const rows = verdicts.map(({ what, is, bound, holds }) => [what, is, bound, holds ? "yes" : "**no**"]);
  return table(["", "is", "must be", "holds"], rows);
}

function memory({ growth }: IdleResult): string {
  const each = [...growth].map(([name, steps]) => `${perMember(steps)} KiB with ${name}`);
  return `A silent member takes ${each.join(", ")}.`;
}

function plots(latency: Curve[], { growth }: IdleResult): string {
  const colors = ["#393", "#06c", "#09c", "#888"];
  const curve = (name: string, steps: Idle[], color: string): Curve => ({
    name,
    color,
    points: steps.map(({ members, memory }) => ({ x: members, y: memory })),
  });
  return drawPlots([
    {
      title: "p99 with 500 members, over messages a second",
      unit: "ms",
      xUnit: "messages/s",
      top: 100,
      curves: latency,
    },
    {
      title: "Memory over silent members",
      unit: "MiB",
      xUnit: "members",
      curves: [...growth].map(([name, steps], i) => curve(name, steps, colors[i])),
    },
  ]);
}

/** What it was measured on, and with which versions. */
async function machine({ peers, rounds }: Bench): Promise<string> {
  const info = await Deno.readTextFile("/proc/cpuinfo");
  const cpu = /model name\s*: (.*)/.exec(info)?.[1] ?? "unknown processor";
  const first = async (...command: string[]) => (await run(command)).output.split("\n")[0];
  const names = peers.map(({ name }) => name);
  const versions = [
    `Deno ${Deno.version.deno} (V8 ${Deno.version.v8})`,
    await first("cc", "--version"),
    ...names.includes("Python") ? [await first("python3", "--version")] : [],
    ...names.includes("ngircd") ? [await first("ngircd", "--version")] : [],
    ...names.includes("ncat --chat") ? [await first("sh", "-c", "ncat --version 2>&1")] : [],
  ];
  return `Made by \`deno task bench\` on ${cpu}, ${navigator.hardwareConcurrency} cores, Linux ${Deno.osRelease()}; ${
    versions.join("; ")
  }. ${rounds} rounds. Times differ from machine to machine, and here from minute to minute: what counts is how they compare.`;
}

async function write(report: string): Promise<void> {
  const { pathname } = new URL("REPORT.md", HERE);
  await Deno.writeTextFile(pathname, report);
  await run([Deno.execPath(), "fmt", "--quiet", pathname, new URL("plots.svg", HERE).pathname]);
  console.error(`written: ${pathname}`);
}

try {
  const { given, values } = parseFlags(Deno.args, FLAGS, 0);
  if (given.has("help")) console.log(USAGE);
  else await main(given.has("quick"), values);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}\n\n${USAGE}`);
  Deno.exit(2);
}
