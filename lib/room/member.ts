import type { Cursor } from "../fanout/cursor.ts";
import type { Closed } from "../wire/entries.ts";
import type { Resume, Seen } from "../wire/hello.ts";

/** Someone on the server, who bears one name on all of their connections, in one room or several. */
export interface Person {
  /** Unique on the server, regardless of case. */
  name: string;
  /** Who they are by the identity that their client keeps; undefined for whoever keeps none. */
  owner?: string;
  /** Their connections. */
  readonly members: Set<Member>;
}

/** What a member's room is told of what happens to its members elsewhere on the server. */
export interface Whereabouts {
  /** The room's name. */
  readonly name: string;
  /** Resolves when everything said so far is in its log, or was refused. */
  settled(): Promise<void>;
  /** A person in it has another name now. */
  renamed(person: Person, before: string): void;
  /** The members of a person belong to another one now, who bears another name. */
  merged(person: Person, into: Person): void;
  /** Takes a member out; the others are told why, if there is a reason. */
  remove(member: Member, reason?: string): void;
  /** See {@linkcode Room.leave}. */
  leave(member: Member, options: { closing: Closed; reason?: string }): Promise<void>;
  /** See {@linkcode Room.lose}. */
  lose(member: Member, closing: Closed): Promise<void>;
  /** See {@linkcode Room.part}. */
  part(member: Member, closing: Closed): Promise<void>;
}

/** How someone joins. */
export interface JoinOptions {
  /** Where the lines for the member go. */
  cursor: Cursor;
  /** The peer's address: the name of whoever asks for none. */
  address: string;
  /** What the limits of the peer are counted by; the address without it. */
  source?: string;
  /** The name asked for. If it cannot be had, the member is called by its address and gets an error line that says why. */
  name?: string;
  /** The key of a client that may come back. A member that already has it is replaced without an announcement. */
  client?: string;
  /** The hash of the identity that the client keeps. */
  identity?: string;
  /** Where its stream should go on. */
  resume?: Resume;
  /** How far its user has read the room before. */
  seen?: Seen;
  /** Whether to tell it what happens in other rooms. */
  watch?: boolean;
  /** Called when another connection takes its place. */
  replaced?(): void;
  /** Whether whoever wants to come in is gone already. */
  gone?(): boolean;
}

/** How something is said. */
export interface SayOptions {
  /** Whether it is an action, as with `/me`. */
  action?: boolean;
  /** The `/once` number that its receipt carries. */
  line?: number;
}

/** One connection of someone who is in a room. */
export class Member {
  /** Whose connection it is. */
  person: Person;
  /** The room that it is in. */
  room: Whereabouts;
  /** Secret, and unique on the server: tells the member's own entries from those of others. */
  readonly key: string;
  /** Its position in the log, and the way to reach it. */
  readonly cursor: Cursor;
  /** What its limits are counted by. */
  readonly source: string;
  /** The hash of the identity that its client keeps. */
  readonly identity?: string;
  /** Whether it may come back on another connection, because its client sent a key of its own. */
  readonly resumable: boolean;
  /** Whether it is told what happens in other rooms. */
  readonly watches: boolean;
  /** Called when another connection takes its place. */
  readonly replaced?: () => void;
  /** The highest `/once` number handled. */
  lastLine = 0;
  /** Resolves when its arrival in the room has been drafted. */
  announced: Promise<void> = Promise.resolve();

  /** See {@linkcode JoinOptions}. */
  constructor(person: Person, room: Whereabouts, options: JoinOptions) {
    const { cursor, address, client, identity, watch = false, source = address, replaced } = options;
    this.person = person;
    this.room = room;
    this.key = client ?? crypto.randomUUID();
    this.cursor = cursor;
    this.source = source;
    this.identity = identity;
    this.resumable = client !== undefined;
    this.watches = watch;
    this.replaced = replaced;
  }

  /** The name that the person bears. */
  get name(): string {
    return this.person.name;
  }
}
