import { isMessage } from "../../wire/entries.ts";
import type { Entry, Message } from "../../wire/entries.ts";
import { clean } from "../../wire/clean.ts";

/** "prly": SQLite's `application_id` of a file that a room is kept in. */
export const APPLICATION_ID = 0x70726c79;

/** The version of the tables below, in SQLite's `user_version`. */
export const SCHEMA_VERSION = 2;

/** What entries are messages, in SQL. */
export const IS_MESSAGE = "kind IN ('said', 'action')";

/**
 * The index for `/search`: of each message, the grams of its name and text, see `grams.ts`. They are separated by spaces, and
 * all other characters belong to them, so the tokenizer has nothing to decide. It holds no texts and no positions: what
 * it finds is compared with the words.
 */
const SEARCH = `
  CREATE VIRTUAL TABLE search USING fts5(
    grams, content = '', contentless_delete = 1, detail = none, prefix = '1 2',
    tokenize = ${quote(`ascii tokenchars ${quote(punctuation())}`)}
  );
  INSERT INTO search (search, rank) VALUES ('automerge', 0); -- merged a little with each step
  INSERT INTO search (search, rank) VALUES ('crisismerge', 1000);
  INSERT INTO search (search, rank) VALUES ('usermerge', 4);
  CREATE TRIGGER unindex_message AFTER DELETE ON entries
  WHEN old.kind IN ('said', 'action') AND old.seq <= (SELECT indexed FROM room) BEGIN
    DELETE FROM search WHERE rowid = old.seq;
  END;
`;

/**
 * The tables of a room, in words for whoever opens the file with the `sqlite3` shell. `docs/OPERATING.md` describes
 * them, too. `search` is an index of the messages up to the one that `indexed` says.
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
    name TEXT NOT NULL,     -- who; if several joined or left at once, their names with spaces between
    text TEXT,              -- what was said or done; of left the reason; of renamed the new name
    member TEXT,            -- whose it is: a key for each name, with spaces between
    line INTEGER            -- the number that a client gave it with /once
  );
  CREATE INDEX messages ON entries (seq) WHERE kind IN ('said', 'action');
  CREATE TABLE clients (
    member TEXT PRIMARY KEY,
    taken INTEGER NOT NULL, -- the highest number of /once that was handled
    time TEXT NOT NULL,     -- when that was
    seq INTEGER NOT NULL DEFAULT 0 -- the last entry at that time: it is forgotten when that is no longer kept
  ) WITHOUT ROWID;
  ${SEARCH}
  INSERT INTO room VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%fZ'), 0);
  COMMIT;
`;

/**
 * What makes the tables of version 1 those of version 2. It is quick: the index is built anew afterwards, little by
 * little, and goes on with the next start if it is not finished.
 */
export const FROM_VERSION_1 = `
  BEGIN IMMEDIATE;
  DROP TRIGGER unindex_message;
  DROP TABLE search;
  UPDATE room SET indexed = 0;
  ALTER TABLE clients ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
  UPDATE clients SET seq = (SELECT coalesce(max(seq), 0) FROM entries);
  ${SEARCH}
  PRAGMA user_version = 2;
  COMMIT;
`;

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** All of ASCII that is neither a letter, a digit, nor white space. */
function punctuation(): string {
  return Array.from({ length: 0x7f - 0x21 }, (_, i) => String.fromCharCode(0x21 + i))
    .filter((character) => !/[a-z0-9]/i.test(character)).join("");
}

/** A row of `entries`. */
export type Row = Record<string, string | number | null>;

/** The columns of a row, in the order of {@linkcode toColumns}. */
export const COLUMNS = "seq, time, kind, name, text, member, line";

/** The values of the columns for an entry; `time` is its time in ISO 8601. */
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

/** The entry of a row. Other programs may have written to the file, so what will be shown is cleaned. */
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
