/**
 * Detects the protocol of a connection by its first bytes or its first line. Pure: what follows from it is the caller's
 * decision.
 *
 * @module
 */

/** The first byte of a TLS record that begins a handshake, and of one that is an alert (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;
const ALERT = 0x15;

/** Whether the first bytes of a connection begin a TLS handshake, which no line of text begins with. */
export function isTlsHandshake(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE;
}

/** Whether a server's first bytes are a TLS alert: the answer to plain text on a TLS port. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === ALERT && bytes[1] === 0x03;
}

/** Whether a line, without its end, is the request line of HTTP. */
export function isHttpRequest(line: string): boolean {
  return /^[A-Z]+ \S+ HTTP\/1\.\d$/.test(line);
}
