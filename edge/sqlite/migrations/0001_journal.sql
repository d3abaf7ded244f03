-- +goose Up
CREATE TABLE box (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  id   BLOB NOT NULL CHECK (length(id) = 16), -- of this box, for life
  made INTEGER NOT NULL                       -- UTC ms
) STRICT;

CREATE TABLE journal (
  seq     INTEGER PRIMARY KEY CHECK (seq > 0), -- dense from 1, never restarts
  id      BLOB NOT NULL UNIQUE,                -- UUIDv7 of the fact
  command BLOB NOT NULL,                       -- the wish that made it
  type    TEXT NOT NULL,
  at      INTEGER NOT NULL,                    -- UTC ms, never runs back
  body    BLOB NOT NULL,                       -- the stored bytes: JSON without a line feed
  dg      BLOB NOT NULL CHECK (length(dg) = 32) -- SHA-256 chain over all bodies up to here
) STRICT;
CREATE INDEX journal_command ON journal (command);

-- What only head office had after a restore; the format is used from the restore issue on.
CREATE TABLE inherited (
  epoch   INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  id      BLOB NOT NULL,
  command BLOB NOT NULL,
  type    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  body    BLOB NOT NULL,
  dg      BLOB NOT NULL,
  PRIMARY KEY (epoch, seq)
) STRICT;
CREATE INDEX inherited_command ON inherited (command);

-- Branches of this box's history.
CREATE TABLE epoch (
  number   INTEGER PRIMARY KEY,
  base_seq INTEGER NOT NULL, -- the last fact that box and cloud share
  base_dg  BLOB NOT NULL
) STRICT;

CREATE TABLE document (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  kind   TEXT NOT NULL, -- venue, menu
  body   BLOB NOT NULL
) STRICT;

-- A cache of answers; what is missing is built again from the journal.
CREATE TABLE receipt (
  command BLOB PRIMARY KEY,
  device  TEXT NOT NULL,              -- who asked; empty for the box itself
  body    BLOB,                       -- SHA-256 of the request; null where none was given
  refusal TEXT,                       -- the problem, where Decide refused for good
  seq     INTEGER NOT NULL DEFAULT 0  -- last fact of the command; 0 for a refusal
) STRICT, WITHOUT ROWID;

-- How far a consumer with one target has come.
CREATE TABLE cursor (
  consumer TEXT PRIMARY KEY, -- uplink, …
  seq      INTEGER NOT NULL
) STRICT;
