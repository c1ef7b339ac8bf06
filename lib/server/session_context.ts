import type { Rooms } from "../rooms.ts";
import type { Authenticator } from "./access/authenticator.ts";
import type { Browsers } from "./access/browsers.ts";
import type { ConnectionLimiter } from "./access/connection_limiter.ts";
import type { RateLimiter } from "./access/rate_limiter.ts";
import type { Verdict } from "./access/authenticator.ts";
import type { Origin } from "./access/bans.ts";
import type { MemberContext } from "./commands/command.ts";
import type { CommandTable } from "./commands/table.ts";
import type { Stats } from "./stats.ts";

/** What all sessions of a server share. */
export interface SessionContext {
  /** The rooms that members join. */
  readonly rooms: Rooms;
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
  /** Where browsers are. */
  readonly browsers: Browsers;
  /** Makes operators of those who know the password for that; undefined if there is none. */
  operators?: Operators;
}

/** Makes operators of members. */
export interface Operators {
  /** What they can do. */
  readonly commands: CommandTable<MemberContext>;
  /** Begins a connection's tries at the password. */
  claim(origin: Origin): OperatorClaim;
}

/** One connection's tries at the operator's password. */
export interface OperatorClaim {
  /**
   * Tries a password.
   *
   * @throws {Refusal} if the source has to wait after a wrong one
   */
  check(password: string): Verdict;
}
