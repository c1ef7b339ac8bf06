/**
 * The numbers that a server promises to keep, wherever they are enforced. The table in `docs/OPERATING.md` shows them,
 * and a test holds the two together.
 *
 * @module
 */
import { MAX_DIRECT_BYTES } from "../fanout/cursor.ts";
import { MAX_HISTORY } from "../log/log.ts";
import { KEY_AGE_MS, MAX_KEYS, MAX_LOG_BYTES } from "../log/memory.ts";
import { GRACE_MS, MAX_HISTORY_BYTES, MAX_LOST } from "../room.ts";

/** What the operator can set, on the command line. */
export interface Limits {
  /** Messages that a newcomer is shown. */
  history: number;
  /** Connections at once, in all. */
  maxClients: number;
  /** Connections at once from one address. */
  maxPerAddress: number;
  /** Lines a second from one address; 0 for no limit. */
  rate: number;
  /** Lines at once from one address. */
  burst: number;
  /** Bytes in a line, without its end. */
  maxLine: number;
}

/** What a server does without flags. An honest member meets none of these limits. */
export const DEFAULTS: Readonly<Limits> = {
  history: 20,
  maxClients: 4096,
  maxPerAddress: 256,
  rate: 50,
  burst: 500,
  maxLine: 8192,
};

/** What cannot be set. Times are in milliseconds. */
export const FIXED = {
  /** Connections that have not sent anything and were not greeted yet; they take no member's place. */
  maxUndecided: 256,
  /** Connections that have not given the password, in all and from one source, and how long each may take. */
  maxPendingLogins: 256,
  maxPendingPerSource: 16,
  loginTimeoutMs: 30_000,
  /** Wrong passwords that end a connection, and the time that a source waits after the first, at most, and at all. */
  maxTries: 3,
  firstWaitMs: 1000,
  maxWaitMs: 60_000,
  forgivenAfterMs: 600_000,
  /** How long a member may take nothing of what waits for it, and a client with a key may be silent. */
  stallTimeoutMs: 60_000,
  silenceTimeoutMs: 90_000,
  /** How long a member that leaves may take to read what it has not read yet. */
  drainMs: 2000,
  /** How many words `/search` takes. */
  maxSearchWords: 8,
  /** How many bytes of answers and private messages a member may leave unread. */
  maxUnreadBytes: MAX_DIRECT_BYTES,
  /** How much of a log stays in memory. */
  maxLogBytes: MAX_LOG_BYTES,
  /** How many messages, and bytes of them, `/history` and `/search` answer with. */
  maxHistory: MAX_HISTORY,
  maxHistoryBytes: MAX_HISTORY_BYTES,
  /** For how many clients that left it is known what they said, and for how long, if the log is in memory. */
  maxKeys: MAX_KEYS,
  keyAgeMs: KEY_AGE_MS,
  /** How many names are kept for clients whose connection broke, and for how long. */
  maxLost: MAX_LOST,
  graceMs: GRACE_MS,
} as const;
