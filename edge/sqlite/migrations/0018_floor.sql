-- +goose Up
-- Guests who came together: they wait, sit, and are gone. Who they are is not said here.
CREATE TABLE party (
  id         TEXT PRIMARY KEY,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'seated', 'left', 'gone', 'joined')), -- gone: never seated; joined: part of another one
  series     TEXT NOT NULL DEFAULT '',    -- of the number; empty: never waited
  number     INTEGER NOT NULL DEFAULT 0,  -- what people call them on the wait list
  covers     INTEGER NOT NULL CHECK (covers BETWEEN 1 AND 999),
  server     TEXT NOT NULL DEFAULT '',    -- UUID of who serves them, or empty
  minutes    INTEGER NOT NULL DEFAULT 0,  -- that they were told to wait
  day        TEXT NOT NULL,               -- business day of its first fact
  came_at    INTEGER NOT NULL,            -- UTC ms of its first fact
  seated_at  INTEGER NOT NULL DEFAULT 0,  -- UTC ms
  served_at  INTEGER NOT NULL DEFAULT 0,  -- UTC ms of the last order that was served
  check_at   INTEGER NOT NULL DEFAULT 0,  -- UTC ms since when the check is before them; 0: it is not, or something was sent since
  left_at    INTEGER NOT NULL DEFAULT 0,  -- UTC ms
  seq        INTEGER NOT NULL             -- its first fact
) STRICT;
CREATE INDEX party_here ON party (seq) WHERE state IN ('waiting', 'seated');
CREATE INDEX party_number ON party (day, series, number) WHERE number > 0;
CREATE INDEX party_left ON party (left_at) WHERE state = 'left';

-- Tables at which somebody sits, or that are to be cleared. A table without a row is free.
CREATE TABLE floor_table (
  name     TEXT PRIMARY KEY,              -- as the plan names it
  party    TEXT NOT NULL DEFAULT '',      -- who sits there; empty: it is dirty
  at       INTEGER NOT NULL,              -- UTC ms of the fact that made it so
  seq      INTEGER NOT NULL               -- that fact: the order of a party's tables
) STRICT;

-- The orders of parties that sit here.
CREATE TABLE party_check (
  check_id TEXT PRIMARY KEY,
  party    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX party_check_party ON party_check (party);
