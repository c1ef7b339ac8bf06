/**
 * The rooms of a server, by name: opens them when someone goes there, lists them, and ends them. Names, and who is here,
 * are the server's; everything else is each room's own.
 *
 * @module
 */
import type { Cursor, Sink } from "./fanout/cursor.ts";
import { FlushSchedule } from "./fanout/flush_schedule.ts";
import type { KeptRoom, Logs } from "./log/logs.ts";
import type { Log } from "./log/log.ts";
import { type JoinOptions, type Member, Room, type RoomOptions, Roster } from "./room.ts";
import { Elsewhere } from "./room/elsewhere.ts";
import { Ownership } from "./room/ownership.ts";
import type { RoomSummary } from "./wire/entries.ts";
import { compareNames } from "./wire/name_order.ts";
import { LOBBY, parseRoomName } from "./wire/names.ts";
import { Refusal } from "./wire/refusal.ts";

export { MAX_DEVICES, MAX_GAINED_A_DAY, MAX_NAMES, MAX_OWNED_NAMES } from "./room/ownership.ts";

/** How many rooms may be open, which means that someone is in them. */
export const MAX_OPEN_ROOMS = 256;

/** How many of the open rooms one source may have begun. */
export const MAX_ROOMS_PER_SOURCE = 32;

/** How many rooms `/rooms` tells of at most. */
const MAX_LISTED = 500;

/** How the rooms of a server are. */
export interface RoomsOptions extends Pick<RoomOptions, "title" | "historyLength"> {
  /** Called when a room has opened: the lobby first, and at once. */
  opened?(room: Room): void;
}

/** A room that is open. */
interface OpenRoom {
  room: Room;
  log: Log;
  /** Who began it, as limits count them. */
  source: string;
  /** How many are about to come in: it does not end meanwhile. */
  coming: number;
  /** Set while it ends; resolves when its log is closed. */
  ending?: Promise<void>;
}

/** All rooms of a server. The logs belong to whoever opened them. */
export class Rooms implements AsyncDisposable {
  /** Everyone on the server. */
  readonly roster: Roster;
  /** The room where everyone begins; it is always open. */
  readonly lobby: Room;
  readonly #logs: Logs;
  readonly #options: RoomsOptions;
  readonly #open = new Map<string, OpenRoom>();
  readonly #opening = new Map<string, Promise<OpenRoom>>();
  readonly #elsewhere: Elsewhere;
  readonly #schedule = new FlushSchedule();
  #closed = false;

  private constructor(logs: Logs, lobby: Opened, options: RoomsOptions) {
    this.#logs = logs;
    this.#options = options;
    this.roster = new Roster(new Ownership(logs.owners));
    this.#elsewhere = new Elsewhere(this.roster, () => this.summaries);
    this.lobby = this.#add(LOBBY, lobby, "").room;
  }

  /** Opens the lobby. */
  static async open(logs: Logs, options: RoomsOptions = {}): Promise<Rooms> {
    return new Rooms(logs, await openLog(logs, LOBBY), options);
  }

  /** The open rooms, in the order in which they opened. */
  get all(): Room[] {
    return [...this.#open.values()].map(({ room }) => room);
  }

  /** What is told of the open rooms. */
  get summaries(): RoomSummary[] {
    return this.all.map(({ summary }) => summary);
  }

  /** The names of everyone who is here, in any room. */
  get names(): string[] {
    return [...new Set([...this.roster.members].map(({ name }) => name))];
  }

  /** The room of this name, if it is open. */
  get(name: string): Room | undefined {
    return this.#open.get(name)?.room;
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
    const closed = kept.filter(({ name }) => !this.#open.has(name))
      .map(({ name, messages }) => ({ name, members: 0, messages }));
    return [...this.summaries, ...closed].sort(byInterest).slice(0, MAX_LISTED);
  }

  /**
   * Lets someone into a room, the lobby without `room`; see {@linkcode Room.join}.
   *
   * @throws {Refusal} if the room cannot be joined
   */
  join({ room = LOBBY, ...options }: JoinOptions & { room?: string }): Promise<Member> {
    return this.#come(room, options.source ?? options.address, async (room) => {
      const member = await room.join(options);
      this.#elsewhere.add(member);
      return member;
    });
  }

