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
  readonly gate: Gate;
  readonly alert: Alert;
  readonly people: Roster;
  readonly ignored: Ignored;
  readonly rooms: RoomList;
  readonly session: Session;
  readonly log: RoomLog;
  readonly waiting: Waiting;
  readonly peopleList: PeopleList;
  readonly search: Search;
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
