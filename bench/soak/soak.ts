/**
 * Ten minutes of a room with 500 members, of which some are slow, some hostile, and some lose their connections again and
 * again: `deno task soak` writes `bench/soak/REPORT.md` and its plot. `--seconds 60` takes less.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { Hostility } from "../../tests/helpers/hostile.ts";
import { median, seeded } from "../../tests/helpers/numbers.ts";
import { ServerProcess } from "../../tests/helpers/process.ts";
import { openFiles, residentMemory } from "../../tests/helpers/system.ts";
import { type Honest, honest, hostile, type Place, reconnecting, slow } from "./members.ts";
import { drawPlots } from "../plot.ts";
import { message } from "./story.ts";

const SECONDS = Number(Deno.args[Deno.args.indexOf("--seconds") + 1] ?? 600) || 600;

/** Who is there. */
const HONEST = 400;
const SPEAKERS = 20;
const RECONNECTING = 40;
const SLOW = 30;
const HOSTILE = 30;

/** How many messages all speakers say a second. */
const RATE = 40;

/** How many lines, as long as others are, are more than the log keeps in memory, which is 32 MiB. */
const FILLING = 160_000;

/** How often it is looked at the server, in milliseconds. */
const LOOK = 5000;

/** How many members' times are looked at. */
const MEASURED = 40;

/** What was seen of the server at one time. */
interface Sample {
  seconds: number;
  memory: number;
  files: number;
  p50: number;
  p99: number;
}

const server = await ServerProcess.start(["--rate", "0", "--quiet", "--max-per-address", "1000"]);
const over = new AbortController();
let latencies: number[] = [];
let cuts = 0;
const place: Place = { port: server.port, signal: over.signal, latency: (ms) => latencies.push(ms) };

await fillLog();
const members: Honest[] = [];
for (let i = 0; i < HONEST; i++) {
  members.push(await honest(i < SPEAKERS ? `speaker${i}` : `member${i}`, place, i >= HONEST - MEASURED));
}
for (let i = 0; i < RECONNECTING; i++) {
  members.push(await reconnecting(`back${i}`, place, { random: seeded(i), counted: () => cuts++ }));
}
// All are announced, and hear all from here on.
await delay(3000);
const others = [
  ...Array.from({ length: SLOW }, (_, i) => slow(`slow${i}`, place, i % 3 === 0 ? 1e6 : 100)),
];
const hostility = Array.from({ length: HOSTILE }, (_, i) => hostile(place, new Hostility(i)));

const start = performance.now();
const samples: Sample[] = [];
const watching = watch();
const said = await speak();
await delay(3000);
for (const { name, story } of members) story.end(said, name);
over.abort();
await watching;
const hostileLines = (await Promise.all(hostility)).reduce((sum, lines) => sum + lines, 0);
members.forEach((member) => member.leave());
await Promise.all([...others, ...members.map(({ left }) => left)]);
server.kill("SIGTERM");
const { code } = await server.ended();
await server[Symbol.asyncDispose]();
await report();

/** Fills what the room keeps in memory, so that what grows from then on is something else. */
async function fillLog(): Promise<void> {
  const filler = await server.join("filler");
  const line = "x".repeat(60);
  for (let said = 0; said < FILLING; said += 500) {
    await filler.say(...Array.from({ length: 500 }, () => line), `/ping ${said}`);
    await filler.until(`-- pong ${said}`);
  }
  filler[Symbol.dispose]();
}

/** The speakers in turn; gives the number of each one's last message. */
async function speak(): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  const speakers = members.slice(0, SPEAKERS);
  for (let count = 0; performance.now() - start < SECONDS * 1000; count++) {
    const { name, say } = speakers[count % SPEAKERS];
    const number = (last.get(name) ?? 0) + 1;
    last.set(name, number);
    await say(message(number, performance.now()));
    await delay(Math.max(0, start + (count + 1) * 1000 / RATE - performance.now()));
  }
  return last;
}

