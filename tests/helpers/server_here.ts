import { assert } from "@std/assert";
import { TextLineStream } from "@std/streams/text-line-stream";
import { MemoryLogs } from "../../lib/log/memory.ts";
import { listenTcp } from "../../lib/net/tcp.ts";
import { parseServerArgs } from "../../lib/server/options.ts";
import { serve } from "../../lib/server/serve.ts";
import { LineSource, type Peer } from "./peer.ts";
import { joinByHand, type Process, type ProgramOptions, startClient } from "./process.ts";

/**
 * A server that is called like the program, but runs inside a test, for tests of those who connect to it: another process
 * would cost more than all else in them. What its console shows are its lines.
 */
export class ServerHere extends LineSource implements AsyncDisposable {
  readonly port: number;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(args: string[] = []) {
    // The console goes on although nobody reads it.
    const { readable, writable } = new TransformStream<string, string>({}, {}, { highWaterMark: Infinity });
    super(readable.pipeThrough(new TextLineStream()));
    const command = parseServerArgs(["127.0.0.1", "0", ...args]);
    assert(command.kind === "serve");
    const listener = listenTcp(command);
    this.port = listener.address.port;
    const shown = writable.getWriter();
    const decoder = new TextDecoder();
    this.#running = serve({
      listener,
      logs: new MemoryLogs(),
      limits: command.limits,
      quiet: command.quiet,
      output: {
        async write(bytes) {
          await shown.write(decoder.decode(bytes, { stream: true }));
          return bytes.length;
        },
      },
      signal: this.#stop.signal,
    }).finally(() => shown.close());
  }

  /** Joins the room by hand, under this name. */
  join(name: string): Promise<Peer> {
    return joinByHand(this.port, name);
  }

  /** Starts a client process that connects to it. */
  client(args?: string[], options?: ProgramOptions): Process {
    return startClient(this.port, args, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.rest();
  }
}
