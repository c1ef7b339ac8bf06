import type { DatabaseSync, StatementSync } from "node:sqlite";
import { clean } from "../../wire/clean.ts";
import { LOBBY } from "../../wire/names.ts";
import type { KeptRoom } from "../logs.ts";
import { MAX_ROOMS, ROOM_SIZE } from "./rows.ts";
import { IS_MESSAGE } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** A room in the file. */
export interface RoomRow {
  /** Its number. */
  room: number;
  /** Names this life of the room. */
  id: string;
  /** The number of its last message that is in the index for searching. */
  indexed: number;
}

/** The rooms of a file. */
export class RoomTable {
  readonly #db: DatabaseSync;
  readonly #statements: Record<"find" | "list" | "last" | "count" | "forgotten" | "next", StatementSync>;
  /** How many messages were ever said in the rooms for which that was counted, by their numbers. */
  readonly #totals = new Map<number, number>();

  /** `db`: an open file, perhaps only to be read. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = {
      find: db.prepare("SELECT room, id, indexed FROM rooms WHERE name = ?"),
      list: db.prepare("SELECT room, name FROM rooms WHERE name IS NOT NULL ORDER BY room LIMIT ?"),
      last: db.prepare("SELECT max(place) AS place FROM entries WHERE place > ? AND place < ?"),
      count: db.prepare(
        `SELECT count(*) AS count FROM entries WHERE ${IS_MESSAGE} AND place > ? AND place < ?`,
      ),
      forgotten: db.prepare("SELECT forgotten FROM rooms WHERE room = ?"),
      next: db.prepare(
        "SELECT room, id, indexed FROM rooms WHERE name IS NOT NULL AND room > ? ORDER BY room LIMIT 1",
      ),
    };
  }

  /** The room of this name, if there is one. */
  find(name: string): RoomRow | undefined {
    return this.#statements.find.get(name) as RoomRow | undefined;
  }

  /** The room with the lowest number that is higher than this one, if there is one. */
  next(room: number): RoomRow | undefined {
    return this.#statements.next.get(room) as RoomRow | undefined;
  }

  /**
   * Begins a room.
   *
   * @throws if that cannot be kept
   */
  begin(name: string): RoomRow {
    const { last } = this.#db.prepare("SELECT coalesce(max(room), -1) AS last FROM rooms").get() as {
      last: number;
    };
    const lobby = name === LOBBY &&
      this.#db.prepare("SELECT 1 FROM rooms WHERE room = 0").get() === undefined;
    const room = lobby ? 0 : Math.max(last, 0) + 1;
    if (room >= MAX_ROOMS) throw new Error("the file holds as many rooms as it can");
    transaction(this.#db, () => {
      // Not with RETURNING: that returns a row even if it cannot be kept.
      this.#db.prepare(`
        INSERT INTO rooms (room, name, id, created)
        VALUES (?, ?, lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%fZ'))
      `).run(room, name);
    });
    return this.find(name)!;
  }

  /**
   * Ends a room: what is left of it is to be removed, and nobody finds it any more. The `/once` numbers that were noted
   * in it are remembered as long as the entries of another room, because clients go from room to room.
   *
   * @throws if that cannot be kept; then nothing has changed
   */
  end({ room }: RoomRow): void {
    const other = this.#db.prepare(
      "SELECT room FROM rooms WHERE name IS NOT NULL AND room <> ? ORDER BY room LIMIT 1",
    ).get(room) as { room: number } | undefined;
    transaction(this.#db, () => {
      this.#db.prepare("UPDATE rooms SET name = NULL WHERE room = ?").run(room);
      if (other === undefined) return;
      const base = other.room * ROOM_SIZE;
      this.#db.prepare("UPDATE clients SET place = ? WHERE place >= ? AND place < ?")
        .run(base + this.last(other.room), room * ROOM_SIZE, (room + 1) * ROOM_SIZE);
    });
    this.#totals.delete(room);
  }

  /** The first rooms, in the order in which they began, without those that other programs gave a name that none has. */
  list(limit: number): KeptRoom[] {
    const rows = this.#statements.list.all(Math.min(limit, MAX_ROOMS)) as { room: number; name: string }[];
    return rows.filter(({ name }) => clean(name) === name)
      .map(({ room, name }) => ({ name, messages: this.messages(room) }));
  }

  /** The number of a room's last entry; 0 if there is none. */
  last(room: number): number {
    const base = room * ROOM_SIZE;
    const { place } = this.#statements.last.get(base, base + ROOM_SIZE) as { place: number | null };
    return (place ?? base) - base;
  }

  /** How many messages a room has after its entry `seq` that are kept. */
  countAfter(room: number, seq: number): number {
    const base = room * ROOM_SIZE;
    return this.#statements.count.get(base + seq, base + ROOM_SIZE)!.count as number;
  }

  /** How many messages were ever said in a room. They are counted once; whoever adds some says so. */
  messages(room: number): number {
    let total = this.#totals.get(room);
    if (total === undefined) {
      total = (this.#statements.forgotten.get(room)!.forgotten as number) + this.countAfter(room, 0);
      this.#totals.set(room, total);
    }
    return total;
  }

  /** So many messages were added to a room. */
  added(room: number, messages: number): void {
    const total = this.#totals.get(room);
    if (total !== undefined) this.#totals.set(room, total + messages);
  }
}
