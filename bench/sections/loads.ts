/**
 * The same loads on all servers, in turn.
 *
 * @module
 */
import { type Talk, talk, type Talked } from "../measure.ts";
import { BARE, limit, parley, type Server } from "../servers.ts";
import { median } from "../../tests/helpers/numbers.ts";
import { spread, table } from "../statistics.ts";
import { atLeast, atMost, type Bench, type Part, type Verdict } from "./section.ts";

type Results = Map<string, Talked[]>;

interface LoadCase {
  name: string;
  talk: Talk;
  /** Who is measured besides the limit and parley. */
  others: string[];
  /** What must hold. */
  verdicts(results: Results, name: string): Verdict[];
}

const DATA = parley("parley --data", (folder) => ["--data", `${folder}/room.db`]);
const SYNC = parley(
  "parley --data --sync full",
  (folder) => ["--data", `${folder}/room.db`, "--sync", "full"],
);

const WEBSOCKET: Server = { ...parley("parley, over WebSocket"), websocket: true };

const CASES: LoadCase[] = [
  {
    name: "100 members, 10 speak, 100 messages a second",
    talk: { clients: 100, speakers: 10, messages: 40, rate: 100 },
    others: [BARE.name, "Python", "ncat --chat", "ngircd"],
    verdicts: (results, name) => [
      atMost(`${name}: p50`, ratio(results, "p50"), 1.3, "×"),
      atMost(`${name}: p99`, ratio(results, "p99"), 1.5, "×"),
    ],
  },
  {
    name: "500 members, 100 speak, 1,000 messages a second",
    talk: { clients: 500, speakers: 100, messages: 40, rate: 1000 },
    others: [WEBSOCKET.name, DATA.name, SYNC.name, "Python", "ngircd"],
    verdicts: (results, name) => [
      ...paced(results, name, { p50: 2.5, p99: 3, cpu: 0.8 }),
      ...overWebSocket(results, name),
      atMost(
        `${name}, with \`--data\`: p50, to without`,
        ratio(results, "p50", DATA.name, "parley"),
        1.5,
        "×",
      ),
      atMost(
        `${name}, with \`--data\`: p99, to without`,
        ratio(results, "p99", DATA.name, "parley"),
        1.5,
        "×",
      ),
    ],
  },
  {
    name: "1,000 members, 100 speak, 1,000 messages a second",
    talk: { clients: 1000, speakers: 100, messages: 40, rate: 1000 },
    others: [WEBSOCKET.name, "Python", "ngircd"],
    verdicts: (results, name) => [
      ...paced(results, name, { p50: 2, p99: 3, cpu: 1 }),
      ...overWebSocket(results, name),
    ],
  },
  {
    name: "100 members, 10 speak as fast as they are taken, 2,000 messages each",
    talk: { clients: 100, speakers: 10, messages: 2000, rate: 0 },
    others: [DATA.name, SYNC.name, "Python", "ncat --chat", "ngircd"],
    verdicts: (results, name) => [
      atLeast(`${name}: deliveries a second`, ratio(results, "perSecond"), 1, "×"),
      atMost(`${name}: peak memory`, median(of(results, "parley", "memory")), 130, "MiB"),
    ],
  },
];

function paced(results: Results, name: string, bounds: { p50: number; p99: number; cpu: number }): Verdict[] {
  const lost = Math.max(...of(results, "parley", "lost"));
  const verdicts = [
    { what: `${name}: lost`, is: `${lost}`, bound: "0", holds: lost === 0 },
    atMost(`${name}: p50`, ratio(results, "p50"), bounds.p50, "×"),
    atMost(`${name}: p99`, ratio(results, "p99"), bounds.p99, "×"),
    atMost(`${name}: processor time`, ratio(results, "cpu"), bounds.cpu, "×"),
  ];
  if (!results.has("Python")) return verdicts;
  const python = ratio(results, "p99", "parley", "Python");
  return [...verdicts, atMost(`${name}: p99, to the Python server's`, python, 1, "×")];
}

/** A browser may cost hardly more than a member over plain TCP. */
function overWebSocket(results: Results, name: string): Verdict[] {
  const times = (field: keyof Talked) => ratio(results, field, WEBSOCKET.name, "parley");
  return [
    atMost(`${name}, over WebSocket: p99, to TCP`, times("p99"), 1.15, "×"),
    atMost(`${name}, over WebSocket: processor time, to TCP`, times("core"), 1.15, "×"),
  ];
}

function of(results: Results, server: string, field: keyof Talked): number[] {
  return results.get(server)!.map((one) => one[field]);
}

function ratio(results: Results, field: keyof Talked, server = "parley", to = "limit"): number {
  return median(of(results, server, field)) / median(of(results, to, field));
}

/** Measures them. */
export async function loads(bench: Bench): Promise<Part[]> {
  const parts: Part[] = [];
  for (const one of CASES) parts.push(await measure(bench, one));
  return parts;
}

/** Says how long that takes. */
export function planLoads(bench: Bench): void {
  for (const one of CASES) {
    bench.progress.plan(bench.rounds * contestants(bench, one).length, seconds(one.talk));
  }
}

function contestants({ built, peers, quick }: Bench, { others }: LoadCase): Server[] {
  const known = [BARE, WEBSOCKET, DATA, SYNC, ...peers];
  const wanted = quick
    ? others.filter((name) => [WEBSOCKET.name, DATA.name, "Python"].includes(name))
    : others;
  return [limit(built), parley("parley"), ...known.filter(({ name }) => wanted.includes(name))];
}

function seconds({ speakers, messages, rate }: Talk): number {
  return 1.5 + (rate === 0 ? 1 : speakers * messages / rate);
}

async function measure(bench: Bench, one: LoadCase): Promise<Part> {
  const servers = contestants(bench, one);
  const results: Results = new Map(servers.map(({ name }) => [name, []]));
  for (let round = 1; round <= bench.rounds; round++) {
    for (const server of servers) {
      if (round > 1 && server.irc && one.talk.clients > 100) continue;
      const what = `${one.name}: ${server.name}, ${round} of ${bench.rounds}`;
      const talked = await bench.progress.step(
        what,
        seconds(one.talk),
        () => talk(bench.built, server, one.talk),
      );
      results.get(server.name)!.push(talked);
    }
  }
  return { text: `### ${capital(one.name)}\n\n${show(results)}`, verdicts: one.verdicts(results, one.name) };
}

function show(results: Results): string {
  const base = results.get("limit")!;
  const rows = [...results].map(([name, all]) => {
    const cell = (field: keyof Talked) => {
      const times = median(all.map((one) => one[field])) / median(base.map((one) => one[field]));
      return spread(all.map((one) => one[field])) + (name === "limit" ? "" : ` · ${times.toFixed(2)} ×`);
    };
    const lost = all.reduce((sum, one) => sum + one.lost, 0);
    const memory = spread(all.map((one) => one.memory));
    return [name, cell("p50"), cell("p99"), cell("perSecond"), cell("cpu"), memory, `${lost}`];
  });
  const generator = Math.max(...results.get("parley")!.map((one) => one.generator));
  const head = ["", "p50, ms", "p99, ms", "deliveries a second", "processor, s", "peak memory, MiB", "lost"];
  return `${table(head, rows)}\n\nThe load itself took ${
    Math.round(100 * generator)
  } % of its core with parley at most.\n`;
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
