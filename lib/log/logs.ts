import type { Log } from "./log.ts";
import type { OwnerStore } from "./owners.ts";

/** A room of which something is kept. */
export interface KeptRoom {
  /** The room's name. */
  name: string;
  /** How many messages were ever said in it. */
  messages: number;
}

/**
 * The logs of all rooms of a server, kept in one place: memory, a file, or elsewhere. `tests/log/contract.ts` tests what
 * every such place must do.
 */
export interface Logs extends AsyncDisposable {
  /** Who owns which name; undefined if that is only known until the server ends. */
  readonly owners?: OwnerStore;

  /**
   * Opens the log of the room of this name, and begins one if there is none. The log is closed when it is disposed of,
   * which removes nothing, and until then it is not opened again.
   *
   * @throws or rejects if nothing can be kept
   */
  open(room: string): Log | Promise<Log>;

  /** The rooms of which something is kept, open or not, in the order in which they began: the first `limit`. */
  list(limit: number): KeptRoom[] | Promise<KeptRoom[]>;

  /**
   * Removes all that is kept of a room that is not open; if it begins again, it is another one. Returns whether there was
   * anything.
   */
  remove(room: string): boolean | Promise<boolean>;
}
