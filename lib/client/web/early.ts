/// <reference lib="dom" />

import { type Early, pageSocket } from "./socket.ts";

declare global {
  /** The connection of whoever was here before, until the page takes it over. */
  var early: Early | undefined;
}

try {
  // Whoever is new is asked for a name first.
  if (localStorage.getItem("parley")?.includes('"identity"')) {
    const socket = new WebSocket(pageSocket());
    const arrived: unknown[] = [];
    socket.onmessage = ({ data }) => arrived.push(data);
    globalThis.early = { socket, arrived };
  }
} catch {
  // Nothing is kept in this browser: the page connects later.
}
