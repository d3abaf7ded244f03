-- +goose Up
-- Guests who came together and are there: they wait, or they sit. Who they are is not
-- said here. Who left is gone from here, too.
CREATE TABLE floor_party (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  party           BLOB NOT NULL CHECK (length(party) = 16),
  number          TEXT NOT NULL,         -- what people call them on the wait list; empty: they never waited
  covers          INTEGER NOT NULL,      -- how many they are
  server          BLOB,                  -- who serves them; NULL: nobody said
  minutes         INTEGER NOT NULL,      -- that they were told to wait
  came_at         INTEGER NOT NULL,      -- UTC ms of the first fact about them
  seated_at       INTEGER NOT NULL,      -- UTC ms; 0: they wait
  served_at       INTEGER NOT NULL,      -- UTC ms of the last order that was served; 0: none was
  check_at        INTEGER NOT NULL,      -- UTC ms since when the check is before them; 0: it is not
  seq             INTEGER NOT NULL,      -- the first fact about them: the order in which they came
  PRIMARY KEY (organisation_id, box, party)
) STRICT, WITHOUT ROWID;

-- Tables at which somebody sits, or that are to be cleared. A table without a row is free.
CREATE TABLE floor_table (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  name            TEXT NOT NULL,         -- as the plan names it
  party           BLOB,                  -- who sits there; NULL: it is dirty
  at              INTEGER NOT NULL,      -- UTC ms of the fact that made it so
  seq             INTEGER NOT NULL,      -- that fact: the order of a party's tables
  PRIMARY KEY (organisation_id, box, name)
) STRICT, WITHOUT ROWID;

-- Orders at tables: those of parties, those that are open, and what was served on this
-- business day and the one before, since it may be sent again.
CREATE TABLE floor_order (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  order_id        BLOB NOT NULL CHECK (length(order_id) = 16),
  table_name      TEXT NOT NULL,
  party           BLOB,                  -- whose it is; NULL: nobody was seated there
  status          TEXT NOT NULL,         -- open, placed, preparing, ready, served, merged
  rung            INTEGER NOT NULL,      -- 1: something is on it
  day             TEXT NOT NULL,         -- business day on which it was opened
  opened_at       INTEGER NOT NULL,      -- UTC ms
  placed_at       INTEGER NOT NULL,      -- UTC ms of the last send; 0: nothing was sent
  seq             INTEGER NOT NULL,      -- the fact that opened it
  PRIMARY KEY (organisation_id, box, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX floor_order_newest ON floor_order (organisation_id, box, seq);
CREATE INDEX floor_order_party ON floor_order (organisation_id, box, party) WHERE party IS NOT NULL;
