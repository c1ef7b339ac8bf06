import { connectTcp } from "../../lib/net/tcp.ts";
import { Peer } from "../helpers/peer.ts";
import { ServerProcess } from "../helpers/process.ts";
import { fetchRaw, request } from "../helpers/web.ts";

const OPERATOR_PASSWORD = "the operator of the tests";

/** How a server with a page is started. */
export interface WebRoomOptions {
  args?: string[];
  /** Whether it keeps its rooms in a file. */
  data?: boolean;
  /** The password that it asks for. */
  password?: string;
  /** What starts it instead of `server.ts`. */
  script?: string;
}

/** A server process with a page, in a folder of its own if it keeps its rooms. */
export class WebRoom implements AsyncDisposable {
  readonly #args: string[];
  readonly #script?: string;
  readonly #folder: string;
  readonly #peers: Peer[] = [];
  #server!: ServerProcess;
  #port = 0;

  private constructor(args: string[], { folder, script }: { folder: string; script?: string }) {
    this.#args = args;
    this.#folder = folder;
    this.#script = script;
  }

  /** Starts one. See {@linkcode WebRoomOptions}. */
  static async start({ args = [], data = false, password, script }: WebRoomOptions = {}) {
    const folder = await Deno.makeTempDir({ prefix: "parley-web-" });
    await Deno.writeTextFile(`${folder}/operator`, OPERATOR_PASSWORD, { mode: 0o600 });
    const all = [
      "--title",
      "Workshop",
      "--rate",
      "0",
      "--quiet",
      "--operator-file",
      `${folder}/operator`,
      ...args,
    ];
    if (data) all.push("--data", `${folder}/room.db`);
    if (password !== undefined) {
      await Deno.writeTextFile(`${folder}/password`, password, { mode: 0o600 });
      all.push("--password-file", `${folder}/password`);
    }
    const room = new WebRoom(all, { folder, script });
    await room.startServer();
    return room;
  }

  /** The file in which it keeps its rooms. */
  get file(): string {
    return `${this.#folder}/room.db`;
  }

  /** The address of its page. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts the server, on the same port as before. */
  async startServer(): Promise<void> {
    this.#server = await ServerProcess.start(this.#args, {
      port: this.#port,
      script: this.#script,
      permissions: ["--allow-read", "--allow-write"],
    });
    this.#port = this.#server.port;
    // Where the machine is busy, a browser uses its first connection so late that it is greeted like someone with `nc`,
    // unless there was a request from its address before.
    await fetchRaw(this.#port, request("GET", "/health"));
  }

  /** Ends the server, at once by default. */
  async stopServer(signal: Deno.Signal = "SIGKILL"): Promise<void> {
    this.#server.kill(signal);
    await this.#server[Symbol.asyncDispose]();
  }

  /** Lets ten minutes pass for a server that was started by `passing_time.ts`. */
  async passTime(): Promise<void> {
    this.#server.kill("SIGUSR2");
    await this.#server.until("ten minutes later");
  }

  /** Gives one of the operator's commands. */
  async operate(line: string): Promise<void> {
    const operator = await this.join("operator");
    await operator.say(`/operator ${OPERATOR_PASSWORD}`);
    await operator.until("you are an operator");
    await operator.say(line, "/quit");
    await operator.rest();
  }

  /** Someone with `nc`, under this name. */
  async join(name: string): Promise<Peer> {
    const peer = new Peer(await connectTcp({ hostname: "127.0.0.1", port: this.#port }));
    await peer.say(`/name ${name}`);
    await peer.until(`-- you are ${name}`);
    this.#peers.push(peer);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer[Symbol.dispose]();
    await this.#server[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
