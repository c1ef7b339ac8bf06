/**
 * What a room's log shows, one item a row.
 *
 * @module
 */

/** What all items have. */
export interface Placed {
  /** The number of the entry; of what is no entry, that of the entry before it. */
  readonly seq: number;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
}

/** A message, or an action. */
export interface SaidItem extends Placed {
  /** The kind of item. */
  readonly kind: "said" | "action";
  /** Who it is. */
  readonly name: string;
  /** What it says, cleaned. */
  readonly text: string;
  /** Whether it is the reader's own. */
  readonly own: boolean;
  /** What stands between two lines of three backticks: shown as one block. */
  readonly code?: string;
  /** The number of the last entry of the block. */
  readonly last?: number;
}

/** Who came and who left, one after another, with nothing said in between. */
export interface PresenceItem extends Placed {
  /** The kind of item. */
  readonly kind: "presence";
  /** Who came and is still there. */
  readonly came: readonly string[];
  /** Who left, and why. */
  readonly left: readonly { readonly name: string; readonly reason?: string }[];
  /** Who came and left again. */
  readonly passed: readonly string[];
  /** The number of the last entry of it. */
  readonly last: number;
}

/** A change of name. */
export interface RenamedItem extends Placed {
  /** The kind of item. */
  readonly kind: "renamed";
  /** Who it is. */
  readonly name: string;
  /** The new name, or whom the reader wrote to. */
  readonly to: string;
}

/** A private message: `name` wrote it to the reader, or the reader to `to`. */
export interface PrivateItem extends Placed {
  /** The kind of item. */
  readonly kind: "private";
  /** Who it is. */
  readonly name?: string;
  /** The new name, or whom the reader wrote to. */
  readonly to?: string;
  /** What it says, cleaned. */
  readonly text: string;
}

/** A sentence for the reader alone. */
export interface NoteItem extends Placed {
  /** The kind of item. */
  readonly kind: "note";
  /** What it says, cleaned. */
  readonly text: string;
  /** Whether it says that something is wrong. */
  readonly wrong?: boolean;
}

/** One of them. */
export type Item = SaidItem | PresenceItem | RenamedItem | PrivateItem | NoteItem;

/** Whether an item is an entry of the log, which has its number alone. */
export function isEntry(item: Item): boolean {
  return item.kind !== "private" && item.kind !== "note";
}

/** The number of the last entry that an item stands for. */
export function lastOf(item: Item): number {
  return "last" in item && item.last !== undefined ? item.last : item.seq;
}
