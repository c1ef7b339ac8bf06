/**
 * The rooms of a server, by name, and who goes from one to another. Names, and who is here, are the server's; everything
 * else is each room's own.
 *
 * @module
 */
import type { Cursor, Sink } from "./fanout/cursor.ts";
import { FlushSchedule } from "./fanout/flush_schedule.ts";
import type { KeptRoom, Logs } from "./log/logs.ts";
import { type JoinOptions, type Member, type Room, type RoomOptions, Roster } from "./room.ts";
import { Elsewhere } from "./room/elsewhere.ts";
import { OpenRooms } from "./room/open_rooms.ts";
import { Ownership } from "./room/ownership.ts";
import type { RoomSummary } from "./wire/entries.ts";
import { compareNames } from "./wire/name_order.ts";
import { LOBBY, parseRoomName } from "./wire/names.ts";
import { Refusal } from "./wire/refusal.ts";

export { MAX_OPEN_ROOMS, MAX_ROOMS_PER_SOURCE } from "./room/open_rooms.ts";
export { MAX_DEVICES, MAX_GAINED_A_DAY, MAX_NAMES, MAX_OWNED_NAMES } from "./room/ownership.ts";

/** How many rooms `/rooms` tells of at most. */
const MAX_LISTED = 500;

/** How the rooms of a server are. */
export interface RoomsOptions extends Pick<RoomOptions, "title" | "historyLength"> {
  /** Called when a room has opened: the lobby first, and at once. */
  opened?(room: Room): void;
}

/** How someone joins, and where: in the lobby without `room`. */
export type JoinRoomOptions = JoinOptions & { room?: string };

/** All rooms of a server. The logs belong to whoever opened them. */
export class Rooms implements AsyncDisposable {
  /** Everyone on the server. */
  readonly roster: Roster;
  readonly #logs: Logs;
  readonly #open: OpenRooms;
  readonly #elsewhere: Elsewhere;
  #lobby?: Room;

  private constructor(logs: Logs, { opened, ...options }: RoomsOptions) {
    this.#logs = logs;
    this.roster = new Roster(new Ownership(logs.owners));
    this.#elsewhere = new Elsewhere(this.roster, () => this.summaries);
    const schedule = new FlushSchedule();
    this.#open = new OpenRooms({
      logs,
      opened,
      describe: (name) => ({
        ...options,
        roster: this.roster,
        schedule,
        happened: (entries) => this.#elsewhere.happened(name, entries),
        changed: () => this.#elsewhere.changed(name),
      }),
    });
  }

  /** Opens the lobby. */
  static async open(logs: Logs, options: RoomsOptions = {}): Promise<Rooms> {
    const rooms = new Rooms(logs, options);
    rooms.#lobby = await rooms.#open.openLobby();
    return rooms;
  }

  /** The room where everyone begins. */
  get lobby(): Room {
    return this.#lobby!;
  }

  /** The open rooms, in the order in which they opened. */
  get all(): Room[] {
    return this.#open.all;
  }

  /** What is told of the open rooms. */
  get summaries(): RoomSummary[] {
    return this.all.map(({ summary }) => summary);
  }

  /** The names of everyone who is here, in any room. */
  get names(): string[] {
    return [...this.roster.people].map(({ name }) => name);
  }

  /** The room of this name, if it is open. */
  get(name: string): Room | undefined {
    return this.#open.get(name);
  }

  /** The room that a member is in. */
  of(member: Member): Room {
    return this.get(member.room.name)!;
  }

  /** Opens a cursor for someone who is in no room yet: it carries direct lines only. */
  cursor(sink: Sink): Cursor {
    return this.lobby.open(sink);
  }

  /** The rooms that are open, and others of which something is kept, as many as are told at once. */
  async list(): Promise<RoomSummary[]> {
    const kept: KeptRoom[] = await this.#logs.list(MAX_LISTED);
    // Those in which nothing was said were left behind by a server that was killed; their members may come back.
    const closed = kept.filter(({ name, messages }) => messages > 0 && this.get(name) === undefined)
      .map(({ name, messages }) => ({ name, members: 0, messages }));
    return [...this.summaries, ...closed].sort(byInterest).slice(0, MAX_LISTED);
  }

  /**
   * Lets someone into a room; see {@linkcode Room.join}.
   *
   * @throws {Refusal} if the room cannot be joined
   */
  async join({ room = LOBBY, ...options }: JoinRoomOptions): Promise<Member> {
    const { source = options.address } = options;
    return await this.#open.enter(parseRoomName(room), source, (room) => this.#watched(room.join(options)));
  }

  /**
   * Restarts the stream of a member that has said nothing yet, perhaps in another room; see {@linkcode Room.restart}.
   *
   * @throws {Refusal} if the room cannot be joined
   */
  async restart(member: Member, { room = LOBBY, ...options }: JoinRoomOptions): Promise<Member> {
    return await this.#open.enter(
      parseRoomName(room),
      member.source,
      (room) => this.#watched(room.restart(member, options)),
    );
  }

  /**
   * Moves a member to another room, which begins if there is none of this name. One that is `gone` stays where it is.
   *
   * @throws {Refusal} if it cannot be joined; the member stays where it is
   */
  async move(member: Member, name: string, gone?: () => boolean): Promise<void> {
    await this.#open.enter(parseRoomName(name), member.source, (room) => room.receive(member, gone));
  }

  /**
   * Says something in a room that the speaker need not be in.
   *
   * @throws {Refusal} if nobody is in it
   */
  say(member: Member, name: string, text: string): void {
    const room = this.get(parseRoomName(name));
    if (room === undefined) throw new Refusal(`nobody is in ${parseRoomName(name)}`);
    room.broadcast(member, text);
  }

  /**
   * Ends a room that nobody is in, and removes all that was said in it. Returns whether there was anything.
   *
   * @throws {Refusal} if it is the lobby, or someone is in it
   */
  async remove(name: string): Promise<boolean> {
    const room = parseRoomName(name);
    if (room === LOBBY) throw new Refusal("the lobby stays: everyone begins there");
    return await this.#open.remove(room);
  }

  /** Stops announcing who leaves, because from now on everyone does. */
  beginShutdown(): void {
    this.#open.beginShutdown();
  }

  /** Closes all rooms. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#elsewhere[Symbol.dispose]();
    await this.#open[Symbol.asyncDispose]();
  }

  async #watched(joining: Promise<Member>): Promise<Member> {
    const member = await joining;
    this.#elsewhere.add(member);
    return member;
  }
}

/** The lobby first, then those with the most people. */
function byInterest(one: RoomSummary, other: RoomSummary): number {
  const isLobby = ({ name }: RoomSummary) => Number(name === LOBBY);
  return isLobby(other) - isLobby(one) || other.members - one.members || compareNames(one.name, other.name);
}
