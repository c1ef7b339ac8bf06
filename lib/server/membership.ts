import type { Cursor } from "../fanout/cursor.ts";
import type { JoinOptions, Member, Room } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import type { Hello } from "../wire/hello.ts";

/** The session that a membership belongs to. */
export interface MembershipOwner {
  /** The peer's address. */
  readonly peer: string;
  /** Called when another connection of the same client has replaced this one. */
  replaced(): void;
  /** Takes a member's place for it; returns whether there was one. Without one, it is closed. */
  admit(): boolean;
  /** Called if joining fails. */
  failed(): void;
}

/** A connection's standing in the room: none at first, then a member, until it leaves, is lost, or is replaced. */
export class Membership {
  readonly #owner: MembershipOwner;
  readonly #room: Room;
  readonly #cursor: Cursor;
  #joining?: Promise<void>;
  #member?: Member;
  #replaced = false;
  /** It has left, or is about to: nothing joins from now on. */
  #left = false;

  /** `cursor` leads to the owner's peer. */
  constructor(owner: MembershipOwner, room: Room, cursor: Cursor) {
    this.#owner = owner;
    this.#room = room;
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

  /** Joins; further calls do nothing, and neither does one after {@linkcode Membership.leave}. */
  async join(hello: Hello = {}): Promise<void> {
    if (!this.#left && (this.#joining !== undefined || this.#owner.admit())) {
      this.#joining ??= this.#enter(hello, (joining) => this.#room.join(joining));
    }
    await this.#joining;
  }

  /** Joins as `/hello` says, or starts the stream over if the peer has joined already. */
  async take(hello: Hello): Promise<void> {
    if (this.#joining === undefined) return await this.join(hello);
    await this.#joining;
    if (this.#member === undefined || this.#left) return;
    const member = this.#member;
    this.#joining = this.#enter(hello, (joining) => this.#room.restart(member, joining));
    await this.#joining;
  }

  /**
   * Sends what the peer has not read yet, and `closing` as the last line. The member leaves for this `reason`; if it is
   * `lost`, it may come back. For a peer that never joined or was replaced, nothing changes in the room.
   */
  async leave(closing: Closed, { reason, lost }: { reason?: string; lost: boolean }): Promise<void> {
    this.#left = true;
    await this.#joining;
    if (this.#member === undefined) await this.#cursor.end(closing);
    else if (this.#replaced) await this.#room.part(this.#member, closing);
    else if (lost && this.#member.resumable) await this.#room.lose(this.#member, closing);
    else await this.#room.leave(this.#member, { closing, reason });
  }

  async #enter(hello: Hello, join: (options: JoinOptions) => Promise<Member>): Promise<void> {
    try {
      this.#member = await join(await this.#joinOptions(hello));
    } catch {
      if (!this.#left) this.#owner.failed();
    }
  }

  async #joinOptions({ name, client, resume }: Hello): Promise<JoinOptions> {
    const joining = { cursor: this.#cursor, address: this.#owner.peer, name, resume, gone: () => this.#left };
    if (client === undefined) return joining;
    const replaced = () => {
      this.#replaced = true;
      this.#owner.replaced();
    };
    return { ...joining, client: await digest(client), replaced };
  }
}

/** The hash by which the room knows a client key: the log holds no secret that would let others in. */
async function digest(client: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(client));
  return new Uint8Array(hash).toBase64({ alphabet: "base64url", omitPadding: true });
}
