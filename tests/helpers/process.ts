import { TextLineStream } from "@std/streams/text-line-stream";
import { connectTcp } from "../../lib/net/tcp.ts";
import { LineSource, Peer } from "./peer.ts";

/** The root folder of the project. */
export const ROOT = new URL("../../", import.meta.url);

/** How a test runs a program. */
export interface RunOptions {
  env?: Record<string, string>;
  clearEnv?: boolean;
  cwd?: string | URL;
  /** The permissions of a program of the project, beyond those that it always has. */
  permissions?: string[];
}

/** A program that a test runs. Its output is read line by line, and it ends with the test. */
export class Process extends LineSource implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: Promise<string>;
  readonly #encoder = new TextEncoder();
  #inputEnded = false;

  constructor(program: string, args: string[], { env, clearEnv, cwd = ROOT }: RunOptions = {}) {
    const child = new Deno.Command(program, {
      args,
      env,
      clearEnv,
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A group of its own, so that what a shell started ends with it.
      detached: true,
    }).spawn();
    super(child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()));
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#errors = new Response(child.stderr).text();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Types lines. */
  async say(...lines: string[]): Promise<void> {
    await this.write(lines.map((line) => `${line}\n`).join(""));
  }

  /** Types a text that may end in the middle of a line. */
  async write(text: string): Promise<void> {
    await this.#input.write(this.#encoder.encode(text));
  }

  /** Ends its input. */
  async endInput(): Promise<void> {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    await this.#input.close().catch(() => {});
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Resolves to its exit code and everything that it wrote to standard error, once it has ended. */
  async ended(): Promise<{ code: number; errors: string }> {
    const { code } = await this.#child.status;
    return { code, errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      Deno.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // All of it has ended already.
    }
    await this.endInput();
    await this.rest();
    await this.ended();
  }
}

/** How a program of the project is run, as the README says. */
const RUN = ["run", "--no-prompt", "--allow-net"];

/** A server process that listens on a free port of the loopback interface. */
export class ServerProcess extends Process {
  port = 0;

  static async start(
    args: string[] = [],
    { program = Deno.execPath(), script = "server.ts", port = 0, ...options }: ServerProcessOptions = {},
  ) {
    const server = new ServerProcess(program, [
      ...programArgs(script, program, options),
      "127.0.0.1",
      `${port}`,
      ...args,
    ], options);
    server.port = Number(/port (\d+)$/.exec(await server.until("listening on"))![1]);
    await server.until("join with");
    return server;
  }

  /** Joins the room by hand, under this name. */
  join(name: string): Promise<Peer> {
    return joinByHand(this.port, name);
  }

  /** Starts a client process that connects to it. */
  client(args?: string[], options?: ProgramOptions): Process {
    return startClient(this.port, args, options);
  }
}

/** Joins the room of the server on a port by hand, under this name. */
export async function joinByHand(port: number, name: string): Promise<Peer> {
  const peer = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
  await peer.say(`/name ${name}`);
  // On a busy machine the server may have taken its silence for an answer already.
  await peer.until(new RegExp(`(you are|is now) ${RegExp.escape(name)}$`));
  return peer;
}

/** Starts a client process that connects to the server on a port. */
export function startClient(
  port: number,
  args: string[] = [],
  { program = Deno.execPath(), ...options }: ProgramOptions = {},
): Process {
  return new Process(
    program,
    [...programArgs("client.ts", program, options), "127.0.0.1", `${port}`, ...args],
    options,
  );
}

/** `program`: an executable to run instead of the sources. */
export type ProgramOptions = RunOptions & { program?: string };

/** `script`: what starts the server instead of `server.ts`. */
type ServerProcessOptions = ProgramOptions & { script?: string; port?: number };

function programArgs(script: string, program: string, { permissions = [] }: RunOptions): string[] {
  return program === Deno.execPath() ? [...RUN, ...permissions, new URL(script, ROOT).pathname] : [];
}

/** Runs one of the programs until it ends. */
export async function runToEnd(
  script: string,
  args: string[],
  { input = "", permissions = [] }: { input?: string; permissions?: string[] } = {},
): Promise<{ code: number; output: string; errors: string }> {
  await using process = new Process(Deno.execPath(), [...RUN, ...permissions, script, ...args]);
  if (input !== "") await process.say(input);
  await process.endInput();
  const output = (await process.rest()).join("\n");
  return { ...await process.ended(), output };
}
