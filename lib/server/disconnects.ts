import type { Closed } from "../wire/entries.ts";

/** The last line for a connection that did what it may not. Trying again, without a change, makes no sense. */
export function fault(text: string): Closed {
  return { kind: "closed", text, retry: false, fault: true };
}

/** For one that leaves by itself. */
export const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** For everyone, when the server ends. */
export const SHUTDOWN: Closed = {
  kind: "closed",
  text: "the server is shutting down",
  retry: true,
  fault: false,
};

/** For one that takes nothing of what waits for it. */
export const STALLED: Closed = { ...fault("you stopped reading"), retry: true };

/** For a connection whose client has come back on another one. */
export const REPLACED: Closed = fault("you are here on another connection now");

/** For one that was silent for so long that it must be gone. */
export const SILENT: Closed = { ...fault("nothing was heard of you"), retry: true };

/** For one whose place at the gate someone else was given. */
export const CROWDED_OUT: Closed = fault(
  "too many connections from your address wait at the door; give the password sooner",
);

/** For a browser, which some web page may have sent here. */
export const NO_HTTP: Closed = fault("this is a chat room; it does not speak HTTP");

/** For one that speaks TLS to a room that does not. */
export const NO_TLS: Closed = fault("this room does not speak TLS; connect without it");

/** For an address that the operator has banned. */
export const BANNED: Closed = fault("your address is banned");
