import type { Log } from "../log/log.ts";
import type { Logs } from "../log/logs.ts";
import { Room, type RoomOptions } from "../room.ts";
import { LOBBY } from "../wire/names.ts";
import { Refusal } from "../wire/refusal.ts";

/** How many rooms may be open, which means that someone is in them. */
export const MAX_OPEN_ROOMS = 256;

/** How many of the open rooms one source may have begun. */
export const MAX_ROOMS_PER_SOURCE = 32;

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

/** A room that is about to be open. */
interface OpeningRoom {
  /** Who begins it, as limits count them. */
  source: string;
  opened: Promise<OpenRoom>;
}

/** A log, and how many messages are in it. */
interface Opened {
  log: Log;
  messages: number;
}

/** How rooms are opened. */
export interface OpenRoomsOptions {
  /** Where their logs come from. */
  logs: Logs;
  /** What the room of this name is, besides. */
  describe(name: string): RoomOptions;
  /** Called when one has opened. */
  opened?(room: Room): void;
}

/**
 * The rooms that are open: a room opens when someone goes there, and ends when nobody is in it any more. The lobby is
 * always open.
 */
export class OpenRooms implements AsyncDisposable {
  readonly #options: OpenRoomsOptions;
  readonly #open = new Map<string, OpenRoom>();
  readonly #opening = new Map<string, OpeningRoom>();
  #closed = false;

  /** See {@linkcode OpenRoomsOptions}. */
  constructor(options: OpenRoomsOptions) {
    this.#options = options;
  }

  /** Opens the lobby. */
  async openLobby(): Promise<Room> {
    return this.#add(LOBBY, await this.#openLog(LOBBY), "").room;
  }

  /** All of them, in the order in which they opened. */
  get all(): Room[] {
    return [...this.#open.values()].map(({ room }) => room);
  }

  /** The room of this name, if it is open. */
  get(name: string): Room | undefined {
    return this.#open.get(name)?.room;
  }

  /**
   * Brings someone into the room of this name, which is opened for that, and stays open meanwhile. `source`: who, as
   * limits count them.
   *
   * @throws {Refusal} if it cannot be opened
   */
  async enter<T>(name: string, source: string, come: (room: Room) => Promise<T>): Promise<T> {
    const open = await this.#hold(name, source);
    try {
      return await come(open.room);
    } finally {
      open.coming--;
      this.#endIfEmpty(open);
    }
  }

  /**
   * Removes all that is kept of the room of this name, once it has ended. Returns whether there was anything.
   *
   * @throws {Refusal} if it is open, or about to be
   */
  async remove(name: string): Promise<boolean> {
    await this.#open.get(name)?.ending;
    if (this.#open.has(name) || this.#opening.has(name)) {
      throw new Refusal(`someone is coming into ${name}: try again`);
    }
    // At once: whoever waits for the end of the room, too, opens it anew in the next moment.
    return await this.#options.logs.remove(name);
  }

  /** Stops announcing who leaves, because from now on everyone does; no room ends by itself any more. */
  beginShutdown(): void {
    this.#closed = true;
    for (const { room } of this.#open.values()) room.beginShutdown();
  }

  /** Closes all of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map((open) => this.#end(open)));
  }

  /** Opens a room, or finds it open; it stays so until `coming` is counted down. */
  async #hold(name: string, source: string): Promise<OpenRoom> {
    while (true) {
      const open = this.#open.get(name);
      if (open !== undefined && open.ending === undefined) {
        open.coming++;
        return open;
      }
      await (open?.ending ?? this.#opening.get(name)?.opened ?? this.#begin(name, source));
    }
  }

  #begin(name: string, source: string): Promise<OpenRoom> {
    this.#requirePlace(source);
    const opened = this.#openLog(name).then((log) => this.#add(name, log, source), (error) => {
      this.#opening.delete(name);
      throw new Refusal(`${name} cannot be opened, the log cannot keep it: ${error.message}`);
    });
    this.#opening.set(name, { source, opened });
    return opened;
  }

  #requirePlace(source: string): void {
    const begun = [...this.#open.values(), ...this.#opening.values()];
    if (begun.length >= MAX_OPEN_ROOMS) {
      throw new Refusal(`no more rooms can be open (${MAX_OPEN_ROOMS}): join one that is, /rooms lists them`);
    }
    if (begun.filter((room) => room.source === source).length >= MAX_ROOMS_PER_SOURCE) {
      throw new Refusal(
        `your address has begun ${MAX_ROOMS_PER_SOURCE} of the open rooms: join one that is open, /rooms lists them`,
      );
    }
  }

  #add(name: string, { log, messages }: Opened, source: string): OpenRoom {
    const { describe, opened } = this.#options;
    const options = describe(name);
    const room: Room = new Room(log, {
      ...options,
      name,
      messages,
      changed: () => {
        options.changed?.();
        this.#endIfEmpty(open);
      },
    });
    const open: OpenRoom = { room, log, source, coming: 0 };
    this.#opening.delete(name);
    this.#open.set(name, open);
    if (this.#closed) room.beginShutdown();
    opened?.(room);
    return open;
  }

  async #openLog(room: string): Promise<Opened> {
    const log = await this.#options.logs.open(room);
    try {
      return { log, messages: await log.messages(log.last) };
    } catch (error) {
      // Or else it would be open for ever, and in no room.
      await log[Symbol.asyncDispose]();
      throw error;
    }
  }

  #endIfEmpty(open: OpenRoom): void {
    if (open.room.name === LOBBY || open.coming > 0 || open.ending !== undefined || this.#closed) return;
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
      if (name !== LOBBY && messages === 0) await this.#options.logs.remove(name);
    } catch {
      // The disk is full or fails: the room stays, empty.
    }
    this.#open.delete(name);
  }
}
