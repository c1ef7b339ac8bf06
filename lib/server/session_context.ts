import type { Room } from "../room.ts";
import type { Authenticator } from "./access/authenticator.ts";
import type { ConnectionLimiter } from "./access/connection_limiter.ts";
import type { RateLimiter } from "./access/rate_limiter.ts";
import type { UndecidedConnections } from "./access/undecided.ts";
import type { Stats } from "./stats.ts";

/** What all sessions of a server share. */
export interface SessionContext {
  /** The room that members join. */
  readonly room: Room;
  /** Limits the input of each source. */
  readonly limiter: RateLimiter;
  /** The longest accepted line, in bytes without its end. */
  readonly maxLine: number;
  /** Counts how often each limit was exceeded. */
  readonly stats: Stats;
  /** Tells the operator something. */
  report(event: string): void;
}

/** What sessions share besides: what one server has of each. */
export interface SessionServices extends SessionContext {
  /** Asks for the password; without one, everyone is let in. */
  readonly authenticator?: Authenticator;
  /** The places of the members. */
  readonly places: ConnectionLimiter;
  /** The connections that have not sent anything yet. */
  readonly undecided: UndecidedConnections;
}
