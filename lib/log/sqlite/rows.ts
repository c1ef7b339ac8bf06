import { isMessage } from "../../wire/entries.ts";
import type { Entry, Message } from "../../wire/entries.ts";
import { clean } from "../../wire/clean.ts";

/** How many numbers each room has; the number of a room's entry and that of the room make its place in the file. */
export const ROOM_SIZE: number = 2 ** 32;

/** How many rooms there can be: places are numbers below 2 ** 53. */
export const MAX_ROOMS: number = 2 ** 21;

/** A row of `entries`. */
export type Row = Record<string, string | number | null>;

/** The columns of a row, in the order of {@linkcode toColumns}. */
export const COLUMNS = "place, time, kind, name, text, member, line";

/** The values of the columns for an entry of the room that begins after place `base`; `time` is its time in ISO 8601. */
export function toColumns(entry: Entry, time: string, base: number): (string | number | null)[] {
  const place = base + entry.seq;
  switch (entry.kind) {
    case "said":
    case "action":
      return [place, time, entry.kind, entry.name, entry.text, entry.authorKey, entry.line ?? null];
    case "joined":
    case "left":
      return [
        place,
        time,
        entry.kind,
        entry.names.join(" "),
        entry.reason ?? null,
        entry.memberKeys.join(" "),
        null,
      ];
    case "renamed":
      return [place, time, entry.kind, entry.name, entry.to, null, null];
  }
}

/** The entry of a row. Other programs may have written to the file, so what will be shown is cleaned. */
export function fromRow(row: Row): Entry {
  const kind = row.kind as Entry["kind"];
  const numbered = { seq: Number(row.place) % ROOM_SIZE, time: Date.parse(String(row.time)) || 0 };
  const [name, text, member] = [clean(String(row.name)), clean(String(row.text ?? "")), String(row.member)];
  switch (kind) {
    case "said":
    case "action":
      return {
        ...numbered,
        kind,
        name,
        text,
        authorKey: member,
        line: row.line === null ? undefined : Number(row.line),
      };
    case "joined":
    case "left":
      return {
        ...numbered,
        kind,
        names: name.split(" "),
        reason: row.text === null ? undefined : text,
        memberKeys: member.split(" "),
      };
    case "renamed":
      return { ...numbered, kind, name, to: text };
  }
}

/** The messages of rows. */
export function messagesFrom(rows: Row[]): Message[] {
  return rows.map(fromRow).filter(isMessage);
}
