import type { Cursor } from "../fanout/cursor.ts";
import type { Member } from "../room.ts";
import type { JoinRoomOptions, Rooms } from "../rooms.ts";
import type { Closed } from "../wire/entries.ts";
import type { Hello } from "../wire/hello.ts";
import { FORMATS } from "../wire/formats/formats.ts";
import { LOBBY, parseRoomName } from "../wire/names.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import { fault } from "./disconnects.ts";

/** The session that a membership belongs to. */
export interface MembershipOwner {
  /** The peer's address. */
  readonly peer: string;
  /** What its limits are counted by. */
  readonly source: string;
  /** Called when another connection of the same client has replaced this one. */
  replaced(): void;
  /** Takes a member's place for it; returns whether there was one. Without one, it is closed. */
  admit(): boolean;
  /** Called if joining fails: with what to tell the peer, if it was refused. */
  failed(closing?: Closed): void;
}

/** A connection's standing on the server: none at first, then a member of a room, until it leaves, is lost, or is replaced. */
export class Membership {
  readonly #owner: MembershipOwner;
  readonly #rooms: Rooms;
  readonly #cursor: Cursor;
  #joining?: Promise<void>;
  #member?: Member;
  #replaced = false;
  /** It has left, or is about to: nothing joins from now on. */
  #left = false;
  #readsAlong = false;

  /** `cursor` leads to the owner's peer. */
  constructor(owner: MembershipOwner, rooms: Rooms, cursor: Cursor) {
    this.#owner = owner;
    this.#rooms = rooms;
    this.#cursor = cursor;
  }

  /** The member that the peer is, once it has joined. */
  get member(): Member | undefined {
    return this.#member;
  }

  /** Whether joining has begun. */
  get begun(): boolean {
    return this.#joining !== undefined;
  }

  /** Shows what is said in the lobby without joining, until the peer joins. */
  async readAlong(): Promise<void> {
    if (this.#left || this.begun || this.#readsAlong) return;
    this.#readsAlong = true;
    await this.#rooms.lobby.readAlong(this.#cursor, () => this.#left || this.begun);
  }

  /**
   * Joins; further calls do nothing, and neither does one after {@linkcode Membership.leave}. Whoever has read along is not
   * shown the same again.
   */
  async join(hello: Hello = {}): Promise<void> {
    const resume = this.#readsAlong && !this.begun ? this.#rooms.lobby.stopReading(this.#cursor) : undefined;
    await this.#join({ ...hello, resume: hello.resume ?? resume });
  }

  async #join(hello: Hello): Promise<void> {
    if (!this.begun) this.#adopt(hello);
    if (!this.#left && (this.begun || this.#owner.admit())) {
      this.#joining ??= this.#enter(hello, (joining) => this.#rooms.join(joining));
    }
    await this.#joining;
  }

  /** Joins as `/hello` says, or starts the stream over if the peer has joined already. */
  async take(hello: Hello): Promise<void> {
    if (this.#joining === undefined) {
      this.#cursor.unfollow();
      return await this.#join(hello);
    }
    await this.#joining;
    if (this.#member === undefined || this.#left) return;
    const member = this.#member;
    // Not before: the welcome that was on its way, in another format, is not the answer to this.
    this.#adopt(hello);
    this.#joining = this.#enter(hello, (joining) => this.#rooms.restart(member, joining));
    await this.#joining;
  }

  /**
   * Moves the member to another room.
   *
   * @throws {Refusal} if it cannot be joined
   */
  async move(room: string): Promise<void> {
    if (this.#member === undefined || this.#left) return;
    const moving = this.#rooms.move(this.#member, room, () => this.#left);
    // Whoever leaves meanwhile leaves the room where this has led to by then.
    this.#joining = moving.catch(() => {});
    await moving;
  }

  /**
   * Sends what the peer has not read yet, and `closing` as the last line. The member leaves for this `reason`; if it is
   * `lost`, it may come back. For a peer that never joined or was replaced, nothing changes in the room.
   */
  async leave(closing: Closed, { reason, lost }: { reason?: string; lost: boolean }): Promise<void> {
    this.#left = true;
    await this.#joining;
    const member = this.#member;
    if (member === undefined) return await this.#cursor.end(closing);
    if (this.#replaced) await member.room.part(member, closing);
    else if (lost && member.resumable) await member.room.lose(member, closing);
    else await member.room.leave(member, { closing, reason });
  }

  #adopt({ format }: Hello): void {
    if (format !== undefined) this.#cursor.format = FORMATS[format];
  }

  async #enter(hello: Hello, join: (options: JoinRoomOptions) => Promise<Member>): Promise<void> {
    try {
      this.#member = await join(await this.#joinOptions(hello));
    } catch (error) {
      if (!this.#left) this.#owner.failed(error instanceof Refusal ? turnedAway(error, hello) : undefined);
    }
  }

  async #joinOptions({ name, room, client, identity, watch, resume, seen }: Hello): Promise<JoinRoomOptions> {
    const { peer: address, source } = this.#owner;
    const joining = { cursor: this.#cursor, address, source, name, room, watch, resume, seen };
    return {
      ...joining,
      gone: () => this.#left,
      identity: identity === undefined ? undefined : await digest(identity),
      client: client === undefined ? undefined : await digest(client),
      replaced: client === undefined ? undefined : () => {
        this.#replaced = true;
        this.#owner.replaced();
      },
    };
  }
}

/** What someone is told who cannot join a room; trying again makes sense unless its name is none. */
function turnedAway({ message }: Refusal, { room = LOBBY }: Hello): Closed {
  return { ...fault(message), retry: refusalOf(() => parseRoomName(room)) === undefined };
}

/** The hash by which the server knows a secret of a client: neither the log nor a file holds what would let others in. */
async function digest(secret: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return new Uint8Array(hash).toBase64({ alphabet: "base64url", omitPadding: true });
}
