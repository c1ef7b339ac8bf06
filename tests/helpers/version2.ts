/** The tables of version 2 of a room's file, as that version made them. */
export const VERSION_2 = `
  BEGIN;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA application_id = 1886547065;
  PRAGMA user_version = 2;
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
  
  CREATE VIRTUAL TABLE search USING fts5(
    grams, content = '', contentless_delete = 1, detail = none, prefix = '1 2',
    tokenize = 'ascii tokenchars ''!"#$%&''''()*+,-./:;<=>?@[\\]^_\`{|}~'''
  );
  INSERT INTO search (search, rank) VALUES ('automerge', 0); -- merged a little with each step
  INSERT INTO search (search, rank) VALUES ('crisismerge', 1000);
  INSERT INTO search (search, rank) VALUES ('usermerge', 4);
  CREATE TRIGGER unindex_message AFTER DELETE ON entries
  WHEN old.kind IN ('said', 'action') AND old.seq <= (SELECT indexed FROM room) BEGIN
    DELETE FROM search WHERE rowid = old.seq;
  END;

  INSERT INTO room VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%fZ'), 0);
  COMMIT;
`;
