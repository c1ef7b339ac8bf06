import type { Closed } from "../wire/entries.ts";

/** The last line for a connection that broke a rule. Retrying without a change is pointless. */
export function fault(text: string): Closed {
  return { kind: "closed", text, retry: false, fault: true };
}

/** For a member that leaves by itself. */
export const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** For everyone, when the server ends. */
export const SHUTDOWN: Closed = {
  kind: "closed",
  text: "the server is shutting down",
  retry: true,
  fault: false,
};

/** For a member that reads nothing of what waits for it. */
export const STALLED: Closed = { ...fault("you stopped reading"), retry: true };

/** For a connection whose client has returned on another one. */
export const REPLACED: Closed = fault("you are here on another connection now");

/** For a client that has been silent for too long. */
export const SILENT: Closed = { ...fault("nothing was heard of you"), retry: true };

/** For a connection without the password whose place went to someone else. */
export const CROWDED_OUT: Closed = fault(
  "too many connections from your address wait at the door; give the password sooner",
);

/** For an address that the operator has banned. */
export const BANNED: Closed = fault("your address is banned");
