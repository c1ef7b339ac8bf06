import { isMessage } from "../../wire/entries.ts";
import type { Entry, Message } from "../../wire/entries.ts";
import { clean } from "../../wire/clean.ts";

/** "prly": what SQLite's `application_id` says of a file that a room is kept in. */
export const APPLICATION_ID = 0x70726c79;

/** The version of the tables below, in SQLite's `user_version`. */
export const SCHEMA_VERSION = 1;

/**
 * The tables of a room, in words for whoever opens the file with the `sqlite3` shell. `docs/OPERATING.md` describes
 * them, too. `search` is an index of SQLite's FTS5 over the messages up to the one that `indexed` says.
 */
export const SCHEMA = `
  BEGIN;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
  CREATE TABLE room (
    id TEXT NOT NULL,       -- names this life of the room: clients that know another one start anew
    created TEXT NOT NULL,  -- ISO 8601, in UTC
    indexed INTEGER NOT NULL -- the last message that is in the index for searching
  );
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    time TEXT NOT NULL,     -- ISO 8601, in UTC
    kind TEXT NOT NULL CHECK (kind IN ('said', 'action', 'joined', 'left', 'renamed')),
    name TEXT NOT NULL,     -- who; where several joined or left at once, their names with spaces between
    text TEXT,              -- what was said or done; of left the reason; of renamed the new name
    member TEXT,            -- whose it is: a key for each name, with spaces between
    line INTEGER            -- the number that a client gave it with /once
  );
  CREATE INDEX messages ON entries (seq) WHERE kind IN ('said', 'action');
  CREATE TABLE clients (
    member TEXT PRIMARY KEY,
    taken INTEGER NOT NULL, -- the highest number of /once that was handled
    time TEXT NOT NULL      -- when that was
  ) WITHOUT ROWID;
  CREATE VIRTUAL TABLE search USING fts5(name, text, content = 'entries', content_rowid = 'seq');
  INSERT INTO search (search, rank) VALUES ('usermerge', 2);
  CREATE TRIGGER unindex_message AFTER DELETE ON entries
  WHEN old.kind IN ('said', 'action') AND old.seq <= (SELECT indexed FROM room) BEGIN
    INSERT INTO search (search, rowid, name, text) VALUES ('delete', old.seq, old.name, old.text);
  END;
  INSERT INTO room VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%fZ'), 0);
  COMMIT;
`;

/** A row of `entries`. */
export type Row = Record<string, string | number | null>;

/** The columns of a row, in the order of {@linkcode toColumns}. */
export const COLUMNS = "seq, time, kind, name, text, member, line";

/** What is put into the columns for an entry; `time` is its time in ISO 8601. */
export function toColumns(entry: Entry, time: string): (string | number | null)[] {
  const { seq } = entry;
  switch (entry.kind) {
    case "said":
    case "action":
      return [seq, time, entry.kind, entry.name, entry.text, entry.authorKey, entry.line ?? null];
    case "joined":
    case "left":
      return [
        seq,
        time,
        entry.kind,
        entry.names.join(" "),
        entry.reason ?? null,
        entry.memberKeys.join(" "),
        null,
      ];
    case "renamed":
      return [seq, time, entry.kind, entry.name, entry.to, null, null];
  }
}

/** The entry of a row. Others may have written to the file, so what will be shown is cleaned. */
export function fromRow(row: Row): Entry {
  const kind = row.kind as Entry["kind"];
  const numbered = { seq: Number(row.seq), time: Date.parse(String(row.time)) || 0 };
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
