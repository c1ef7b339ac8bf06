/**
 * Many who connect at once, many who are silent, and how long a server takes to start.
 *
 * @module
 */
import { Load, Running } from "../measure.ts";
import { BARE, limit, parley, type Server } from "../servers.ts";
import { median } from "../../tests/helpers/numbers.ts";
import { residentMemory } from "../../tests/helpers/system.ts";
import { show, spread, table } from "../statistics.ts";
import { atMost, type Bench, type Part } from "./section.ts";

interface Arrived {
  welcomed: number;
  refused: number;
  retries: number;
  ms: number;
}

const CROWD = 1000;

/** With less room for what is young: V8 would otherwise let it grow to 16 MiB, twice, while many come at once. */
const SMALL = parley("`deno task start`", () => [], [
  "--v8-flags=--max-semi-space-size=4",
]);

/** A thousand connect at the same moment. */
export async function crowd({ built, rounds, progress }: Bench): Promise<Part> {
  const servers = [limit(built), parley("parley")];
  const results = servers.map((): Arrived[] => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [i, server] of servers.entries()) {
      const what = `${CROWD} connect at once: ${server.name}, ${round} of ${rounds}`;
      results[i].push(await progress.step(what, 1, () => arrive(server)));
    }
  }
  async function arrive(server: Server): Promise<Arrived> {
    await using running = await Running.start(server);
    await using load = new Load(built, [
      "arrive",
      running.port,
      CROWD,
      ...(server.first === undefined ? [] : [server.first]),
    ]);
    return await load.next();
  }
  const [times, ours] = [results[0].map(({ ms }) => ms), results[1].map(({ ms }) => ms)];
  const failed = results[1].reduce((sum, { refused, retries }) => sum + refused + retries, 0);
  const name = `${CROWD.toLocaleString("en")} connect at once`;
  return {
    text: `### ${name}\n\nUntil all had their welcome: ${spread(ours)} ms, with the limit ${
      spread(times)
    } ms.\n`,
    verdicts: [
      atMost(`${name}: all are welcomed`, median(ours) / median(times), 5, "×"),
      { what: `${name}: refused, or tried again`, is: `${failed}`, bound: "0", holds: failed === 0 },
    ],
  };
}

/** How many are in a room of silent members, and what that costs, in steps of a tenth. */
export interface Idle {
  members: number;
  /** How long the last tenth took to join, in milliseconds. */
  ms: number;
  memory: number;
}

/** What a room of silent members costs. */
export interface IdleResult {
  part: Part;
  /** For each server, as more and more came. */
  growth: Map<string, Idle[]>;
}

/** Many members who are silent. */
export async function idle({ built, quick, rounds, progress }: Bench): Promise<IdleResult> {
  const count = quick ? 2000 : 10_000;
  const growth = new Map<string, Idle[]>();
  const memory = new Map<string, number[]>();
  const heard: number[] = [];
  const servers: [Server, string[]][] = [
    [BARE, []],
    [parley("parley"), ["you are"]],
    [SMALL, ["you are"]],
    [limit(built), []],
  ];
  for (let round = 1; round <= Math.min(3, rounds); round++) {
    for (const [server, ready] of servers) {
      const what = `${count.toLocaleString("en")} silent members: ${server.name}, ${round}`;
      const steps = await progress.step(what, 8, () => gather(server, ready));
      growth.set(server.name, steps);
      memory.set(server.name, [...memory.get(server.name) ?? [], steps.at(-1)!.memory]);
    }
  }
  async function gather(server: Server, ready: string[]): Promise<Idle[]> {
    await using running = await Running.start(server);
    await using load = new Load(built, ["gather", running.port, count, count / 10, ...ready]);
    const steps: Idle[] = [];
    while (steps.length < 10) {
      const { members, ms } = await load.next<{ members: number; ms: number }>();
      steps.push({ members, ms, memory: await residentMemory(running.pid) });
    }
    await load.goOn();
    for (let i = 0; ready.length > 0 && i < 5; i++) {
      const { ms } = await load.next<{ ms: number }>();
      if (server !== SMALL) heard.push(ms);
    }
    return steps;
  }
  const [ours, small, bare] = ["parley", SMALL.name, BARE.name].map((name) => memory.get(name)!);
  const steps = growth.get("parley")!;
  const half = (part: Idle[]) => part.reduce((sum, { ms }) => sum + ms, 0);
  const late = half(steps.slice(5)) / half(steps.slice(0, 5));
  const name = `${count.toLocaleString("en")} silent members`;
  const rows = [...memory].map(([server, all]) => [server, spread(all)]);
  return {
    growth,
    part: {
      text: `### ${name}\n\n${table(["", "memory, MiB"], rows)}\n
A tenth of them takes ${
        spread(steps.map(({ ms }) => ms))
      } ms to join (300 ms of it is the time in which one may name
oneself); a message reaches all in ${spread(heard)} ms.\n`,
      verdicts: [
        atMost(`${name}: memory, to a bare loop in Deno`, median(ours) / median(bare), 1.6, "×"),
        atMost(`${name}: memory, started by \`deno task start\``, median(small) / median(bare), 1.6, "×"),
        atMost(`${name}: a message reaches all`, median(heard), 150, "ms"),
        atMost(`${name}: joining, the second half to the first`, late, 1.5, "×"),
      ],
    },
  };
}

/** From the start to the line that says where it listens. */
export async function start({ rounds, progress }: Bench, executable?: string): Promise<Part> {
  const runs = 3 * rounds + 2;
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(empty, "");
  const server = new URL("../../server.ts", import.meta.url).pathname;
  const flags = ["127.0.0.1", "0", "--quiet"];
  const programs: [name: string, command: string[]][] = [
    ["an empty program, to its end", [Deno.execPath(), "run", empty]],
    ["the server, until it is ready", [Deno.execPath(), "run", "--allow-net", server, ...flags]],
  ];
  if (executable !== undefined) programs.push(["the executable, until it is ready", [executable, ...flags]]);
  const times = programs.map((): number[] => []);
  for (let i = 0; i < runs; i++) {
    for (const [j, [name, command]] of programs.entries()) {
      times[j].push(await progress.step(`start: ${name}`, 0.1, () => untilReady(command)));
    }
  }
  await Deno.remove(empty);
  const rows = programs.map(([name], i) => [name, spread(times[i])]);
  const [none, ours, compiled] = times.map(median);
  return {
    text: `### From start to ready\n\n${table(["", "ms"], rows)}\n`,
    verdicts: [
      atMost("from start to ready, to an empty program in Deno", ours / none, 2, "×"),
      ...compiled === undefined ? [] : [atMost("from start to ready, compiled", compiled, 80, "ms")],
    ],
  };
}

/** How long, in milliseconds, until a program prints something, or ends. */
async function untilReady([program, ...args]: string[]): Promise<number> {
  const begun = performance.now();
  const process = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  const reader = process.stdout.getReader();
  const { done } = await reader.read();
  const time = performance.now() - begun;
  if (!done) process.kill("SIGKILL");
  await reader.cancel();
  await process.status;
  return time;
}

/** Says how long these take. */
export function planArrivals({ rounds, progress }: Bench, executable: boolean): void {
  progress.plan(2 * rounds, 1);
  progress.plan(4 * Math.min(3, rounds), 8);
  progress.plan((3 * rounds + 2) * (executable ? 3 : 2), 0.1);
}

/** Memory as more and more come, for a plot and a sentence. */
export function perMember(steps: readonly Idle[]): string {
  const [first, last] = [steps[0], steps.at(-1)!];
  return show((last.memory - first.memory) * 1024 / (last.members - first.members));
}
