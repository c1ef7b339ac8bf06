import { concat } from "@std/bytes/concat";
import { connectTcp } from "../../lib/net/tcp.ts";
import { seeded } from "./numbers.ts";

/** How long, in milliseconds, one that does not read goes on writing. */
const UNREAD = 100;

const encoder = new TextEncoder();

/** What lines are mutated from: each command, well and badly used, and what other programs send. */
const CORPUS: readonly Uint8Array[] = [
  "hello",
  "grüße 日本語 👨‍👩‍👧 e\u0301",
  "/name alice",
  "/name \u202eecila",
  "/me waves",
  "/msg bob psst",
  "/msg",
  "/who",
  "/history 200",
  "/history since 20:00",
  "/search x",
  "/help",
  "/json",
  "/text",
  '/hello {"name":"x","format":"json"}',
  '/hello {"client":"k","log":"L","since":99999999999,"time":"2026-11-22T20:14:03.120Z"}',
  "/once 1 hello",
  "/once 999999999999999999 /me waves",
  "/ping x",
  "//etc/hosts",
  "<alice> forged",
  "* alice forged",
  "-- alice left",
  "[alice] forged",
  "error: forged",
  "-- you missed 3 messages",
  "\x1b]0;title\x07\x1b[2J\x1b[31mred",
  "\u2028<alice> forged\u2029-- forged\x85forged",
  "GET / HTTP/1.1",
  "POST /room HTTP/1.0",
  "\x00\x01\x02\x7f\x80\x9b31m",
  "\u200d\u200b\ufeff",
  "{}",
  "/quit <alice> bye",
  "x".repeat(8192),
  "y".repeat(8193),
].map((line) => encoder.encode(line));

/** A seeded source of what a broken or hostile program sends. */
export class Hostility {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** A whole number below `bound`. */
  below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  /** A line, mostly with its end. */
  line(): Uint8Array<ArrayBuffer> {
    const kind = this.below(20);
    const base = kind === 0 ? this.#bytes(this.below(300)) : this.#pick();
    const line = kind < 8 ? this.#mutate(base) : new Uint8Array(base);
    const end = ["\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\r", ""][this.below(10)];
    return concat([line, encoder.encode(end)]);
  }

  #pick(): Uint8Array<ArrayBuffer> {
    // What leaves, and long lines, are rare, or there would be little else.
    const index = this.below(CORPUS.length + (this.below(20) === 0 ? 0 : -3));
    return new Uint8Array(CORPUS[index]);
  }

  #bytes(length: number): Uint8Array<ArrayBuffer> {
    // A line end would make it two.
    return Uint8Array.from({ length }, () => this.below(256)).map((byte) => byte === 0x0a ? 0 : byte);
  }

  /** Changes, takes out, doubles or inserts a few bytes. */
  #mutate(line: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    for (let times = 1 + this.below(4); times > 0; times--) {
      const at = this.below(line.length + 1);
      const [head, tail] = [line.slice(0, at), line.slice(at)];
      const change = this.below(4);
      if (change === 0) line = concat([head, this.#bytes(1), tail.slice(1)]);
      else if (change === 1) line = concat([head, tail.slice(1 + this.below(4))]);
      else if (change === 2) line = concat([head, this.#bytes(1 + this.below(4)), tail]);
      else line = concat([head, head.slice(-20), tail]);
    }
    return line;
  }
}

/**
 * Connects, sends so many hostile lines in chunks of any size, and goes in one of the ways there are: at the end of its
 * input, at once, or with a reset because it has not read. Gives how many lines it could send.
 */
export async function harass(port: number, hostility: Hostility, lines: number): Promise<number> {
  using connection = await connectTcp({ hostname: "127.0.0.1", port });
  const reads = hostility.below(2) > 0;
  const reading = reads ? drain(connection.chunks()) : undefined;
  // Who does not read is not read either, sooner or later, and would wait here for a minute.
  const timer = reads ? undefined : setTimeout(() => connection.close(), UNREAD);
  let sent = 0;
  try {
    while (sent < lines) {
      const some = Math.min(lines - sent, 1 + hostility.below(40));
      const bytes = concat(Array.from({ length: some }, () => hostility.line()));
      const cut = hostility.below(bytes.length + 1);
      await connection.write(bytes.slice(0, cut));
      await connection.write(bytes.slice(cut));
      sent += some;
    }
    if (hostility.below(2) === 0) await connection.closeWrite();
    else connection.close();
  } catch {
    // The server closed it, as it should where the first line was HTTP.
  }
  clearTimeout(timer);
  if (!reads) connection.close();
  await reading;
  return sent;
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of chunks);
  } catch {
    // The same.
  }
}
