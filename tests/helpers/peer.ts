import type { Connection } from "../../lib/net/connection.ts";
import { TextLineStream } from "@std/streams/text-line-stream";

/** How long a test waits for a line, in milliseconds, before it fails with what came instead. */
const PATIENCE_MS = 20_000;

/** Whatever a line of JSON holds: what a test expects of it, it asserts. */
export type Json = ReturnType<typeof JSON.parse>;

/** The last lines, for the message of a failure. */
function summary(lines: string[]): string {
  return lines.slice(-20).map((line) => line.slice(0, 200)).join("\n");
}

/** Lines with a deadline, through which every kind of peer in the tests is read. */
export class LineSource {
  readonly #lines: AsyncIterator<string>;
  /** All lines so far. */
  readonly seen: string[] = [];
  /** How long to wait for a line, in milliseconds. */
  patienceMs = PATIENCE_MS;

  constructor(lines: AsyncIterable<string>) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** The next line, or `undefined` at the end. */
  async next(): Promise<string | undefined> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`no line came; so far:\n${summary(this.seen)}`)),
      this.patienceMs,
    );
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late]);
      if (done) return;
      this.seen.push(value);
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads up to the first line that contains this text or matches this pattern, and returns it. */
  async until(wanted: string | RegExp): Promise<string> {
    for (let line; (line = await this.next()) !== undefined;) {
      if (typeof wanted === "string" ? line.includes(wanted) : wanted.test(line)) return line;
    }
    throw new Error(`the end came before "${wanted}"; so far:\n${summary(this.seen)}`);
  }

  /** The next `count` lines. */
  async take(count: number): Promise<(string | undefined)[]> {
    const lines = [];
    for (let i = 0; i < count; i++) lines.push(await this.next());
    return lines;
  }

  /** All remaining lines, up to the end. */
  async rest(): Promise<string[]> {
    const from = this.seen.length;
    while (await this.next() !== undefined);
    return this.seen.slice(from);
  }
}

/** Someone who connects to a server in a test and speaks its protocol by hand, as `nc` would. */
export class Peer extends LineSource implements Disposable {
  readonly connection: Connection;
  readonly #encoder = new TextEncoder();

  constructor(connection: Connection) {
    super(linesOf(connection));
    this.connection = connection;
  }

  /** Sends lines. */
  async say(...lines: string[]): Promise<void> {
    await this.raw(lines.map((line) => `${line}\n`).join(""));
  }

  /** Sends bytes as they are. */
  async raw(bytes: string | Uint8Array): Promise<void> {
    await this.connection.write(typeof bytes === "string" ? this.#encoder.encode(bytes) : bytes);
  }

  /** The next line, as JSON. */
  async json(): Promise<Json> {
    return JSON.parse(await this.next() ?? "null");
  }

  /** Reads up to the first JSON object of this kind, and returns it. */
  async untilKind(kind: string): Promise<Json> {
    return JSON.parse(await this.until(`"kind":"${kind}"`));
  }

  [Symbol.dispose](): void {
    this.connection.close();
  }
}

async function* linesOf(connection: Connection): AsyncGenerator<string> {
  const bytes = ReadableStream.from(copies(connection));
  yield* bytes.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}

/** A chunk is valid only until the next one is asked for, and a stream asks ahead of time. */
async function* copies(connection: Connection): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of connection.chunks()) yield chunk.slice();
}
