import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes/concat";
import {
  binaryFrame,
  closeFrame,
  FrameReader,
  pongFrame,
  ProtocolError,
  textFrame,
} from "../../../lib/wire/websocket/frames.ts";
import { seeded } from "../../helpers/numbers.ts";
import { clientFrame, type FrameOptions, OPCODES, serverFrames } from "../../helpers/websocket.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a reader makes of these chunks: whole messages, and what ended it. */
function read(chunks: Uint8Array[], max = 1000): string[] {
  const reader = new FrameReader(max);
  const seen: string[] = [];
  let parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (const chunk of chunks) {
      for (const received of reader.push(chunk)) {
        if (received.kind === "close") seen.push(`close ${received.code}`);
        else if (received.kind === "text" || received.kind === "binary") {
          parts.push(received.bytes);
          if (!received.end) continue;
          seen.push(`${received.kind} ${decoder.decode(concat(parts))}`);
          parts = [];
        } else seen.push(`${received.kind} ${decoder.decode(received.bytes)}`);
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    seen.push(`error ${error.code}`);
  }
  return seen;
}

const WHOLE: [what: string, frames: Uint8Array<ArrayBuffer>[], seen: string[]][] = [
  ["a message", [clientFrame("hello")], ["text hello"]],
  ["an empty message", [clientFrame("")], ["text "]],
  ["messages of every size of length", [
    clientFrame("x".repeat(125)),
    clientFrame("x".repeat(126)),
    clientFrame("x".repeat(70_000)),
  ], [125, 126, 70_000].map((n) => `text ${"x".repeat(n)}`)],
  ["fragments, with a ping between them", [
    clientFrame("gr", { fin: false }),
    clientFrame("p", { opcode: OPCODES.ping }),
    clientFrame("üß", { opcode: OPCODES.continuation, fin: false }),
    clientFrame("e", { opcode: OPCODES.continuation }),
  ], ["ping p", "text grüße"]],
  ["fragments that are empty", [
    clientFrame("", { fin: false }),
    clientFrame("", { opcode: OPCODES.continuation, fin: false }),
    clientFrame("", { opcode: OPCODES.continuation }),
  ], ["text "]],
  ["a binary message", [clientFrame("b", { opcode: OPCODES.binary })], ["binary b"]],
  ["a close frame, and nothing after it", [
    clientFrame(Uint8Array.of(0x03, 0xe8), { opcode: OPCODES.close }),
    clientFrame("late"),
  ], ["close 1000"]],
  ["a close frame without a code", [clientFrame("", { opcode: OPCODES.close })], ["close 1005"]],
];

for (const [what, frames, seen] of WHOLE) {
  Deno.test(`FrameReader reads ${what}, however it is cut`, () => {
    const bytes = concat(frames);
    assertEquals(read([bytes], 100_000), seen);
    assertEquals(read(Array.from(bytes, (byte) => Uint8Array.of(byte)), 100_000), seen);
  });
}

const close = (...bytes: number[]) => clientFrame(Uint8Array.from(bytes), { opcode: OPCODES.close });

const BROKEN: [what: string, frames: Uint8Array<ArrayBuffer>[], code: number][] = [
  ["is not masked", [clientFrame("x", { masked: false })], 1002],
  ["has a reserved bit", [clientFrame("x", { reserved: 0x40 })], 1002],
  ["is of an unknown kind", [clientFrame("x", { opcode: 3 })], 1002],
  ["is a control frame of an unknown kind", [clientFrame("x", { opcode: 11 })], 1002],
  ["is a fragmented ping", [clientFrame("x", { opcode: OPCODES.ping, fin: false })], 1002],
  ["is a ping of 126 bytes", [clientFrame("x".repeat(126), { opcode: OPCODES.ping })], 1002],
  ["continues nothing", [clientFrame("x", { opcode: OPCODES.continuation })], 1002],
  ["begins within a message", [clientFrame("x", { fin: false }), clientFrame("y")], 1002],
  ["closes with half a code", [close(3)], 1002],
  ["closes with a code that must not travel", [close(0x03, 0xed)], 1002],
  ["closes with a code that means nothing", [close(0x07, 0xd0)], 1002],
  ["closes with a reason that is not UTF-8", [close(0x03, 0xe8, 0xff)], 1007],
  ["is text that is not UTF-8", [clientFrame(Uint8Array.of(0xc3, 0x28))], 1007],
  ["ends in the middle of a character", [clientFrame(Uint8Array.of(0xc3))], 1007],
  ["holds half a pair of UTF-16", [clientFrame(Uint8Array.of(0xed, 0xa0, 0x80))], 1007],
  ["announces more than a message may have", [clientFrame("", { length: 1001 })], 1009],
  ["announces 2⁶³ bytes", [clientFrame("", { length: 2n ** 63n, lengthBytes: 8 })], 1009],
  ["makes a message too long", [
    clientFrame("x".repeat(600), { fin: false }),
    clientFrame("", { opcode: OPCODES.continuation, length: 401 }),
  ], 1009],
];

for (const [what, frames, code] of BROKEN) {
  Deno.test(`FrameReader refuses with ${code} what ${what}`, () => {
    assertEquals(read([concat(frames)]).at(-1), `error ${code}`);
    assertEquals(read([clientFrame("before"), ...frames]), ["text before", `error ${code}`]);
  });
}

Deno.test("FrameReader refuses text that is not UTF-8 before the rest of the message comes", () => {
  const reader = new FrameReader(1000);
  const half = clientFrame(Uint8Array.of(0x61, 0xff), { length: 900 });
  assertThrows(() => [...reader.push(half)], ProtocolError, "UTF-8");
});

Deno.test("frames of the server are not masked, and as short as they can be", () => {
  for (const length of [0, 1, 125, 126, 65535, 65536, 100_000]) {
    const text = encoder.encode("x".repeat(length));
    const frame = textFrame(text);
    assertEquals(frame.length - length, length < 126 ? 2 : length < 65536 ? 4 : 10);
    assertEquals(serverFrames(frame), [{ opcode: OPCODES.text, payload: text, end: frame.length }]);
  }
  const all = concat([
    binaryFrame(Uint8Array.of(1)),
    pongFrame(Uint8Array.of(2)),
    closeFrame(1001),
    closeFrame(1005),
  ]);
  assertEquals(serverFrames(all).map(({ opcode, payload }) => [opcode, ...payload]), [
    [OPCODES.binary, 1],
    [OPCODES.pong, 2],
    [OPCODES.close, 0x03, 0xe9],
    [OPCODES.close],
  ]);
});

Deno.test("FrameReader reads any messages in any fragments, cut in any way, as they were sent", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed);
    const below = (bound: number) => Math.floor(random() * bound);
    const sent: string[] = [];
    const frames: Uint8Array<ArrayBuffer>[] = [];
    for (let i = 0; i < 1 + below(5); i++) {
      const text = ["", "hi", "grüße 日本語 𝄞", "y".repeat(700)][below(4)];
      const bytes = encoder.encode(text);
      const kind = below(4) === 0 ? "binary" : "text";
      sent.push(`${kind} ${text}`);
      for (let at = 0, first = true, fin = false; !fin; first = false) {
        const to = at + below(bytes.length - at + 1);
        fin = to === bytes.length;
        const opcode = first ? OPCODES[kind] : OPCODES.continuation;
        frames.push(
          clientFrame(bytes.subarray(at, to), { opcode, fin, mask: [below(256), 7, below(256), 0] }),
        );
        at = to;
      }
    }
    const all = concat(frames);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < all.length;) chunks.push(all.subarray(at, at += 1 + below(400)));
    assertEquals(read(chunks, 4000), sent, `seed ${seed}`);
  }
});

Deno.test("FrameReader takes any bytes without failing otherwise than as it says, and keeps little", () => {
  let errors = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const random = seeded(seed);
    const options: FrameOptions = { opcode: Math.floor(random() * 16), fin: random() < 0.7 };
    const bytes = concat([
      clientFrame("abc", options),
      Uint8Array.from({ length: 60 }, () => Math.floor(random() * 256)),
    ]);
    errors += Number(read([bytes]).at(-1)?.startsWith("error") ?? false);
  }
  assert(errors > 1000, `${errors} were refused`);
});
