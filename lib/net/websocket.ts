/**
 * WebSocket (RFC 6455) over a connection whose peer has asked for it. Lines go in messages of text: each message that
 * comes carries whole lines, so that its end ends a line, and each one that is written does.
 *
 * @module
 */
import {
  CLOSE_CODES,
  closeFrame,
  FrameReader,
  pongFrame,
  ProtocolError,
  type Received,
  textFrame,
} from "../wire/websocket/frames.ts";
import type { Connection, Framing } from "./connection.ts";
import { formatHead, hasWord, HttpError, type RequestHead } from "./http.ts";

/** What the key of a handshake is hashed with (section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const LF = 0x0a;

const NOTHING = new Uint8Array(0);

/** A message of text around lines. */
const FRAMING: Framing = { wrap: textFrame };

/**
 * Answers the request for a WebSocket and returns the connection that it has become. `maxMessage`: the longest message,
 * in bytes, that is taken.
 *
 * @throws {HttpError} if the request is not one for a WebSocket
 */
export async function acceptWebSocket(
  connection: Connection,
  head: RequestHead,
  { maxMessage }: { maxMessage: number },
): Promise<Connection> {
  const accept = await acceptKey(head);
  await connection.write(formatHead(101, {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": accept,
  }));
  return new WebSocketConnection(connection, maxMessage);
}

/**
 * Checks a request for a WebSocket, and returns the value of `Sec-WebSocket-Accept`.
 *
 * @throws {HttpError} if it is none
 */
export async function acceptKey(head: RequestHead): Promise<string> {
  const upgrades = hasWord(head, "upgrade", "websocket") && hasWord(head, "connection", "upgrade");
  if (!upgrades || head.version !== "1.1") {
    throw new HttpError(426, "this is for WebSockets: ask for an upgrade", {
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
    });
  }
  if (head.headers.get("sec-websocket-version") !== "13") {
    throw new HttpError(426, "this speaks version 13 of WebSocket only", { "Sec-WebSocket-Version": "13" });
  }
  const key = head.headers.get("sec-websocket-key") ?? "";
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) {
    throw new HttpError(400, "a request for a WebSocket needs a key: Sec-WebSocket-Key");
  }
  const hash = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return new Uint8Array(hash).toBase64();
}

/** A connection that carries lines in WebSocket messages. */
class WebSocketConnection implements Connection {
  readonly peer: string;
  readonly local: string;
  readonly encrypted: boolean;
  readonly framing: Framing = FRAMING;
  readonly #connection: Connection;
  readonly #reader: FrameReader;
  /** Whether the message that has begun has text behind its last line end. */
  #unended = false;
  /** The answer to the last ping, until it is written: earlier ones need none (section 5.5.3). */
  #pong?: Uint8Array;
  /** A pong that is being written. */
  #answering?: Promise<void>;
  #writing = false;
  /** What the connection is closed with: what the peer closed it with, or what it did wrong. */
  #code: number = CLOSE_CODES.normal;
  #broken = false;
  #closing = false;
  #overhead = 0;

  constructor(connection: Connection, maxMessage: number) {
    this.peer = connection.peer;
    this.local = connection.local;
    this.encrypted = connection.encrypted ?? false;
    this.#connection = connection;
    this.#reader = new FrameReader(maxMessage);
  }

  get stalledSince(): number | undefined {
    return this.#connection.stalledSince;
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  /** Throws also if the connection ends without being closed as it must be. */
  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for await (const chunk of this.#connection.chunks()) {
        let text = false;
        for (const received of this.#reader.push(chunk)) {
          const lines = this.#take(received);
          if (received.kind === "close") return;
          if (lines.length > 0) {
            text = true;
            yield lines;
          }
        }
        // So that whoever reads notices what has come besides text.
        if (!text && this.#overhead > 0) yield NOTHING;
        this.#answer();
        await this.#answering;
      }
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.#code = error.code;
        this.#broken = true;
      }
      throw error;
    }
    throw new Deno.errors.UnexpectedEof("the connection ended without a close frame");
  }

  takeOverhead(): number {
    const overhead = this.#overhead;
    this.#overhead = 0;
    return overhead;
  }

  /** The text of what was received, each message with a line end behind it. */
  #take(received: Received): Uint8Array<ArrayBuffer> {
    switch (received.kind) {
      case "text":
        return this.#takeText(received.bytes, received.end);
      case "binary":
        throw new ProtocolError(CLOSE_CODES.unsupported, "binary messages are not taken");
      case "close":
        this.#code = received.code;
        return NOTHING;
      case "ping":
        this.#pong = pongFrame(received.bytes);
    }
    this.#overhead += 1 + received.bytes.length;
    return NOTHING;
  }

  #takeText(bytes: Uint8Array<ArrayBuffer>, end: boolean): Uint8Array<ArrayBuffer> {
    if (bytes.length === 0 && !end) this.#overhead++;
    if (bytes.length > 0) this.#unended = bytes[bytes.length - 1] !== LF;
    else if (end && !this.#unended) this.#overhead++;
    if (!end || !this.#unended) return bytes;
    this.#unended = false;
    const ended = new Uint8Array(bytes.length + 1);
    ended.set(bytes);
    ended[bytes.length] = LF;
    return ended;
  }

  /** Writes the answer to the last ping, as soon as no other frame is being written. */
  #answer(): void {
    if (this.#pong === undefined || this.#writing || this.#closing || this.#answering !== undefined) return;
    const pong = this.#pong;
    this.#pong = undefined;
    this.#answering = this.#connection.write(pong).catch(() => {}).then(() => {
      this.#answering = undefined;
      this.#answer();
    });
  }

  async write(frames: Uint8Array): Promise<void> {
    while (this.#answering !== undefined) await this.#answering;
    this.#writing = true;
    try {
      await this.#connection.write(frames);
    } finally {
      this.#writing = false;
    }
    this.#answer();
  }

  /**
   * Sends the close frame: as the answer to the peer's, or first. What the peer sends after it broke the protocol is
   * passed over, for closing with unread input would take the frame away from it.
   */
  async closeWrite(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#answering;
    if (this.#writing) throw new Deno.errors.Interrupted("a frame is still being written");
    await this.#connection.write(closeFrame(this.#code));
    await this.#connection.closeWrite();
    if (!this.#broken) return;
    for await (const _ of this.#connection.chunks());
  }

  close(): void {
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
