/**
 * What a WebSocket client sends, written by hand, so that it can also be wrong.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";

/** The opcodes of RFC 6455. */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** How a frame of a client differs from an ordinary one. */
export interface FrameOptions {
  opcode?: number;
  fin?: boolean;
  /** Bits of the first byte that only extensions use. */
  reserved?: number;
  masked?: boolean;
  mask?: [number, number, number, number];
  /** How many bytes the length takes: as few as can be, 2 or 8. */
  lengthBytes?: 0 | 2 | 8;
  /** What the frame says its length is. */
  length?: number | bigint;
}

const encoder = new TextEncoder();

/** A frame as a client sends it. */
export function clientFrame(
  payload: string | Uint8Array,
  options: FrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : new Uint8Array(payload);
  const { opcode = OPCODES.text, fin = true, reserved = 0, masked = true, mask = [1, 2, 3, 4] } = options;
  const { length = bytes.length } = options;
  const lengthBytes = options.lengthBytes ?? (length < 126 ? 0 : length < 65536 ? 2 : 8);
  const head = new Uint8Array(2 + lengthBytes);
  const view = new DataView(head.buffer);
  head[0] = (fin ? 0x80 : 0) | reserved | opcode;
  head[1] = (masked ? 0x80 : 0) | (lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, Number(length));
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  if (!masked) return concat([head, bytes]);
  return concat([head, Uint8Array.from(mask), bytes.map((byte, i) => byte ^ mask[i & 3])]);
}

/** The head of a request for a WebSocket. */
export function handshake(host: string, headers: Record<string, string | undefined> = {}): string {
  const all: Record<string, string | undefined> = {
    Host: host,
    Upgrade: "websocket",
    Connection: "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== undefined);
  return `GET /chat HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** A frame that a server has sent. */
export interface ServerFrame {
  opcode: number;
  payload: Uint8Array;
  /** Where it ends, which may be behind what there is. */
  end: number;
}

/** The frames that a server has sent; of the last one perhaps not all. */
export function serverFrames(bytes: Uint8Array): ServerFrame[] {
  const frames = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const short = bytes[at + 1] & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (at + head > bytes.length) break;
    const length = head === 2 ? short : head === 4 ? view.getUint16(2) : Number(view.getBigUint64(2));
    const end = at + head + length;
    frames.push({ opcode: bytes[at] & 0x0f, payload: bytes.subarray(at + head, end), end });
    at = end;
  }
  return frames;
}
