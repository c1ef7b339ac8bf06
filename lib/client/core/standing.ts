import type { Welcome } from "../../wire/entries.ts";
import type { Hello } from "../../wire/hello.ts";
import { LOBBY, parseName } from "../../wire/names.ts";
import { refusalOf } from "../../wire/refusal.ts";
import { type ClientEvent, ConversationError } from "./connection.ts";
import type { ConversationEvent } from "./events.ts";
import { Moving } from "./moving.ts";
import type { Places } from "./places.ts";
import { Position } from "./position.ts";
import { unreadSince } from "./unread.ts";

/** Says, in a sentence, that one is not in the room for which one has something to say. Trying again does not help. */
export class RoomError extends ConversationError {}

/** Who wants to be where. */
export interface StandingOptions {
  /** The name to ask for. */
  name?: string;
  /** The room to go to; the lobby without it. */
  room?: string;
  /** The secret by which a name on this server stays its user's. */
  identity?: string;
  /** Whether to be told what happens in other rooms. */
  watch?: boolean;
  /** How far its user has seen each room; without it, that is neither told nor remembered. */
  places?: Places;
}

/** What a welcome means. */
export interface Arrival {
  /** What to tell. */
  events: ConversationEvent[];
  /** Whether one has gone to another room. */
  moved: boolean;
}

/** Who one is, in which room, and how far one has seen it: what a connection begins with, and what is remembered. */
export class Standing {
  /** In which room one is, and how one gets to another. */
  readonly moving: Moving;
  readonly #options: StandingOptions;
  readonly #client: string = crypto.randomUUID();
  readonly #position = new Position();
  #name?: string;
  /** The name to ask for on the next connection. */
  #wanted?: string;
  /** Whether the connection began by telling how far the room had been seen. */
  #seen = false;

  /** See {@linkcode StandingOptions}. */
  constructor(options: StandingOptions) {
    this.#options = options;
    this.#wanted = options.name;
    this.moving = new Moving(options.room);
  }

  /** One's name, once it is known. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Whether one has been in a room. */
  get entered(): boolean {
    return this.#position.resume !== undefined;
  }

  /** What a connection begins with. */
  hello(password: string | undefined): Hello {
    const { identity, watch, places } = this.#options;
    const room = this.moving.destination;
    const resume = this.moving.stays ? this.#position.resume : undefined;
    const place = resume === undefined ? places?.place(room ?? LOBBY) : undefined;
    this.#seen = place !== undefined;
    return {
      name: this.#wanted,
      password,
      client: this.#client,
      room,
      identity,
      watch,
      resume,
      seen: place && { log: place.log, seq: place.seq },
    };
  }

  /**
   * Takes a welcome, the `first` one on its connection, or the answer to a `/join`; `undefined` if it is neither, which is
   * none. `again`: it is not the first connection.
   *
   * @throws {RoomError} if it leads into a room that was not asked for
   */
  welcome(event: Welcome, { first, again }: { first: boolean; again: boolean }): Arrival | undefined {
    const { room: from, departing, stays, destination } = this.moving;
    const arrival = this.moving.welcome(event.room, { first });
    if (arrival === "wrong") throw new RoomError(wrongRoom(event, destination ?? LOBBY));
    if (!first && !departing) return;
    const resumed = first && this.entered && stays;
    const place = resumed ? undefined : this.#options.places?.place(this.moving.room!);
    const same = first && again && arrival === "here" && event.name === this.#name;
    this.#position.welcome(event);
    this.#welcomed(event.name, again);
    const events: ConversationEvent[] = [
      same ? { kind: "back" } : arrival === "moved" ? { ...event, from } : event,
    ];
    const unread = unreadSince(place, event);
    if (unread !== undefined) events.push({ kind: "unread", ...unread, shown: first && this.#seen });
    return { events, moved: arrival === "moved" || !first };
  }

  /**
   * Notes what else happens. Returns whether it is an entry that has just happened in the room.
   *
   * @throws {RoomError} if it shows that the server has no rooms, and one wants to be in a certain one
   */
  note(event: ClientEvent): boolean {
    const { destination } = this.moving;
    const other = event.kind === "plain" || event.kind === "silent";
    if (other && destination !== undefined && destination !== LOBBY) {
      throw new RoomError(`this server is not parley, and has no room ${destination}`);
    }
    if (!("seq" in event) || event.kind === "welcome" || event.kind === "mention") return false;
    if ("history" in event && event.history) return false;
    if (event.kind === "renamed" && event.name === this.#name) this.#rename(event.to, event.to);
    this.#position.moveTo(event);
    this.#remember();
    return true;
  }

  #welcomed(name: string, again: boolean): void {
    // A name that one bore and does not any more was changed on another device, except for an address.
    const changed = again && this.#name === this.#wanted && isName(name);
    this.#rename(name, changed ? name : this.#wanted);
  }

  #rename(name: string, wanted: string | undefined): void {
    this.#name = name;
    this.#wanted = wanted;
    this.#options.places?.note({ name: isName(name) ? name : undefined, room: this.moving.room });
  }

  #remember(): void {
    const [{ room }, { place }] = [this.moving, this.#position];
    if (room !== undefined && place !== undefined) this.#options.places?.note({ place: { room, ...place } });
  }
}

function wrongRoom({ room }: Welcome, wanted: string): string {
  return room === undefined
    ? `this server has one room only, the lobby, where nothing is said that is meant for ${wanted}; --room lobby goes there`
    : `the server has led to ${room} instead of ${wanted}, and what is meant for one room is not said in another`;
}

/** Whether this is a name that one can ask for, and not an address. */
function isName(name: string): boolean {
  return refusalOf(() => parseName(name)) === undefined;
}
