import type { Peer } from "./peer.ts";
import type { TestServer } from "./servers.ts";
import { clientFrame, handshake, OPCODES, serverFrames } from "./websocket.ts";
import { concat } from "@std/bytes/concat";
import type { Connection } from "../../lib/net/connection.ts";

/** What a request was answered with. */
export interface Answered {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Sends a request as it is written, and reads the answer to its end. */
export async function ask(server: TestServer, request: string, from?: string): Promise<Answered> {
  const peer = await server.connect(from);
  await peer.raw(request);
  return await answerOf(peer);
}

/** Sends a request from 127.0.0.1 as it is written, and at once; returns what comes back. */
export async function fetchRaw(port: number, request: string): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(request));
  return await new Response(conn.readable).text();
}

/** The answer that a peer gets. */
export async function answerOf(peer: Peer): Promise<Answered> {
  const lines = await peer.rest();
  const end = lines.indexOf("");
  const headers = lines.slice(1, end).map((line) => line.split(": ")).map(([name, ...value]) =>
    [name.toLowerCase(), value.join(": ")] as const
  );
  return {
    status: Number(lines[0]?.split(" ")[1]),
    headers: new Map(headers),
    body: lines.slice(end + 1).join("\n"),
  };
}

/** The head of a request to this server. */
export function request(method: string, target: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ Host: "127.0.0.1", ...headers }).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A browser's WebSocket, by hand: what it gets are whole messages, and it can do anything wrong. */
export class Browser implements Disposable {
  readonly #connection: Connection;
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** The code of the close frame that came. */
  code?: number;
  /** All lines so far. */
  readonly seen: string[] = [];
  readonly pongs: string[] = [];
  #lines: string[] = [];

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#chunks = connection.chunks();
  }

  /** Makes a WebSocket of a connection. */
  static async open(connection: Connection, headers?: Record<string, string | undefined>): Promise<Browser> {
    const browser = new Browser(connection);
    await connection.write(new TextEncoder().encode(handshake("127.0.0.1", headers)));
    let head = "";
    while (!head.includes("\r\n\r\n")) {
      const { value, done } = await browser.#chunks.next();
      if (done) throw new Error(`there was no answer but ${head}`);
      head += Array.from(value, (byte) => String.fromCharCode(byte)).join("");
    }
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
    const rest = head.slice(head.indexOf("\r\n\r\n") + 4);
    browser.#bytes = Uint8Array.from(rest, (char) => char.charCodeAt(0));
    return browser;
  }

  /** Sends messages, a line each. */
  async say(...lines: string[]): Promise<void> {
    await this.raw(concat(lines.map((line) => clientFrame(line))));
  }

  /** Sends bytes as they are. */
  async raw(bytes: Uint8Array): Promise<void> {
    await this.#connection.write(bytes);
  }

  /** The next line, or `undefined` at the end. */
  async next(): Promise<string | undefined> {
    while (this.#lines.length === 0) if (!await this.#read()) return;
    const line = this.#lines.shift()!;
    this.seen.push(line);
    return line;
  }

  /** Reads up to the first line that contains this text, and returns it. */
  async until(wanted: string): Promise<string> {
    for (let line; (line = await this.next()) !== undefined;) if (line.includes(wanted)) return line;
    throw new Error(`the end came before "${wanted}"; so far:\n${this.seen.join("\n")}`);
  }

  /** All remaining lines, up to the end. */
  async rest(): Promise<string[]> {
    const from = this.seen.length;
    while (await this.next() !== undefined);
    return this.seen.slice(from);
  }

  close(): void {
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Reads more frames; returns false at the end. */
  async #read(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#bytes = concat([this.#bytes, value]);
    for (const { opcode, payload, end } of serverFrames(this.#bytes)) {
      if (end > this.#bytes.length) break;
      if (opcode === OPCODES.close) this.code = payload.length === 0 ? 1005 : payload[0] << 8 | payload[1];
      else if (opcode === OPCODES.pong) this.pongs.push(new TextDecoder().decode(payload));
      else {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
        if (!text.endsWith("\n")) throw new Error(`a message does not end with its last line: ${text}`);
        this.#lines.push(...text.split("\n").slice(0, -1));
      }
    }
    const whole = serverFrames(this.#bytes).filter(({ end }) => end <= this.#bytes.length).at(-1)?.end ?? 0;
    this.#bytes = this.#bytes.slice(whole);
    return true;
  }
}
