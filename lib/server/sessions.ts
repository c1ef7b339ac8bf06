import type { Connection } from "../net/connection.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Member, Person } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import { LOBBY, parseRoomName } from "../wire/names.ts";
import { BANNED, fault, SILENT, STALLED } from "./disconnects.ts";
import type { Authenticator } from "./access/authenticator.ts";
import { Bans, type Origin } from "./access/bans.ts";
import { Browsers } from "./access/browsers.ts";
import { ConnectionLimiter } from "./access/connection_limiter.ts";
import { FIXED, type Limits } from "./limits.ts";
import { Entrance } from "./entrance.ts";
import { Session, type SessionOptions } from "./session.ts";
import { Hosts } from "./web/hosts.ts";
import type { Operators, SessionContext, SessionServices } from "./session_context.ts";

/** How many connections there may be besides the members: undecided ones, those without the password, and requests. */
const NOT_MEMBERS = FIXED.maxUndecided + FIXED.maxPendingLogins + FIXED.maxHttp;

/** How many connections are let in, and by which password. */
export interface SessionsOptions extends Pick<Limits, "maxClients" | "maxPerAddress"> {
  /** Asks for the password; without one, everyone is let in. */
  authenticator?: Authenticator;
  /** By which names browsers may call the server. */
  hosts?: Hosts;
}

/** All sessions of a server: decides who may begin one, and ends them. */
export class Sessions {
  readonly #context: SessionServices;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #bans = new Bans();
  readonly #entrance: Entrance;

  /** `context` is shared by all sessions. */
  constructor(options: SessionsOptions, context: SessionContext) {
    const { maxClients, maxPerAddress, authenticator, hosts = new Hosts() } = options;
    const full = `the room is full (${maxClients} connections); try again later`;
    const crowded = `too many connections from your address (${maxPerAddress}); close one of them first`;
    const limits = { maxTotal: maxClients, maxPerSource: maxPerAddress, full, crowded };
    const places = new ConnectionLimiter(limits);
    this.#context = { ...context, authenticator, places, browsers: new Browsers() };
    const isBanned = (origin: Origin) => this.#bans.has(origin);
    this.#entrance = new Entrance({
      limits: { ...limits, maxTotal: maxClients + NOT_MEMBERS },
      services: this.#context,
      isBanned,
      chat: (connection, options) => this.#chat(connection, options),
      openWeb: async () => {
        const { Web } = await import("./web/web.ts");
        const { rooms } = context;
        return new Web({
          hosts,
          isBanned,
          counts: () =>
            authenticator === undefined
              ? { members: rooms.names.length, rooms: rooms.all.length }
              : undefined,
          chat: (connection, place) => this.#chat(connection, { messages: true, admitted: place }),
        }, this.#context);
      },
    });
  }

  /** How many connections there are, without those that are being closed. */
  get size(): number {
    return this.#entrance.size + [...this.#sessions.keys()].filter(({ closing }) => !closing).length;
  }

  /** The banned addresses and networks. */
  get bans(): string[] {
    return this.#bans.list;
  }

  /** Begins a session, answers a request, or refuses the connection with a reason. */
  enter(connection: Connection): void {
    this.#entrance.enter(connection);
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
    this.#bans.add(address, [...this.#sessions.keys(), ...this.#entrance.origins]);
    const sessions = [...this.#sessions.keys()].filter((session) => this.#bans.has(session));
    for (const session of sessions) session.close(BANNED, "banned");
    return sessions.length + this.#entrance.expel(BANNED, (origin) => this.#bans.has(origin));
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
    await this.#entrance.close(closing);
    await Promise.all(this.#sessions.values());
  }

  /** Serves someone who chats. */
  async #chat(connection: Connection, options: SessionOptions = {}): Promise<void> {
    const session = new Session(connection, this.#context, options);
    const running = session.run();
    this.#sessions.set(session, running);
    this.#context.report(`${session.peer} connected`);
    const closing = options.closing ?? (this.#bans.has(session) ? BANNED : undefined);
    if (closing !== undefined) session.close(closing);
    await running;
    this.#sessions.delete(session);
  }

  /** The sessions of members for which this holds. */
  #of(holds: (session: Session & { member: Member }) => boolean): Session[] {
    return [...this.#sessions.keys()].filter((session): session is Session & { member: Member } =>
      session.member !== undefined
    ).filter(holds);
  }
}
