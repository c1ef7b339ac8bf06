/**
 * HTTP as a server reads and writes it whose connections carry one request each: a strict, bounded reader of heads, and
 * answers. Since nothing that follows a head is ever taken for another request, nothing can be smuggled in.
 *
 * @module
 */
import type { Connection } from "./connection.ts";
import { RewoundConnection } from "./rewound.ts";

/** As much as most heads have. */
const FIRST_BYTES = 1024;

/** How much of an answer must be taken in how many milliseconds. */
const SLICE_BYTES = 64 * 1024;
const SLICE_TIMEOUT_MS = 10_000;

const LF = 0x0a;
const CR = 0x0d;

/** A name of a method or a header (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A path, and perhaps a query: the only form of a target that there is here, besides `*`. */
const TARGET = /^(?:\/[\x21\x22\x24-\x7e]*|\*)$/;

/** What a value may not hold: controls, but tabs. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** Headers that mean something once: two of one of them are a trick, or a mistake. */
const SINGLE = new Set([
  "authorization",
  "content-length",
  "content-range",
  "host",
  "idempotency-key",
  "last-event-id",
  "origin",
  "parley-identity",
  "range",
  "sec-websocket-key",
  "sec-websocket-version",
  "transfer-encoding",
]);

/** The head of a request. */
export interface RequestHead {
  /** As it was written: methods are upper case. */
  method: string;
  /** What is asked for: the path and the query, as they were written. */
  target: string;
  /** The part of the target before the query. */
  path: string;
  /** The fields of the query. */
  query: URLSearchParams;
  /** The version of HTTP that its sender speaks. */
  version: "1.0" | "1.1";
  /** By name in lower case. */
  headers: ReadonlyMap<string, string>;
  /** The length of the body, in bytes; undefined if there is none. */
  bodyLength?: number;
}

/** What a request is answered with. */
export interface Answer {
  /** The status code. */
  status: number;
  /** The headers, besides those that every answer has. */
  headers?: Readonly<Record<string, string>>;
  /** The body; a text is encoded as UTF-8. */
  body: string | Uint8Array;
}

/** Why a request is not carried out, in a sentence for whoever sent it. */
export class HttpError extends Error {
  /** The status code of the answer. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Readonly<Record<string, string>>;

  /** See {@linkcode Answer}. */
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.headers = headers;
  }
}

/** How much of a head is read. */
export interface HeadLimits {
  /** The longest head, in bytes, with its empty line. */
  maxBytes: number;
  /** How long, in milliseconds, it may take. */
  timeoutMs: number;
}

/**
 * Reads the head of a request. What came behind it can be read from the connection afterwards.
 *
 * @throws {HttpError} if it is none, too long, or does not come in time
 */
