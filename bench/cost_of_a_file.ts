/**
 * What it costs to keep the room in a file: `deno task bench` runs the same load with and without one, in turn, and
 * writes `bench/REPORT.md`.
 *
 * @module
 */
import { TextLineStream } from "@std/streams/text-line-stream";
import { load, type LoadOptions, type LoadResult } from "./load.ts";

const ROUNDS = Deno.args.includes("--quick") ? 3 : 7;

const KINDS: [name: string, flags: (path: string) => string[]][] = [
  ["in memory", () => []],
  ["`--data`", (path) => ["--data", path]],
  ["`--data --sync full`", (path) => ["--data", path, "--sync", "full"]],
];

const LOADS: [name: string, load: Omit<LoadOptions, "port">][] = [
  ["100 members, 20 speak, 1,000 messages/s", { clients: 100, speakers: 20, messages: 5000, rate: 1000 }],
  ["20 members, 10 speak, as fast as they are taken", {
    clients: 20,
    speakers: 10,
    messages: 50_000,
    rate: 0,
  }],
];

/** Runs a load against a server of its own; the server on one core and the load on another, where that can be chosen. */
async function measure(flags: string[], options: Omit<LoadOptions, "port">): Promise<LoadResult> {
  const run = [
    Deno.execPath(),
    "run",
    "-A",
    new URL("../server.ts", import.meta.url).pathname,
    "127.0.0.1",
    "0",
  ];
  const server = new Deno.Command("taskset", {
    args: ["-c", "0", ...run, "--rate", "0", "--quiet", ...flags],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  const reader = lines.getReader();
  const port = Number(/port (\d+)$/.exec((await reader.read()).value ?? "")?.[1]);
  const result = await load({ port, ...options });
  server.kill("SIGTERM");
  await reader.cancel();
  await server.status;
  return result;
}

function median(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const show = (value: number) => value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} – ${show(sorted.at(-1)!)})`;
}

async function main(): Promise<void> {
  const sections: string[] = [];
  const total = LOADS.length * ROUNDS * KINDS.length;
  let done = 0;
  for (const [name, options] of LOADS) {
    const results = KINDS.map((): LoadResult[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, [kind, flags]] of KINDS.entries()) {
        console.error(`${++done} of ${total}: ${name}, ${kind}`);
        const folder = await Deno.makeTempDir();
        results[i].push(await measure(flags(`${folder}/room.db`), options));
        await Deno.remove(folder, { recursive: true });
      }
    }
    const rows = results.map((all, i) => {
      const of = (field: keyof LoadResult) => median(all.map((one) => one[field]));
      const lost = all.reduce((sum, one) => sum + one.lost, 0);
      return `| ${KINDS[i][0]} | ${of("perSecond")} | ${of("p50")} | ${of("p99")} | ${lost} |`;
    });
    sections.push(`## ${name}

| the room | messages/s | p50, ms | p99, ms | lost |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`);
  }
  const report = `# What it costs to keep the room in a file

Made by \`deno task bench\` with Deno ${Deno.version.deno}, ${Deno.build.target}: the server on
core 0, the load on core 1, in turn with and without a file, each with a server and a file of its own. Medians of ${ROUNDS}
runs, with the smallest and the largest. Latency is from saying to arriving, at ${5} of the members, with a load that
runs on Deno, too, so that all times are upper bounds. Times from machine to machine, and disk to disk, differ: what
counts is how the rows compare.

${sections.join("\n")}`;
  const { pathname } = new URL("REPORT.md", import.meta.url);
  await Deno.writeTextFile(pathname, report);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", pathname] }).output();
  console.log(report);
}

await main();
