import { TextLineStream } from "@std/streams/text-line-stream";
import { freePort, peakMemory, processorTime, residentMemory } from "../tests/helpers/system.ts";
import type { Built, Server } from "./servers.ts";

/** The core that servers run on, and that of the load. */
const SERVER_CORE = "0";
const LOAD_CORE = "1";

/** How long, in milliseconds, a server may take until it can be connected to. */
const PATIENCE = 10_000;

/** Some speak, all in the same room listen. */
export interface Talk {
  /** How many there are, and how many of them speak. */
  clients: number;
  speakers: number;
  /** How many messages each of those says, and how many are said a second in all; 0 for as fast as they are taken. */
  messages: number;
  rate: number;
  /** Over how many rooms they are spread; one without it. */
  rooms?: number;
  /** How many members, besides those, go to another room a second; nobody without it. */
  moves?: number;
}

/** What came of it: times in milliseconds, memory in MiB. */
export interface Talked {
  lost: number;
  repeated: number;
  /** How many reached someone in another room than that in which they were said. */
  strayed: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Seconds of processor time, from its start, and as a part of one core while the load ran. */
  cpu: number;
  core: number;
  memory: number;
  /** The memory while all are in their rooms and nothing has been said, in MiB. */
  silent: number;
  /** How many moves there were, how many of them were answered, and how long the longest took. */
  moves: number;
  moved: number;
  longestMove: number;
  /** How much of a core the load took itself. */
  generator: number;
}

/** What the load prints when it ends. */
interface TalkReport extends Omit<Talked, "lost" | "cpu" | "core" | "memory" | "silent"> {
  expected: number;
  arrived: number;
  seconds: number;
}

/** A server that runs, on a core of its own. */
export class Running implements AsyncDisposable {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  readonly #process: Deno.ChildProcess;
  readonly #folder: string;

  private constructor(port: number, process: Deno.ChildProcess, folder: string) {
    this.port = port;
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts a server and waits until it can be connected to. */
  static async start(server: Server): Promise<Running> {
    const port = freePort();
    const folder = await Deno.makeTempDir();
    const args = ["-c", SERVER_CORE, ...await server.command(port, folder)];
    const process = new Deno.Command("taskset", { args, stdin: "null", stdout: "null", stderr: "null" })
      .spawn();
    const running = new Running(port, process, folder);
    for (const start = performance.now(); !await connects(port);) {
      if (performance.now() - start > PATIENCE) {
        await running[Symbol.asyncDispose]();
        throw new Error(`${server.name} does not start: ${args.join(" ")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return running;
  }

  /** What it is to the operating system. */
  get pid(): number {
    return this.#process.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#process.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The load, in one of its modes; it gives what it reports, line by line, and takes what it is to go on with. */
export class Load implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** See `bench/native/load.c` for the arguments. */
  constructor({ load }: Built, args: (string | number)[]) {
    this.#process = new Deno.Command("taskset", {
      args: ["-c", LOAD_CORE, load, ...args.map(String)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** The next line that it reports. */
  async next<T>(): Promise<T> {
    const { value, done } = await this.#lines.read();
    if (done) throw new Error("the load ended early");
    return JSON.parse(value);
  }

  /** Lets it go on. */
  async goOn(): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode("\n"));
    await writer.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lines.cancel();
    if (!this.#process.stdin.locked) await this.#process.stdin.close().catch(() => {});
    await this.#process.status;
  }
}

/** Lets many talk over a server of their own. */
export async function talk(built: Built, server: Server, options: Talk): Promise<Talked> {
  const { clients, speakers, messages, rate, rooms = 1, moves = 0 } = options;
  await using running = await Running.start(server);
  const last = server.irc ? ["irc"] : server.websocket ? ["websocket"] : [rooms, moves];
  await using load = new Load(built, [
    "talk",
    running.port,
    clients,
    speakers,
    messages,
    64,
    rate,
    30,
    ...last,
  ]);
  await load.next();
  const silent = await residentMemory(running.pid);
  const before = await processorTime(running.pid);
  const { expected, arrived, seconds, ...report } = await load.next<TalkReport>();
  const cpu = await processorTime(running.pid);
  const core = (cpu - before) / seconds;
  return { ...report, lost: expected - arrived, cpu, core, silent, memory: await peakMemory(running.pid) };
}

async function connects(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
