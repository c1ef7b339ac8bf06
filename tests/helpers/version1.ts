/** The tables of version 1 of a room's file, as that version made them. */
export const VERSION_1 = `
  BEGIN;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA application_id = 1886547065;
  PRAGMA user_version = 1;
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
