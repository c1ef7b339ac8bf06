/**
 * Our frames against those of the library that most servers of Node use.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { FrameReader, ProtocolError } from "../../../lib/wire/websocket/frames.ts";
import { testWith } from "../../helpers/needs.ts";
import { seeded } from "../../helpers/numbers.ts";
import { clientFrame, OPCODES } from "../../helpers/websocket.ts";

const MAX_MESSAGE = 65536;

/** How many streams are tried; `FUZZ_STREAMS` makes it a long run. */
const STREAMS = Deno.permissions.querySync({ name: "env" }).state === "granted"
  ? Number(Deno.env.get("FUZZ_STREAMS") ?? 3000)
  : 0;

const TEXTS = ["", "hi", "grüße", "日本語 𝄞", "x".repeat(126), "y".repeat(700), "ÿ".repeat(33_000)];
const CODES = [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 999, 2000, 3000, 4999, 5000];

const encoder = new TextEncoder();
const latin1 = new TextDecoder("latin1");

/** A stream as a client could send it, most of it right. */
class Stream {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  /** Chunks of it, cut anywhere. */
  chunks(): Uint8Array<ArrayBuffer>[] {
    const all = concat(Array.from({ length: 1 + this.below(6) }, () => this.#part()));
    const chunks = [];
    for (let at = 0; at < all.length;) {
      const size = this.below(3) === 0 ? 1 + this.below(4) : 1 + this.below(2000);
      chunks.push(all.slice(at, at += size));
    }
    return chunks;
  }

  #part(): Uint8Array<ArrayBuffer> {
    const kind = this.below(10);
    if (kind < 5) return this.#message();
    if (kind < 7) return this.#frame(`ping${this.below(99)}`, OPCODES.ping, this.below(50) > 0);
    if (kind < 8) {
      return this.#frame("p".repeat(this.below(this.below(20) === 0 ? 300 : 20)), OPCODES.pong, true);
    }
    if (kind < 9) return this.#close();
    return Uint8Array.from({ length: this.below(30) }, () => this.below(256));
  }

  #message(): Uint8Array<ArrayBuffer> {
    const text = encoder.encode(TEXTS[this.below(TEXTS.length)]);
    if (this.below(20) === 0 && text.length > 0) text[this.below(text.length)] = this.below(256);
    const frames = [];
    let opcode: number = this.below(10) < 7 ? OPCODES.text : OPCODES.binary;
    for (let at = 0, left = this.below(4); left >= 0; left--) {
      const to = left === 0 ? text.length : at + this.below(text.length - at + 1);
      const odd = this.below(100) === 0;
      frames.push(this.#frame(text.subarray(at, to), odd ? this.below(16) : opcode, left === 0));
      if (this.below(5) === 0) frames.push(this.#frame("between", OPCODES.ping, true));
      opcode = OPCODES.continuation;
      at = to;
    }
    return concat(frames);
  }

  #close(): Uint8Array<ArrayBuffer> {
    const body = Uint8Array.from({ length: this.below(10) }, () => this.below(50) === 0 ? 200 : 65);
    if (body.length > 1) new DataView(body.buffer).setUint16(0, CODES[this.below(CODES.length)]);
    return this.#frame(body, OPCODES.close, true);
  }

  #frame(payload: string | Uint8Array, opcode: number, fin: boolean): Uint8Array<ArrayBuffer> {
    return clientFrame(payload, {
      opcode,
      fin: this.below(100) === 0 ? !fin : fin,
      reserved: this.below(100) === 0 ? 16 << this.below(3) : 0,
      masked: this.below(200) > 0,
      mask: [this.below(256), this.below(256), this.below(256), this.below(256)],
      lengthBytes: this.below(50) === 0 ? 8 : undefined,
    });
  }
}

/** What our reader makes of it; an error is `error`, with the code apart. */
function ours(chunks: Uint8Array[]): { seen: string[]; code?: number } {
  const seen: string[] = [];
  let parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    const reader = new FrameReader(MAX_MESSAGE);
    for (const received of chunks.map((chunk) => reader.push(chunk))) {
      for (const each of received) {
        if (each.kind === "close") seen.push(`close ${each.code}`);
        else if (each.kind === "text" || each.kind === "binary") {
          parts.push(each.bytes);
          if (!each.end) continue;
          seen.push(`${each.kind} ${latin1.decode(concat(parts))}`);
          parts = [];
        } else seen.push(`${each.kind} ${latin1.decode(each.bytes)}`);
      }
    }
    return { seen };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { seen: [...seen, "error"], code: error.code };
  }
}

/** What theirs makes of it. */
async function theirs(Receiver: ReturnType<typeof JSON.parse>, chunks: Uint8Array[]): Promise<string[]> {
  const seen: string[] = [];
  const ended = Promise.withResolvers<void>();
  const receiver = new Receiver({ isServer: true, maxPayload: MAX_MESSAGE, allowSynchronousEvents: true });
  receiver.on(
    "message",
    (data: Uint8Array, binary: boolean) => seen.push(`${binary ? "binary" : "text"} ${latin1.decode(data)}`),
  );
  receiver.on("ping", (data: Uint8Array) => seen.push(`ping ${latin1.decode(data)}`));
  receiver.on("pong", (data: Uint8Array) => seen.push(`pong ${latin1.decode(data)}`));
  receiver.on("conclude", (code: number) => (seen.push(`close ${code}`), ended.resolve()));
  receiver.on("error", () => (seen.push("error"), ended.resolve()));
  const { Buffer } = await import("node:buffer");
  const written = chunks.map((chunk) =>
    new Promise<void>((resolve) => receiver.write(Buffer.from(chunk), () => resolve()))
  );
  await Promise.race([Promise.all(written), ended.promise]);
  return seen;
}

testWith(["env"], "FrameReader makes of random streams what the library ws makes of them", async () => {
  const { Receiver } = await import("ws");
  let errors = 0;
  let late = 0;
  for (let seed = 1; seed <= STREAMS; seed++) {
    const chunks = new Stream(seed).chunks();
    const mine = ours(chunks);
    const other = await theirs(Receiver, chunks);
    errors += Number(mine.code !== undefined);
    if (JSON.stringify(mine.seen) === JSON.stringify(other)) continue;
    // Ours refuses text that is not UTF-8 as soon as it comes, theirs at the end of the message.
    assertEquals(mine.code, 1007, `seed ${seed}: ${JSON.stringify([mine.seen, other]).slice(0, 2000)}`);
    assertEquals(mine.seen.slice(0, -1), other.slice(0, mine.seen.length - 1), `seed ${seed}`);
    late++;
  }
  assert(errors > STREAMS / 20 && late < STREAMS / 50, `${errors} errors, ${late} late ones`);
});
