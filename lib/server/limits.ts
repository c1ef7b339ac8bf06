/**
 * The limits that a server promises, wherever they are enforced. `docs/OPERATING.md` has the same numbers in a table, and
 * a test compares the two.
 *
 * @module
 */
import { MAX_DIRECT_BYTES } from "../fanout/cursor.ts";
import { MAX_HISTORY } from "../log/log.ts";
import { KEY_AGE_MS, MAX_KEYS, MAX_KEYS_PER_SOURCE, MAX_LOG_BYTES } from "../log/memory.ts";
import { GRACE_MS, MAX_HISTORY_BYTES, MAX_LOST } from "../room.ts";
import {
  MAX_DEVICES,
  MAX_GAINED_A_DAY,
  MAX_NAMES,
  MAX_OPEN_ROOMS,
  MAX_OWNED_NAMES,
  MAX_ROOMS_PER_SOURCE,
} from "../rooms.ts";

/** The limits that the operator can set on the command line. */
export interface Limits {
  /** How many messages a newcomer is shown. */
  history: number;
  /** Connections at once, in total. */
  maxClients: number;
  /** Connections at once from one address. */
  maxPerAddress: number;
  /** Lines a second from one address; 0 for no limit. */
  rate: number;
  /** Lines that one address may send in a burst. */
  burst: number;
  /** The longest line, in bytes, without its end. */
  maxLine: number;
}

/** The limits without flags. An honest member meets none of them. */
export const DEFAULTS: Readonly<Limits> = {
  history: 20,
  maxClients: 4096,
  maxPerAddress: 256,
  rate: 50,
  burst: 500,
  maxLine: 8192,
};

/** The limits that cannot be set. Names that end in `Ms` are in milliseconds. */
export const FIXED = {
  /** Connections that have not sent anything and were not greeted yet; they take no member's place. */
  maxUndecided: 256,
  /** Requests of HTTP, and WebSockets that have not joined, in all and from one source; how long one beyond them waits. */
  maxHttp: 256,
  maxHttpPerSource: 32,
  httpWaitMs: 5000,
  /** The longest head of a request, in bytes, and how long it may take. */
  maxHeadBytes: 16 * 1024,
  headTimeoutMs: 5000,
  /** The longest message on a WebSocket, in bytes. */
  maxMessageBytes: 1024 * 1024,
  /** Connections that have not given the password yet, in total and from one source, and how long each may take. */
  maxPendingLogins: 256,
  maxPendingPerSource: 16,
  loginTimeoutMs: 30_000,
  /** Wrong passwords that end a connection; how long a source waits after the first one, at most, and until it is forgiven. */
  maxTries: 3,
  firstWaitMs: 1000,
  maxWaitMs: 60_000,
  forgivenAfterMs: 600_000,
  /** How long a member may read nothing of what waits for it, and how long a client with a key may be silent. */
  stallTimeoutMs: 60_000,
  silenceTimeoutMs: 90_000,
  /** How long a leaving member has to read what it has not read yet. */
  drainMs: 2000,
  /** The most words that `/search` takes. */
  maxSearchWords: 8,
  /** The most bytes of answers and private messages that a member may leave unread. */
  maxUnreadBytes: MAX_DIRECT_BYTES,
  /** The most bytes of a log that stay in memory. */
  maxLogBytes: MAX_LOG_BYTES,
  /** The most messages, and the most bytes, that `/history` and `/search` answer with. */
  maxHistory: MAX_HISTORY,
  maxHistoryBytes: MAX_HISTORY_BYTES,
  /** How many clients that left can still resume, in all and of one source, and for how long, if the log is in memory. */
  maxKeys: MAX_KEYS,
  maxKeysPerSource: MAX_KEYS_PER_SOURCE,
  keyAgeMs: KEY_AGE_MS,
  /** How many names are held for clients whose connection broke, and for how long. */
  maxLost: MAX_LOST,
  graceMs: GRACE_MS,
  /** How many rooms someone may be in at once, in all and begun from one source. */
  maxOpenRooms: MAX_OPEN_ROOMS,
  maxRoomsPerSource: MAX_ROOMS_PER_SOURCE,
  /** How many names belong to people, in all, gained a day from one source, and to one person; and that one's devices. */
  maxOwnedNames: MAX_OWNED_NAMES,
  maxGainedADay: MAX_GAINED_A_DAY,
  maxNames: MAX_NAMES,
  maxDevices: MAX_DEVICES,
} as const;
