import { sourceOf } from "../net/addresses.ts";
import { type Connection, finish } from "../net/connection.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Member, Person } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import { FORMATS } from "../wire/formats/formats.ts";
import { GREETING } from "../wire/hello.ts";
import { LOBBY, parseRoomName } from "../wire/names.ts";
import { BANNED, fault, SILENT, STALLED } from "./disconnects.ts";
import type { Authenticator } from "./access/authenticator.ts";
import { Bans } from "./access/bans.ts";
import { ConnectionLimiter } from "./access/connection_limiter.ts";
import { FIXED, type Limits } from "./limits.ts";
import { UndecidedConnections } from "./access/undecided.ts";
import { Session } from "./session.ts";
import type { Operators, SessionContext, SessionServices } from "./session_context.ts";

/** How many refused connections at once, in all and from one source, get time to read why; the rest are closed silently. */
const REFUSALS = { maxTotal: 64, maxPerSource: 4 };

/** How many connections there may be besides the members: those that are undecided, and those without the password. */
const NOT_MEMBERS = FIXED.maxUndecided + FIXED.maxPendingLogins;

/** How long, in milliseconds, a refused connection may take to read the reason. */
const REFUSAL_TIMEOUT_MS = 2000;

/** How many connections are let in, and by which password. */
export interface SessionsOptions extends Pick<Limits, "maxClients" | "maxPerAddress"> {
  /** Asks for the password; without one, everyone is let in. */
  authenticator?: Authenticator;
}

/** All sessions of a server: decides who may begin one, and ends them. */
export class Sessions {
  readonly #context: SessionServices;
  readonly #limiter: ConnectionLimiter;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #refusals = new Set<Promise<void>>();
  readonly #refusalLimiter = new ConnectionLimiter({ ...REFUSALS, full: "", crowded: "" });
  readonly #bans = new Bans();

