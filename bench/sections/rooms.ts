/**
 * Several rooms of one server, to the same load in one.
 *
 * @module
 */
import { median } from "../../tests/helpers/numbers.ts";
import { type Talk, talk, type Talked } from "../measure.ts";
import { parley } from "../servers.ts";
import { show, spread, table } from "../statistics.ts";
import { atMost, type Bench, type Part, type Verdict } from "./section.ts";

/** How many rooms there are, and how many move from one to another a second. */
const ROOMS = 20;
const MOVES = 10;

/** The messages a second, of all rooms together. */
const RATES = [1000, 2000];

/** How long each lasts, in seconds. */
const SECONDS = 4;

/** How many rooms are open while their memory is measured, with two in each. */
const OPEN = 200;

/** What is shown of each. */
const HEAD = ["", "p50, ms", "p99, ms", "processor, s", "of a core", "peak memory, MiB", "lost", "strayed"];

function busy(rate: number): Talk {
  return { clients: 500, speakers: 100, messages: rate * SECONDS / 100, rate };
}

/** Two to a room, and hardly anything is said. */
function silent(rooms: number): Talk {
  return { clients: 2 * OPEN, speakers: 1, messages: 2, rate: 2, rooms };
}

/** Says how long they take. */
export function planRooms({ rounds, progress }: Bench): void {
  progress.plan(2 * RATES.length * rounds, SECONDS + 2.5);
  progress.plan(2 * rounds, 3);
}

/** Measures them. */
export async function rooms(bench: Bench): Promise<Part[]> {
  const parts: Part[] = [];
  for (const rate of RATES) parts.push(await compare(bench, rate));
  return [...parts, await open(bench)];
}

/** Measures two loads, in turn. */
async function alternate(bench: Bench, loads: { name: string; talk: Talk; seconds: number }[]) {
  const results = loads.map((): Talked[] => []);
  for (let round = 1; round <= bench.rounds; round++) {
    for (const [i, { name, talk: load, seconds }] of loads.entries()) {
      const what = `${name}, ${round} of ${bench.rounds}`;
      const run = () => talk(bench.built, parley("parley"), load);
      results[i].push(await bench.progress.step(what, seconds, run));
    }
  }
  return results;
}

/** As much is said in several rooms as in one. */
async function compare(bench: Bench, rate: number): Promise<Part> {
  const all = `500 members, 100 speak, ${rate.toLocaleString("en")} messages a second`;
  const name = `${all}, in ${ROOMS} rooms with ${MOVES} moves a second`;
  const [one, several] = await alternate(bench, [
    { name: `${all}, in one room`, talk: busy(rate), seconds: SECONDS + 2 },
    { name, talk: { ...busy(rate), rooms: ROOMS, moves: MOVES }, seconds: SECONDS + 3 },
  ]);
  const rows = [["one room", ...cells(one)], [`${ROOMS} rooms`, ...cells(several)]];
  const moves = several.map(({ longestMove }) => longestMove);
  return {
    text: `### ${name}\n\n${table(HEAD, rows)}\n\nThe longest move took ${spread(moves)} ms.\n`,
    verdicts: [
      none(`${name}: lost, repeated or in the wrong room`, several, wrong),
      none(`${name}: moves that were not answered`, several, unanswered),
      atMost(`${name}: p99, to one room`, ratio(several, one, "p99"), 1.1, "×"),
      atMost(`${name}: processor time, to one room`, ratio(several, one, "cpu"), 1.1, "×"),
    ],
  };
}

function cells(all: Talked[]): string[] {
  const of = (field: keyof Talked) => spread(all.map((one) => one[field]));
  const sum = (field: keyof Talked) => `${all.reduce((sum, one) => sum + one[field], 0)}`;
  const core = `${Math.round(100 * median(all.map(({ core }) => core)))} %`;
  return [of("p50"), of("p99"), of("cpu"), core, of("memory"), sum("lost"), sum("strayed")];
}

function wrong({ lost, repeated, strayed }: Talked): number {
  return lost + repeated + strayed;
}

/** The last ones may be on their way when the load ends: those of the last second are not counted. */
function unanswered({ moves, moved }: Talked): number {
  return Math.max(0, moves - moved - MOVES);
}

function none(what: string, all: Talked[], count: (one: Talked) => number): Verdict {
  const worst = Math.max(...all.map(count));
  return { what, is: `${worst}`, bound: "0", holds: worst === 0 };
}

function ratio(some: Talked[], others: Talked[], field: keyof Talked): number {
  return median(some.map((one) => one[field])) / median(others.map((one) => one[field]));
}

/** What a room costs that is open. */
async function open(bench: Bench): Promise<Part> {
  const name = `${OPEN} open rooms with two members each`;
  const [few, many] = await alternate(bench, [
    { name: "2 open rooms with as many members", talk: silent(2), seconds: 3 },
    { name, talk: silent(OPEN), seconds: 3 },
  ]);
  const [without, memory] = [few, many].map((all) => all.map(({ silent }) => silent));
  const each = (median(memory) - median(without)) * 1024 / (OPEN - 2);
  return {
    text: `### ${name}\n\n${spread(memory)} MiB; with as many members in 2 rooms ${spread(without)} MiB: ${
      show(each)
    } KiB a room.\n`,
    verdicts: [],
  };
}
