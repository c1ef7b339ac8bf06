import type { Ignored } from "../core/ignore.ts";
import type { Roster } from "../core/roster.ts";
import type { Alert } from "./alert.ts";
import type { Gate } from "./gate.ts";
import type { Naming } from "./naming.ts";
import type { BrowserRecollection } from "./recollection.ts";
import type { RoomList } from "./rooms.ts";
import type { RoomLog } from "./room_log.ts";
import type { PeopleList } from "./people.ts";
import type { Search } from "./search.ts";
import type { Session } from "./session.ts";
import type { Waiting } from "./waiting.ts";

/** What the page is made of, for those of its parts that work with several others. */
export interface Parts {
  /** What the browser remembers of this server. */
  readonly recollection: BrowserRecollection;
  /** What stands before the room. */
  readonly gate: Gate;
  /** Calls whoever is called. */
  readonly alert: Alert;
  /** Who is here. */
  readonly people: Roster;
  /** Whom the reader does not want to hear. */
  readonly ignored: Ignored;
  /** The rooms, with what was not read in them. */
  readonly rooms: RoomList;
  /** Talks with the server. */
  readonly session: Session;
  /** The log of the room. */
  readonly log: RoomLog;
  /** What could not be said yet, or not at all. */
  readonly waiting: Waiting;
  /** The list of those who are here. */
  readonly peopleList: PeopleList;
  /** Finds what was said. */
  readonly search: Search;
  /** The dialogs that ask for names. */
  readonly naming: Naming;
  /** To whom what is typed is said alone; `undefined`: to everyone. */
  readonly to: string | undefined;
  /** Says what is typed to one person alone from now on, or to everyone again. */
  writeTo(name: string | undefined): void;
  /** Goes to another room. */
  goTo(room: string): void;
  /** Something has changed that stands around the log. */
  changed(): void;
}