  /** `context` is shared by all sessions. */
  constructor({ maxClients, maxPerAddress, authenticator }: SessionsOptions, context: SessionContext) {
    const full = `the room is full (${maxClients} connections); try again later`;
    const crowded = `too many connections from your address (${maxPerAddress}); close one of them first`;
    const places = new ConnectionLimiter({
      maxTotal: maxClients,
      maxPerSource: maxPerAddress,
      full,
      crowded,
    });
    this.#context = { ...context, authenticator, places, undecided: new UndecidedConnections() };
    this.#limiter = new ConnectionLimiter({
      maxTotal: maxClients + NOT_MEMBERS,
      maxPerSource: maxPerAddress,
      full,
      crowded,
    });
  }

  /** How many connections there are, without those that are being closed. */
  get size(): number {
    return [...this.#sessions.keys()].filter(({ closing }) => !closing).length;
  }

  /** The banned addresses and networks. */
  get bans(): string[] {
    return this.#bans.list;
  }

  /** Begins a session and returns true, or refuses the connection with a reason. */
  enter(connection: Connection): boolean {
    const source = sourceOf(connection.peer, connection.local);
    let place: Disposable;
    try {
      if (this.#bans.has({ peer: connection.peer, source })) throw new Refusal(BANNED.text);
      place = this.#limiter.take(source);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(connection, error.message);
      return false;
    }
    const session = new Session(connection, this.#context);
    const running = session.run().then(() => {
      this.#sessions.delete(session);
      place[Symbol.dispose]();
    });
    this.#sessions.set(session, running);
    return true;
  }

  /** Lets members become operators who know the password for that. */
  admitOperators(operators: Operators): void {
    this.#context.operators = operators;
  }

  /** The addresses that a person is connected from; none if all their connections are lost. */
  addressesOf(person: Person): string[] {
    return [...new Set(this.#of(({ member }) => member.person === person).map(({ peer }) => peer))];
  }

  /**
   * Ends all sessions of a person, who is told why, as is everyone else.
   *
   * @throws {Refusal} if it is the operator, who has no session
   */
  kick(person: Person, why?: string): void {
    const because = why === undefined ? "" : `: ${why}`;
    const [closing, reason] = [fault(`you were kicked${because}`), `kicked${because}`];
    const { roster } = this.#context.rooms;
    const sessions = this.#of(({ member }) => member.person === person);
    const lost = [...person.members].filter((member) => roster.isLost(member));
    if (sessions.length + lost.length === 0) throw new Refusal(`${person.name} sits at this terminal`);
    for (const session of sessions) session.close(closing, reason);
    for (const member of lost) member.room.leave(member, { closing, reason });
  }

  /**
   * Ends a room, with all that was said in it, and the sessions of those who are in it. Returns how many these were.
   *
   * @throws {Refusal} if it is the lobby, or there is none of this name
   */
  async closeRoom(name: string): Promise<number> {
    const room = parseRoomName(name);
    const { rooms } = this.#context;
    const isOpen = room !== LOBBY && rooms.get(room) !== undefined;
    const closing = fault(`the operator has closed the room ${room}`);
    const sessions = isOpen ? this.#of(({ member }) => member.room.name === room) : [];
    const lost = isOpen ? rooms.get(room)!.members.filter((member) => rooms.roster.isLost(member)) : [];
    for (const member of lost) member.room.leave(member, { closing });
    await Promise.all(sessions.map((session) => session.close(closing)));
    const removed = await rooms.remove(room);
    if (!isOpen && !removed) throw new Refusal(`there is no room called ${room}; /rooms lists them`);
    return sessions.length;
  }

  /** Ends all sessions from an address and refuses new ones. Returns how many were ended. */
  ban(address: string): number {
    this.#bans.add(address, [...this.#sessions.keys()]);
    const sessions = [...this.#sessions.keys()].filter((session) => this.#bans.has(session));
    for (const session of sessions) session.close(BANNED, "banned");
    return sessions.length;
  }

  /** Lifts a ban; returns whether there was one. */
  unban(address: string): boolean {
    return this.#bans.lift(address);
  }

  /** Closes the sessions whose peers have stopped reading or have vanished. */
  closeDead(now: number): void {
    for (const session of this.#sessions.keys()) {
      if (now - (session.silentSince ?? now) >= FIXED.silenceTimeoutMs) {
        this.#context.stats.count("lost in silence");
        session.lose(SILENT);
      }
      if (now - (session.stalledSince ?? now) < FIXED.stallTimeoutMs) continue;
      this.#context.stats.count("closed for not reading");
      session.close(STALLED, "stopped reading");
    }
  }

  /** Ends all sessions with this line; resolves when all are gone. */
  async close(closing: Closed): Promise<void> {
    for (const session of this.#sessions.keys()) session.close(closing);
    await Promise.all([...this.#sessions.values(), ...this.#refusals]);
  }

  /** The sessions of members for which this holds. */
  #of(holds: (session: Session & { member: Member }) => boolean): Session[] {
    return [...this.#sessions.keys()].filter((session): session is Session & { member: Member } =>
      session.member !== undefined
    ).filter(holds);
  }

  #refuse(connection: Connection, why: string): void {
    this.#context.stats.count("connections refused");
    let place: Disposable;
    try {
      place = this.#refusalLimiter.take(sourceOf(connection.peer, connection.local));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return connection.close();
    }
    const refusal = tell(connection, why).finally(() => {
      this.#refusals.delete(refusal);
      place[Symbol.dispose]();
    });
    this.#refusals.add(refusal);
  }
}

/** Tells a connection why it is refused, then closes it. */
async function tell(connection: Connection, why: string): Promise<void> {
  const line = FORMATS.text.direct(fault(why));
  const deadline = setTimeout(() => connection.close(), REFUSAL_TIMEOUT_MS);
  try {
    await connection.handshake();
    await connection.write(new TextEncoder().encode(`${GREETING}${line}`));
  } catch {
    // The peer is gone already, or speaks another protocol.
  }
  clearTimeout(deadline);
  await finish(connection, REFUSAL_TIMEOUT_MS);
}