async function watch(): Promise<void> {
  for (let next = LOOK; !over.signal.aborted; next += LOOK) {
    await delay(Math.max(0, start + next - performance.now()), { signal: over.signal }).catch(() => {});
    if (over.signal.aborted) return;
    const sorted = latencies.sort((a, b) => a - b);
    latencies = [];
    const sample = {
      seconds: Math.round((performance.now() - start) / 1000),
      memory: Math.round(await residentMemory(server.pid)),
      files: await openFiles(server.pid),
      p50: sorted[Math.floor(sorted.length / 2)],
      p99: sorted[Math.floor(sorted.length * 0.99)],
    };
    samples.push(sample);
    if (samples.length % 6 === 0) {
      console.log(
        `${sample.seconds} of ${SECONDS} s: ${sample.memory} MiB, p50 ${sample.p50.toFixed(1)} ms, ` +
          `p99 ${sample.p99.toFixed(1)} ms, ${cuts} connections cut`,
      );
    }
  }
}

async function report(): Promise<void> {
  const sum = (field: "lost" | "repeated" | "heard") =>
    members.reduce((sum, { story }) => sum + story[field], 0);
  const [lost, repeated, heard] = [sum("lost"), sum("repeated"), sum("heard")];
  const part = Math.max(1, Math.floor(samples.length / 5));
  const memory = (some: Sample[]) => median(some.map(({ memory }) => memory));
  const [early, late] = [memory(samples.slice(part, 2 * part)), memory(samples.slice(-part))];
  const files = samples.map(({ files }) => files);
  const lines = [
    "# Ten minutes of a room with everyone in it",
    "",
    `Made by \`deno task soak\` with Deno ${Deno.version.deno}, ${Deno.build.target}, in ${SECONDS} s: a server with`,
    `${HONEST} honest members with plain text (${SPEAKERS} of them speak, ${RATE} messages a second), ${RECONNECTING} with the client`,
    `whose connections are cut again and again, ${SLOW} who read too slowly, a third of them nothing at all, and ${HOSTILE}`,
    "who send what broken and hostile programs send. Server and members share one machine. The log in memory was full",
    "before.",
    "",
    "| what | |",
    "| --- | --- |",
    `| messages of the speakers | ${
      [...said.values()].reduce((sum, last) => sum + last, 0).toLocaleString("en")
    } |`,
    `| heard by the ${HONEST + RECONNECTING} honest members | ${heard.toLocaleString("en")} |`,
    `| lost · repeated or out of order | ${lost} · ${repeated} |`,
    `| connections cut and resumed | ${cuts.toLocaleString("en")} |`,
    `| hostile lines | ${hostileLines.toLocaleString("en")} |`,
    `| memory in the second fifth · in the last, MiB (medians) | ${early} · ${late} |`,
    `| file descriptors, smallest · largest | ${Math.min(...files)} · ${Math.max(...files)} |`,
    `| p50 · p99, ms (medians of what was seen in 5 s each) | ${
      median(samples.map(({ p50 }) => p50)).toFixed(1)
    } · ${median(samples.map(({ p99 }) => p99)).toFixed(1)} |`,
    `| exit code of the server after SIGTERM | ${code} |`,
    "",
    "Memory rises until V8 next collects all of its garbage, which it does seldom while there is no need, and falls then.",
    "",
    "![memory and latency over time](plot.svg)",
    "",
  ];
  await Deno.writeTextFile(new URL("REPORT.md", import.meta.url), lines.join("\n"));
  const curve = (field: "memory" | "p50" | "p99") =>
    samples.map((sample) => ({ x: sample.seconds, y: sample[field] }));
  const svg = drawPlots([
    {
      title: "Memory of the server",
      unit: "MiB",
      xUnit: "s",
      curves: [{ name: "", color: "#06c", points: curve("memory") }],
    },
    {
      title: "From saying to hearing",
      unit: "ms",
      xUnit: "s",
      curves: [
        { name: "p50", color: "#080", points: curve("p50") },
        { name: "p99", color: "#c60", points: curve("p99") },
      ],
    },
  ]);
  await Deno.writeTextFile(new URL("plot.svg", import.meta.url), svg);
  console.log(lines.slice(7, -5).join("\n"));
  const problems = [
    lost + repeated > 0 ? "messages were lost or repeated" : "",
    late > early * 1.1 + 5 ? `memory grew from ${early} to ${late} MiB` : "",
    code !== 0 ? `the server ended with ${code}` : "",
  ].filter((problem) => problem !== "");
  for (const problem of problems) console.error(`error: ${problem}`);
  Deno.exit(problems.length > 0 ? 1 : 0);
}
