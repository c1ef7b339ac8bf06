/**
 * What a client remembers of a server from one run to the next, as far as a conversation needs it. Where it is kept is
 * the client's business.
 *
 * @module
 */

/** How far a room's log has been seen. */
export interface Place {
  /** The log's id. */
  readonly log: string;
  /** The sequence number of the last entry seen. */
  readonly seq: number;
  /** The time of that entry, in milliseconds since 1970. */
  readonly time: number;
  /** How many messages the room had counted up to it. */
  readonly messages: number;
}

/** Knows how far each room has been seen. */
export interface Places {
  /** How far this room has been seen, as far as is remembered. */
  place(room: string): Place | undefined;
  /** Remembers something: the name that the user bears, the room in which they are, or how far they have seen one. */
  note(what: { name?: string; room?: string; place?: Place & { room: string } }): void;
}

/** What is kept of a server between two runs. */
export interface Recollection extends Places {
  /** The secret by which a name stays its user's; `undefined` if none can be kept. */
  readonly identity?: string;
  /** The name that the user bore last. */
  readonly name?: string;
  /** The room in which the user was last. */
  readonly room?: string;
  /** Why nothing is kept, and what changes that, in a sentence. */
  readonly reason?: string;
}