export async function readHead(
  connection: RewoundConnection,
  { maxBytes, timeoutMs }: HeadLimits,
): Promise<RequestHead> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new HttpError(408, `the request did not come within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const chunks = connection.chunks();
  let head = new Uint8Array(Math.min(FIRST_BYTES, maxBytes));
  try {
    for (let size = 0;;) {
      const next = chunks.next();
      next.catch(() => {});
      const { value, done } = await Promise.race([next, late.promise]);
      if (done) throw new HttpError(400, "the request ended within its head");
      const part = value.subarray(0, maxBytes - size);
      if (size + part.length > head.length) head = grown(head, Math.min(4 * (size + part.length), maxBytes));
      head.set(part, size);
      const searched = Math.max(0, size - 3);
      size += part.length;
      const end = endOfHead(head.subarray(0, size), searched);
      if (end === -1) {
        if (size < maxBytes) continue;
        throw new HttpError(431, `the head of a request may have ${maxBytes} bytes at most`);
      }
      connection.putBack(value.slice(part.length - (size - end)));
      return parseHead(head.subarray(0, end));
    }
  } finally {
    clearTimeout(timer);
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

/** Where a head ends, behind its empty line; -1 if it does not. It is looked for from `start` on. */
export function endOfHead(bytes: Uint8Array, start = 0): number {
  for (let i = bytes.indexOf(LF, start); i !== -1; i = bytes.indexOf(LF, i + 1)) {
    if (bytes[i + 1] === LF) return i + 2;
    if (bytes[i + 1] === CR && bytes[i + 2] === LF) return i + 3;
  }
  return -1;
}

/**
 * Parses the head of a request, with its empty line.
 *
 * @throws {HttpError} if anything in it is not as it must be
 */
export function parseHead(bytes: Uint8Array): RequestHead {
  // One character for each byte: what is not ASCII is refused in the target, and passed over elsewhere.
  const lines = latin1(bytes).split(/\r?\n/).slice(0, -2);
  const [method, target, protocol, ...more] = lines[0].split(" ");
  if (!/^HTTP\/1\.[01]$/.test(protocol ?? "") || more.length > 0 || !TOKEN.test(method)) {
    throw new HttpError(400, "the first line of the request is none of HTTP");
  }
  if (!TARGET.test(target)) {
    throw new HttpError(400, "the target of the request must be a path, such as /");
  }
  const headers = parseHeaders(lines.slice(1));
  const query = target.indexOf("?");
  return {
    method,
    target,
    path: query === -1 ? target : target.slice(0, query),
    query: new URLSearchParams(query === -1 ? "" : target.slice(query)),
    version: protocol.endsWith("1") ? "1.1" : "1.0",
    headers,
    bodyLength: bodyLength(headers),
  };
}

function parseHeaders(lines: string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    if (!TOKEN.test(name) || CONTROL.test(value)) throw new HttpError(400, "a line of the head is no header");
    const before = headers.get(name);
    if (before !== undefined && SINGLE.has(name)) {
      throw new HttpError(name === "host" ? 421 : 400, `the request has more than one ${name}`);
    }
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** The length of the body, which must be told in one way only. */
function bodyLength(headers: ReadonlyMap<string, string>): number | undefined {
  const length = headers.get("content-length");
  if (headers.has("transfer-encoding")) {
    if (length !== undefined) throw new HttpError(400, "the request tells the length of its body twice");
    throw new HttpError(411, "the request must tell the length of its body: Content-Length");
  }
  if (length === undefined) return;
  if (!/^\d{1,15}$/.test(length)) throw new HttpError(400, "Content-Length is no number");
  return Number(length);
}

/** Whether a header that lists words holds this one, which is in lower case. */
export function hasWord(head: RequestHead, name: string, word: string): boolean {
  const words = head.headers.get(name)?.toLowerCase().split(",") ?? [];
  return words.some((one) => one.trim() === word);
}

const REASONS: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  307: "Temporary Redirect",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  411: "Length Required",
  421: "Misdirected Request",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** The bytes of a head. */
export function formatHead(
  status: number,
  headers: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return encoder.encode(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join("")}\r\n`);
}

/**
 * Writes an answer, which is the last thing on its connection; without its body if the method was HEAD. A peer that takes
 * less than 64 KiB of it in 10 s is closed.
 *
 * @throws if the connection broke or was closed
 */
export async function writeAnswer(
  connection: Connection,
  { status, headers, body }: Answer,
  method = "GET",
): Promise<void> {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const head = formatHead(status, {
    Date: new Date().toUTCString(),
    ...headers,
    "Content-Length": `${bytes.length}`,
    Connection: "close",
  });
  const whole = new Uint8Array(head.length + (method === "HEAD" ? 0 : bytes.length));
  whole.set(head);
  if (method !== "HEAD") whole.set(bytes, head.length);
  for (let at = 0; at < whole.length; at += SLICE_BYTES) {
    const late = setTimeout(() => connection.close(), SLICE_TIMEOUT_MS);
    await connection.write(whole.subarray(at, at + SLICE_BYTES)).finally(() => clearTimeout(late));
  }
}

const encoder = new TextEncoder();

/** A text with one character for each byte. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}
