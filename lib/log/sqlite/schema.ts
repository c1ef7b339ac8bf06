import { LOBBY } from "../../wire/names.ts";

/** "prly": SQLite's `application_id` of a file that rooms are kept in. */
export const APPLICATION_ID = 0x70726c79;

/** The version of the tables below, in SQLite's `user_version`. */
export const SCHEMA_VERSION = 3;

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
`;

/** What is the same in a new file and in one that is brought up to date. */
const ROOMS = `
  CREATE TABLE rooms (
    room INTEGER PRIMARY KEY, -- its number; the lobby's is 0
    name TEXT UNIQUE,       -- none if it was ended: what is left of it is being removed
    id TEXT NOT NULL,       -- names this life of the room: clients that know another one start anew
    created TEXT NOT NULL,  -- ISO 8601, in UTC
    forgotten INTEGER NOT NULL DEFAULT 0, -- how many messages were said in it that are no longer kept
    indexed INTEGER NOT NULL DEFAULT 0 -- the number of the last message that is in the index for searching
  );
  CREATE VIEW log (room, seq, time, kind, name, text) AS
    SELECT rooms.name, place & 0xffffffff, time, kind, entries.name, text
    FROM entries JOIN rooms ON rooms.room = place >> 32 ORDER BY place;
  CREATE TRIGGER unindex_message AFTER DELETE ON entries
  WHEN old.kind IN ('said', 'action')
    AND old.place & 0xffffffff <= (SELECT indexed FROM rooms WHERE room = old.place >> 32) BEGIN
    DELETE FROM search WHERE rowid = old.place;
  END;
  CREATE TABLE identities (
    hash TEXT PRIMARY KEY,  -- SHA-256 of the identity of one of a person's devices
    owner TEXT NOT NULL     -- names the person
  );
  CREATE INDEX identities_of ON identities (owner);
  CREATE TABLE owned_names (
    folded TEXT PRIMARY KEY, -- all spellings of a name are one here
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    seen TEXT NOT NULL,     -- when they were last seen under it; ISO 8601, in UTC
    days INTEGER NOT NULL,  -- on how many days that was
    day TEXT NOT NULL       -- the last of those days
  );
  CREATE INDEX names_of ON owned_names (owner);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * The tables of a file, in words for whoever opens it with the `sqlite3` shell. `docs/OPERATING.md` describes them, too.
 * `log` shows the rooms as people saw them.
 */
export const SCHEMA = `
  BEGIN;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA application_id = ${APPLICATION_ID};
  CREATE TABLE entries (
    place INTEGER PRIMARY KEY, -- room * 4294967296 + the number of the entry in its room
    time TEXT NOT NULL,     -- ISO 8601, in UTC
    kind TEXT NOT NULL CHECK (kind IN ('said', 'action', 'joined', 'left', 'renamed')),
    name TEXT NOT NULL,     -- who; if several joined or left at once, their names with spaces between
    text TEXT,              -- what was said or done; of left the reason; of renamed the new name
    member TEXT,            -- whose it is: a key for each name, with spaces between
    line INTEGER            -- the number that a client gave it with /once
  );
  CREATE INDEX messages ON entries (place) WHERE kind IN ('said', 'action');
  CREATE TABLE clients (
    member TEXT PRIMARY KEY,
    taken INTEGER NOT NULL, -- the highest number of /once that was handled
    time TEXT NOT NULL,     -- when that was
    place INTEGER NOT NULL DEFAULT 0 -- the last entry of a room at that time: it is forgotten when that is no longer kept
  ) WITHOUT ROWID;
  ${SEARCH}
  ${ROOMS}
  COMMIT;
`;

/**
 * What makes the tables of version 1 those of version 2. It is quick: the index is built anew afterwards, little by
 * little, and goes on with the next start if it is not finished.
 */
export const FROM_VERSION_1 = `
  DROP TRIGGER unindex_message;
  DROP TABLE search;
  UPDATE room SET indexed = 0;
  ALTER TABLE clients ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
  UPDATE clients SET seq = (SELECT coalesce(max(seq), 0) FROM entries);
  ${SEARCH}
`;

/**
 * What makes the tables of version 2, which knew one room, those of version 3. No row changes: the room becomes the
 * lobby, whose places are its numbers. `migrated` is there until the copy of the file of before is removed.
 */
export const FROM_VERSION_2 = `
  DROP TRIGGER IF EXISTS unindex_message;
  ALTER TABLE entries RENAME COLUMN seq TO place;
  ALTER TABLE clients RENAME COLUMN seq TO place;
  ${ROOMS}
  INSERT INTO rooms (room, name, id, created, indexed) SELECT 0, '${LOBBY}', id, created, indexed FROM room LIMIT 1;
  DROP TABLE room;
  CREATE TABLE migrated (version INTEGER NOT NULL);
`;

/** What lets a file of version 1 or 2 be read as if it were of version 3; nothing of it changes. */
export const AS_VERSION_3 = `
  PRAGMA temp_store = MEMORY;
  CREATE TEMP VIEW entries AS SELECT seq AS place, time, kind, name, text, member, line FROM main.entries;
  CREATE TEMP TABLE rooms AS
    SELECT 0 AS room, '${LOBBY}' AS name, id, created, 0 AS forgotten, indexed FROM main.room LIMIT 1;
`;

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** All of ASCII that is neither a letter, a digit, nor white space. */
function punctuation(): string {
  return Array.from({ length: 0x7f - 0x21 }, (_, i) => String.fromCharCode(0x21 + i))
    .filter((character) => !/[a-z0-9]/i.test(character)).join("");
}