  /**
   * Restarts the stream of a member that has said nothing yet, perhaps in another room; see {@linkcode Room.restart}.
   *
   * @throws {Refusal} if the room cannot be joined
   */
  restart(member: Member, { room = LOBBY, ...options }: JoinOptions & { room?: string }): Promise<Member> {
    return this.#come(room, member.source, async (room) => {
      const again = await room.restart(member, options);
      this.#elsewhere.add(again);
      return again;
    });
  }

  /**
   * Moves a member to another room, which begins if there is none of this name.
   *
   * @throws {Refusal} if it cannot be joined; the member stays where it is
   */
  move(member: Member, name: string): Promise<void> {
    return this.#come(name, member.source, (room) => room.receive(member));
  }

  /**
   * Says something in a room that the speaker need not be in.
   *
   * @throws {Refusal} if nobody is in it
   */
  say(member: Member, name: string, text: string): void {
    this.#find(name).broadcast(member, text);
  }

  /**
   * Ends a room that nobody is in, and removes all that was said in it.
   *
   * @throws {Refusal} if it is the lobby, there is none of this name, or someone is in it
   */
  async remove(name: string): Promise<void> {
    const parsed = parseRoomName(name);
    if (parsed === LOBBY) throw new Refusal("the lobby stays: everyone begins there");
    await this.#open.get(parsed)?.ending;
    if (this.#open.has(parsed) || this.#opening.has(parsed)) {
      throw new Refusal(`someone is coming into ${parsed}: try again`);
    }
    await this.#logs.remove(parsed);
  }

  /** Stops announcing who leaves, because from now on everyone does. */
  beginShutdown(): void {
    this.#closed = true;
    for (const { room } of this.#open.values()) room.beginShutdown();
  }

  /** Closes all rooms. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#elsewhere[Symbol.dispose]();
    await Promise.all([...this.#open.values()].map((open) => this.#end(open)));
  }

  #find(name: string): Room {
    const parsed = parseRoomName(name);
    const room = this.get(parsed);
    if (room === undefined) throw new Refusal(`nobody is in ${parsed}`);
    return room;
  }

  /** Brings someone into a room, which is opened for that, and stays open meanwhile. */
  async #come<T>(name: string, source: string, come: (room: Room) => Promise<T>): Promise<T> {
    const open = await this.#openRoom(parseRoomName(name), source);
    try {
      return await come(open.room);
    } finally {
      open.coming--;
      this.#endIfEmpty(open);
    }
  }

  /** Opens a room, or finds it open; it stays so until `coming` is counted down. */
  async #openRoom(name: string, source: string): Promise<OpenRoom> {
    while (true) {
      const open = this.#open.get(name);
      if (open !== undefined && open.ending === undefined) {
        open.coming++;
        return open;
      }
      await (open?.ending ?? this.#opening.get(name) ?? this.#begin(name, source));
    }
  }

  #begin(name: string, source: string): Promise<OpenRoom> {
    this.#requirePlace(source);
    const opening = openLog(this.#logs, name)
      .then((opened) => this.#add(name, opened, source), (error) => {
        throw new Refusal(`${name} cannot be opened, the log cannot keep it: ${error.message}`);
      })
      .finally(() => this.#opening.delete(name));
    this.#opening.set(name, opening);
    return opening;
  }

  #requirePlace(source: string): void {
    const open = [...this.#open.values()];
    if (open.length + this.#opening.size >= MAX_OPEN_ROOMS) {
      throw new Refusal(`no more rooms can be open (${MAX_OPEN_ROOMS}): join one that is, /rooms lists them`);
    }
    if (open.filter((room) => room.source === source).length >= MAX_ROOMS_PER_SOURCE) {
      throw new Refusal(
        `your address has begun ${MAX_ROOMS_PER_SOURCE} of the open rooms: join one that is open, /rooms lists them`,
      );
    }
  }

  #add(name: string, { log, messages }: Opened, source: string): OpenRoom {
    const { title, historyLength, opened } = this.#options;
    const room: Room = new Room(log, {
      name,
      title,
      historyLength,
      messages,
      roster: this.roster,
      schedule: this.#schedule,
      happened: (entries) => this.#elsewhere.happened(name, entries),
      changed: () => {
        this.#elsewhere.changed(name);
        this.#endIfEmpty(open);
      },
    });
    const open: OpenRoom = { room, log, source, coming: 0 };
    this.#open.set(name, open);
    if (this.#closed) room.beginShutdown();
    opened?.(room);
    return open;
  }

  #endIfEmpty(open: OpenRoom): void {
    if (open.room === this.lobby || open.coming > 0 || open.ending !== undefined || this.#closed) return;
    if (open.room.empty) void this.#end(open);
  }

  /** Closes a room; if nothing was ever said in it, nothing is kept. */
  #end(open: OpenRoom): Promise<void> {
    open.ending ??= this.#finish(open);
    return open.ending;
  }

  async #finish({ room, log }: OpenRoom): Promise<void> {
    await room.finish();
    room[Symbol.dispose]();
    const { name, messages } = room.summary;
    await log[Symbol.asyncDispose]();
    try {
      if (room !== this.lobby && messages === 0) await this.#logs.remove(name);
    } catch {
      // The disk is full or fails: the room stays, empty.
    }
    this.#open.delete(name);
  }
}

/** The lobby first, then those with the most people. */
function byInterest(one: RoomSummary, other: RoomSummary): number {
  const isLobby = ({ name }: RoomSummary) => Number(name === LOBBY);
  return isLobby(other) - isLobby(one) || other.members - one.members || compareNames(one.name, other.name);
}

/** A log, and how many messages are in it. */
interface Opened {
  log: Log;
  messages: number;
}

async function openLog(logs: Logs, room: string): Promise<Opened> {
  const log = await logs.open(room);
  return { log, messages: await log.messages(log.last) };
}
