/**
 * Cost as it grows: with how much is said, and with how many are there.
 *
 * @module
 */
import { type Talk, talk, type Talked } from "../measure.ts";
import type { Curve } from "../plot.ts";
import { limit, parley, type Server } from "../servers.ts";
import { show, table } from "../statistics.ts";
import type { Bench } from "./section.ts";

/** How long each lasts, in seconds. */
const SECONDS = 3;

/** A core that is busier than this is full: what comes now and then finds no room any more. */
const FULL = 0.95;

/** From this p99 on, in milliseconds, a room does not feel like one any more. */
const SLOW = 500;

/** Rooms of these sizes, and how much is said in them, in messages a second. */
const ROOMS: [members: number, rates: number[]][] = [
  [10, [100, 1000, 5000, 10_000, 20_000]],
  [100, [100, 500, 1000, 2500, 5000]],
  [1000, [10, 100, 500, 1000, 1500]],
  [5000, [10, 25, 50, 100, 200]],
  [10_000, [1, 5, 10, 25, 50]],
];

const MEMBERS = 500;
const RATES = [100, 250, 500, 1000, 1500, 2000];
const COLORS: Record<string, string> = { limit: "#888", parley: "#06c", Python: "#c60" };

interface Point extends Talked {
  rate: number;
}

function paced(clients: number, rate: number): Talk {
  // A hundred speak at most, and each of them says something.
  const speakers = Math.min(clients, Math.max(1, Math.min(100, rate)));
  return { clients, speakers, messages: Math.max(1, Math.round(rate * SECONDS / speakers)), rate };
}

/** How long a room of so many takes to come together, and to talk, in seconds. */
function duration(clients: number): number {
  return SECONDS + 1.5 + clients / 3000;
}

/** Says how long these take. */
export function planGrowth(bench: Bench): void {
  for (const [members, rates] of rooms(bench)) bench.progress.plan(rates.length, duration(members));
  // Without a plot there are no curves.
  if (!bench.quick) bench.progress.plan(RATES.length * loaded(bench).length, duration(MEMBERS));
}

function rooms({ quick }: Bench): typeof ROOMS {
  return quick ? ROOMS.slice(1, 3).map(([members, rates]) => [members, rates.slice(1, 4)]) : ROOMS;
}

function loaded({ built, peers }: Bench): Server[] {
  return [limit(built), parley("parley"), ...peers.filter(({ name }) => name === "Python")];
}

/** Rooms of several sizes: what they take, and where one core is full. */
export async function growth(bench: Bench): Promise<string> {
  const rows: string[][] = [];
  const limits: string[] = [];
  for (const [members, rates] of rooms(bench)) {
    const points: Point[] = [];
    for (const rate of rates) {
      const what = `${members.toLocaleString("en")} members, ${rate.toLocaleString("en")} messages/s`;
      const run = () => talk(bench.built, parley("parley"), paced(members, rate));
      points.push({ rate, ...await bench.progress.step(what, duration(members), run) });
    }
    rows.push(...points.map((point) => row(members, point)));
    limits.push(sentence(members, points));
  }
  const head = [
    "members",
    "messages a second",
    "deliveries a second",
    "p50, ms",
    "p99, ms",
    "of a core",
    "peak memory, MiB",
    "lost",
  ];
  return `${table(head, rows)}\n\n${limits.join("\n")}\n`;
}

function row(members: number, { rate, perSecond, p50, p99, core, memory, lost }: Point): string[] {
  return [
    members.toLocaleString("en"),
    rate.toLocaleString("en"),
    show(perSecond),
    show(p50),
    show(p99),
    `${Math.round(100 * core)} %`,
    show(memory),
    `${lost}`,
  ];
}

function sentence(members: number, points: Point[]): string {
  const name = `- **${members.toLocaleString("en")} members**`;
  const fits = ({ core, p99, lost }: Point) => core < FULL && p99 < SLOW && lost === 0;
  const last = points.findLast(fits);
  const first = points.find((point) => !fits(point) && point.rate > (last?.rate ?? 0));
  const good = last === undefined
    ? "none of these loads leaves room"
    : `${last.rate.toLocaleString("en")} messages a second take ${
      Math.round(100 * last.core)
    } % of a core, and 99 of 100 arrive within ${show(last.p99)} ms`;
  const full = first === undefined
    ? "the core was not full with any of these"
    : `with ${first.rate.toLocaleString("en")} it is full (${Math.round(100 * first.core)} %, p99 ${
      show(first.p99)
    } ms)`;
  return `${name}: ${good}; ${full}.`;
}

/** Latency as more is said, in a room of one size, on several servers: for a plot. */
export async function latencies(bench: Bench): Promise<Curve[]> {
  const curves: Curve[] = [];
  for (const server of loaded(bench)) {
    const points: { x: number; y: number }[] = [];
    for (const rate of RATES) {
      const what = `${MEMBERS} members, ${rate.toLocaleString("en")} messages/s: ${server.name}`;
      const run = () => talk(bench.built, server, paced(MEMBERS, rate));
      points.push({ x: rate, y: (await bench.progress.step(what, duration(MEMBERS), run)).p99 });
    }
    curves.push({ name: server.name, color: COLORS[server.name], points });
  }
  return curves;
}
