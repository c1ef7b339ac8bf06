import { DatabaseSync } from "node:sqlite";
import { type Keep, Retention } from "../../../lib/log/sqlite/retention.ts";
import { EntryRemover } from "../../../lib/log/sqlite/remover.ts";
import { RoomTable } from "../../../lib/log/sqlite/rooms.ts";
import { ROOM_SIZE } from "../../../lib/log/sqlite/rows.ts";
import { SCHEMA } from "../../../lib/log/sqlite/schema.ts";

/** Times, in milliseconds. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 25, 12);

/** A log on a machine with a clock of its own. */
export class Machine implements Disposable {
  readonly db = new DatabaseSync(":memory:");
  uptime = 0;
  /** How far the clock on the wall is ahead. */
  ahead = 0;
  readonly rooms: RoomTable;
  readonly #lobby: number;
  #retention?: Retention;

  constructor() {
    this.db.exec(SCHEMA);
    this.rooms = new RoomTable(this.db);
    this.#lobby = this.rooms.begin("lobby").room;
  }

  now(): number {
    return NOON + this.uptime + this.ahead;
  }

  /** Adds entries with these times, as hours and minutes before or after the clock's. */
  say(...ages: number[]): void {
    this.sayIn(this.#lobby, ...ages);
  }

  /** The same in a room. */
  sayIn(room: number, ...ages: number[]): void {
    const insert = this.db.prepare(
      "INSERT INTO entries (place, time, kind, name, text, member) VALUES (?, ?, 'said', 'a', 'hi', 'A')",
    );
    let place = room * ROOM_SIZE + this.rooms.last(room);
    for (const age of ages) insert.run(++place, new Date(this.now() - age).toISOString());
  }

  /** Someone comes into a room. */
  open(room: number): void {
    this.#retention!.opened(room, this.rooms.last(room));
  }

  /** Starts the server, or starts it again. `written`: how long ago the file was written. */
  start(keep: Keep, written = 0): void {
    this.#retention?.[Symbol.dispose]();
    this.#retention = new Retention(this.db, {
      keep,
      now: () => this.now(),
      uptime: () => this.uptime,
      written: this.now() - written,
      rooms: this.rooms,
      remover: new EntryRemover(this.db),
    });
  }

  /** Lets time pass, in which retention runs. */
  pass(ms: number): void {
    for (const end = this.uptime + ms; this.uptime < end;) {
      this.uptime += Math.min(MINUTE, end - this.uptime);
      this.#retention!.prune(1000);
    }
  }

  /** Lets retention run for as short a time as it can. */
  step(): boolean {
    return this.#retention!.prune(0.01);
  }

  get left(): number[] {
    return this.leftIn(this.#lobby);
  }

  /** The numbers of a room's entries. */
  leftIn(room: number): number[] {
    const rows = this.db.prepare(
      "SELECT place & 0xffffffff AS seq FROM entries WHERE place >> 32 = ? ORDER BY place",
    );
    return rows.all(room).map(({ seq }) => Number(seq));
  }

  /** How many messages a room has forgotten. */
  forgottenIn(room: number): number {
    return Number(this.db.prepare("SELECT forgotten FROM rooms WHERE room = ?").get(room)!.forgotten);
  }

  /** Whose numbers of `/once` are remembered. */
  get clients(): string[] {
    return this.db.prepare("SELECT member FROM clients").all().map(({ member }) => String(member));
  }

  /** Notes a client at an entry of a room. */
  note(member: string, room: number, seq: number): void {
    this.db.prepare("INSERT INTO clients (member, taken, time, place) VALUES (?, 7, ?, ?)")
      .run(member, new Date(this.now()).toISOString(), room * ROOM_SIZE + seq);
  }

  [Symbol.dispose](): void {
    this.#retention?.[Symbol.dispose]();
    this.db.close();
  }
}
