/// <reference lib="dom" />

/** A WebSocket that is on its way while the document still comes, and what came over it so far. */
export interface Early {
  /** The WebSocket. */
  readonly socket: WebSocket;
  /** What came, in order. */
  readonly arrived: unknown[];
}

declare global {
  /** The connection of whoever was here before, until the page takes it over. */
  var early: Early | undefined;
}

try {
  // Whoever is new is asked for a name first.
  if (localStorage.getItem("parley")?.includes('"identity"')) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/chat`);
    const arrived: unknown[] = [];
    socket.onmessage = ({ data }) => arrived.push(data);
    globalThis.early = { socket, arrived };
  }
} catch {
  // Nothing is kept in this browser: the page connects later.
}
