/**
 * WebSocket frames (RFC 6455) as a server reads and writes them, without extensions. Pure: bytes in, bytes out.
 *
 * @module
 */

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** The last frame of a message. */
const FIN = 0x80;
/** Bits that only extensions use. */
const RESERVED = 0x70;
const MASKED = 0x80;
const MASK_BYTES = 4;
/** The longest payload of a control frame, and the longest length that the second byte holds. */
const MAX_SHORT = 125;
/** In place of a length: two or eight bytes of it follow. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Why a connection is closed, as the peer is told (RFC 6455, section 7.4.1). */
export const CLOSE_CODES = {
  normal: 1000,
  protocolError: 1002,
  unsupported: 1003,
  /** The close frame had no code; never sent. */
  none: 1005,
  invalidText: 1007,
  tooLong: 1009,
} as const;

/** The peer broke the protocol. */
export class ProtocolError extends Error {
  /** What the connection is to be closed with: one of {@linkcode CLOSE_CODES}. */
  readonly code: number;

  /** See {@linkcode ProtocolError.code}. */
  constructor(code: number, message: string) {
    super(message);
    this.name = "ProtocolError";
    this.code = code;
  }
}

/**
 * What a peer has sent: a part of a message, `end` being true with its last part, which may be empty; or a control frame.
 * Text is valid UTF-8 when its parts are put together. The `code` of a close frame without one is `CLOSE_CODES.none`.
 */
export type Received =
  | { kind: "text" | "binary"; bytes: Uint8Array<ArrayBuffer>; end: boolean }
  | { kind: "ping" | "pong"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "close"; code: number };

/** A whole message of text. The same frame can be sent to any number of peers. */
export function textFrame(text: Uint8Array): Uint8Array<ArrayBuffer> {
  return frame(TEXT, text);
}

/** A whole binary message. */
export function binaryFrame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return frame(BINARY, bytes);
}

/** The answer to a ping with these bytes. */
export function pongFrame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return frame(PONG, bytes);
}

/** The last frame of a connection. */
export function closeFrame(code: number): Uint8Array<ArrayBuffer> {
  return frame(CLOSE, code === CLOSE_CODES.none ? new Uint8Array(0) : Uint8Array.of(code >> 8, code & 0xff));
}

function frame(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const head = length <= MAX_SHORT ? 2 : length <= 0xffff ? 4 : 10;
  const bytes = new Uint8Array(head + length);
  bytes[0] = FIN | opcode;
  const view = new DataView(bytes.buffer);
  if (head === 2) bytes[1] = length;
  else if (head === 4) {
    bytes[1] = LENGTH_16;
    view.setUint16(2, length);
  } else {
    bytes[1] = LENGTH_64;
    view.setBigUint64(2, BigInt(length));
  }
  bytes.set(payload, head);
  return bytes;
}

/** The head of a frame of which not all has come. */
interface Head {
  opcode: number;
  fin: boolean;
  mask: Uint8Array;
  /** How many bytes of the payload have come, and how many are to come. */
  taken: number;
  left: number;
}

/**
 * Takes apart what a client sends, however the bytes were cut. It keeps a head and a control frame at most, and of a
 * message nothing, so its memory is bounded whatever arrives.
 */
export class FrameReader {
  readonly #maxMessage: number;
  readonly #head = new Uint8Array(2 + 8 + MASK_BYTES);
  #headSize = 0;
  #frame?: Head;
  /** The payload of a control frame; made with the first one. */
  #control?: Uint8Array;
  /** The message that has begun and not ended: its kind, and how many bytes its frames announced. */
  #message?: "text" | "binary";
  #messageSize = 0;
  #utf8?: TextDecoder;
  #closed = false;

  /** `maxMessage`: the longest message, in bytes, that is taken. */
  constructor(maxMessage: number) {
    this.#maxMessage = maxMessage;
  }

  /**
   * What this chunk completes. After a close frame nothing more is returned.
   *
   * @throws {ProtocolError} if the peer broke the protocol; the reader is of no use afterwards
   */
  *push(chunk: Uint8Array): Generator<Received, void> {
    for (let at = 0; !this.#closed;) {
      if (this.#frame === undefined) {
        at = this.#readHead(chunk, at);
        if (this.#frame === undefined) return;
      }
      const frame: Head = this.#frame;
      const part = unmask(frame, chunk.slice(at, at + frame.left));
      at += part.length;
      if (frame.opcode >= CLOSE) this.#keep(part, frame);
      if (frame.left === 0) this.#frame = undefined;
      else if (part.length === 0) return;
      if (frame.opcode < CLOSE) yield this.#takeData(frame, part);
      else if (frame.left === 0) yield this.#takeControl(frame);
    }
  }

  /** Reads what there is of a head; returns where the payload begins. */
  #readHead(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length) {
      this.#head[this.#headSize++] = chunk[at++];
      if (this.#headSize === 2) this.#checkStart();
      if (this.#headSize < 2 || this.#headSize < this.#wholeHead) continue;
      this.#begin();
      break;
    }
    return at;
  }

  /** The size of the head that has begun, once its second byte is there. */
  get #wholeHead(): number {
    const length = this.#head[1] & ~MASKED;
    return 2 + (length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0) + MASK_BYTES;
  }

