/**
 * Detects the protocol of a connection by its first bytes or its first line. Pure: what follows from it is the caller's
 * decision.
 *
 * @module
 */

/** A protocol that is not the chat's. */
export type Protocol = "tls" | "http" | "other";

/** How a protocol begins. */
interface Signature {
  readonly protocol: Protocol;
  /** Matches the first line, without its end. */
  readonly line: RegExp;
  /** Whether it also matches a line that has not ended. */
  readonly early?: boolean;
}

/** A NUL and one more character that is typed by nobody and is not in UTF-8. */
// deno-lint-ignore no-control-regex
const BINARY = /^(?=[^\0]*\0)(?:[^\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]*[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]){2}/;

/**
 * The one table of protocols. Nearly all binary ones have NULs among other characters that nobody types: DNS, RPC, SMB,
 * Kerberos, LDAP, RDP, SOCKS, X11, MQTT, AMQP and the databases. The binary PROXY header begins with two empty lines and
 * a line of one NUL.
 */
const SIGNATURES: readonly Signature[] = [
  // The first byte of a TLS record that begins a handshake (RFC 8446, section 5.1).
  // deno-lint-ignore no-control-regex
  { protocol: "tls", line: /^\x16/, early: true },
  { protocol: "other", line: /^\0+$/ },
  { protocol: "other", line: BINARY, early: true },
  // deno-lint-ignore no-control-regex
  { protocol: "other", line: /^\x13BitTorrent protocol/, early: true },
  // LPD: a command and a queue (RFC 1179, section 5).
  // deno-lint-ignore no-control-regex
  { protocol: "other", line: /^[\x01-\x05][\w.-]+( |$)/ },
  // DistCC.
  { protocol: "other", line: /^DIST\d{8}ARG[CV]/, early: true },
  { protocol: "http", line: /^[A-Z]+(-[A-Z]+)* \S+ HTTP\/1\.[01]$/ },
  // HTTP/2's preface, RTSP, SIP, ICAP: a method, a target and a version.
  { protocol: "other", line: /^[A-Z]+([-_][A-Z]+)* \S+ [A-Z]+\/\d+(\.\d+)?$/ },
  // An answer of one of these.
  { protocol: "other", line: /^[A-Z]+\/\d\.\d \d{3}( |$)/ },
  // The PROXY header in text (version 1).
  { protocol: "other", line: /^PROXY (TCP4|TCP6|UNKNOWN)( |$)/ },
  // SSH (RFC 4253, section 4.2), rsync, VNC.
  { protocol: "other", line: /^SSH-\d\.\d+-/ },
  { protocol: "other", line: /^@RSYNCD: \d/ },
  { protocol: "other", line: /^RFB \d{3}\.\d{3}$/ },
  // SMTP.
  { protocol: "other", line: /^(EHLO|HELO)( \S+)?$/ },
  // IRC.
  { protocol: "other", line: /^(CAP LS( \d+)?|NICK \S+|USER \S+ \S+ \S+ :.*)$/ },
  // Redis, NATS, STOMP.
  { protocol: "other", line: /^\*\d+$/ },
  { protocol: "other", line: /^CONNECT( \{.*\})?$/ },
  // XMPP.
  { protocol: "other", line: /^(<\?xml |<stream:stream )/ },
];

/** What a binary PROXY header begins with (version 2, section 2.2). */
const PROXY = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

/** Whether input begins with a binary PROXY header, which begins with empty lines. */
export function isProxyHeader(bytes: Uint8Array): boolean {
  return PROXY.every((byte, i) => bytes[i] === byte);
}

/** The protocol that a first line, without its end, belongs to; undefined if it may be a line of the chat. */
export function detectLine(line: string): Protocol | undefined {
  const text = line.trimEnd();
  return SIGNATURES.find(({ line }) => line.test(text))?.protocol;
}

/** The protocol that a first line belongs to which has begun and not ended, as far as that can be told. */
export function detectPartial(bytes: Uint8Array): Protocol | undefined {
  if (bytes.length === 0) return;
  const text = new TextDecoder().decode(bytes);
  return SIGNATURES.find(({ line, early }) => early && line.test(text))?.protocol;
}

/** What the first bytes of a connection can be: another protocol, or a line of the chat, an empty one included. */
export type Start = Protocol | "chat";

/** What a request line of HTTP begins with, from which it is unlikely to become anything else. */
const REQUEST_START = /^[A-Z]+(-[A-Z]+)* [/*]\S*( (H(T(T(P(\/(1(\.([01]\r?)?)?)?)?)?)?)?)?)?$/;

/** The first letters of a method, with which a line of the chat may begin as well. */
const METHOD_START = /^[A-Z]+(-[A-Z]*)* ?$/;

/** The longest method that is waited for. */
const MAX_METHOD = 24;

/** What a connection begins with; undefined while that cannot be told. */
export function detectStart(bytes: Uint8Array): Start | undefined {
  if (isProxyHeader(bytes)) return "other";
  // Its first four bytes are two empty lines, and nobody waits behind those.
  if (bytes.length > 4 && PROXY.slice(0, bytes.length).every((byte, i) => bytes[i] === byte)) return;
  const [line, ended] = firstLine(bytes);
  if (ended) return detectLine(line) ?? "chat";
  if (line === "") return bytes.length > 0 ? "chat" : undefined;
  const early = SIGNATURES.find((signature) => signature.early && signature.line.test(line));
  if (early !== undefined) return early.protocol;
  if (REQUEST_START.test(line)) return;
  return line.length <= MAX_METHOD && METHOD_START.test(line) ? undefined : "chat";
}

/** Whether first bytes are the beginning of a request line, which hardly anything else begins with. */
export function isRequestStart(bytes: Uint8Array): boolean {
  const [line, ended] = firstLine(bytes);
  return !ended && REQUEST_START.test(line);
}

/** The first line that is not empty, as far as it is there, and whether it has ended. */
function firstLine(bytes: Uint8Array): [line: string, ended: boolean] {
  const start = bytes.findIndex((byte) => byte !== LF && byte !== CR);
  if (start === -1) return ["", false];
  const end = bytes.findIndex((byte, i) => i > start && (byte === LF || byte === CR));
  return [new TextDecoder().decode(bytes.subarray(start, end === -1 ? undefined : end)), end !== -1];
}

const LF = 0x0a;
const CR = 0x0d;

/** Whether the first bytes of a connection begin a TLS handshake, which no line of text begins with. */
export function isTlsHandshake(bytes: Uint8Array): boolean {
  return detectPartial(bytes.subarray(0, 1)) === "tls";
}

/** The first bytes of a TLS alert (RFC 8446, section 5.1). */
const ALERT = 0x15;

/** Whether a server's first bytes are a TLS alert: the answer to plain text on a TLS port. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === ALERT && bytes[1] === 0x03;
}