  #checkStart(): void {
    const [first, second] = this.#head;
    const opcode = first & 0x0f;
    if ((first & RESERVED) !== 0) fail("a reserved bit is set");
    if ((second & MASKED) === 0) fail("a frame is not masked");
    if (opcode >= CLOSE) {
      if (opcode > PONG) fail("a control frame is of no known kind");
      if ((first & FIN) === 0) fail("a control frame is fragmented");
      if ((second & ~MASKED) > MAX_SHORT) fail("a control frame is too long");
    } else if (opcode > BINARY) fail("a frame is of no known kind");
    else if (opcode === CONTINUATION && this.#message === undefined) fail("nothing is there to be continued");
    else if (opcode !== CONTINUATION && this.#message !== undefined) {
      fail("a message begins within another one");
    }
  }

  #begin(): void {
    const head = this.#head;
    const view = new DataView(head.buffer);
    const short = head[1] & ~MASKED;
    const left = short === LENGTH_16
      ? view.getUint16(2)
      : short === LENGTH_64
      ? Number(view.getBigUint64(2))
      : short;
    const opcode = head[0] & 0x0f;
    if (opcode < CLOSE) {
      this.#messageSize += left;
      if (this.#messageSize > this.#maxMessage) {
        throw new ProtocolError(CLOSE_CODES.tooLong, `a message has more than ${this.#maxMessage} bytes`);
      }
      if (opcode !== CONTINUATION) this.#message = opcode === TEXT ? "text" : "binary";
    }
    const mask = head.slice(this.#headSize - MASK_BYTES, this.#headSize);
    this.#headSize = 0;
    this.#frame = { opcode, fin: (head[0] & FIN) !== 0, mask, taken: 0, left };
  }

  #takeData({ fin, left }: Head, bytes: Uint8Array<ArrayBuffer>): Received {
    const kind = this.#message!;
    const end = fin && left === 0;
    if (kind === "text") this.#checkText(bytes, end);
    if (end) {
      this.#message = undefined;
      this.#messageSize = 0;
    }
    return { kind, bytes, end };
  }

  /** Checks as much as there is, so that a bad byte ends the connection before the rest of a long message comes. */
  #checkText(bytes: Uint8Array<ArrayBuffer>, end: boolean): void {
    try {
      if (this.#utf8 === undefined && end) return void UTF8.decode(bytes);
      this.#utf8 ??= new TextDecoder("utf-8", { fatal: true });
      this.#utf8.decode(bytes, { stream: !end });
      if (end) this.#utf8 = undefined;
    } catch {
      throw new ProtocolError(CLOSE_CODES.invalidText, "a message of text is not UTF-8");
    }
  }

  #keep(part: Uint8Array, { taken }: Head): void {
    this.#control ??= new Uint8Array(MAX_SHORT);
    this.#control.set(part, taken - part.length);
  }

  #takeControl({ opcode, taken }: Head): Received {
    const bytes = this.#control!.slice(0, taken);
    if (opcode !== CLOSE) return { kind: opcode === PING ? "ping" : "pong", bytes };
    this.#closed = true;
    return { kind: "close", code: closeCode(bytes) };
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

function fail(why: string): never {
  throw new ProtocolError(CLOSE_CODES.protocolError, why);
}

/** Takes the mask off the next bytes of a payload, in place. */
function unmask(frame: Head, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { mask, taken } = frame;
  for (let i = 0; i < bytes.length; i++) bytes[i] ^= mask[(taken + i) & 3];
  frame.taken += bytes.length;
  frame.left -= bytes.length;
  return bytes;
}

/** The code in a close frame. Some numbers must not travel, and others mean nothing yet (section 7.4.2). */
function closeCode(bytes: Uint8Array): number {
  if (bytes.length === 0) return CLOSE_CODES.none;
  const code = bytes[0] << 8 | bytes[1];
  const known = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  if (bytes.length === 1 || !(known || (code >= 3000 && code <= 4999))) fail("a close code is not valid");
  try {
    UTF8.decode(bytes.subarray(2));
  } catch {
    throw new ProtocolError(CLOSE_CODES.invalidText, "the reason for closing is not UTF-8");
  }
  return code;
}
