-- +goose Up
CREATE TABLE employee (
  id     TEXT PRIMARY KEY,
  name   TEXT NOT NULL,             -- as colleagues say it
  role   TEXT NOT NULL,
  active INTEGER NOT NULL,          -- 0: works here no more
  pin    TEXT NOT NULL DEFAULT '',  -- argon2id, in the PHC form; empty: none
  locked INTEGER NOT NULL DEFAULT 0, -- UTC ms until which no PIN is of use
  clock  TEXT NOT NULL DEFAULT 'out' CHECK (clock IN ('out', 'in', 'break')),
  job    TEXT NOT NULL DEFAULT '',  -- what as, while not out
  since  INTEGER NOT NULL DEFAULT 0, -- UTC ms of the last move of the clock
  seq    INTEGER NOT NULL           -- the fact that named them first: the order of the list
) STRICT;

CREATE TABLE time_entry (
  employee TEXT NOT NULL REFERENCES employee (id),
  seq      INTEGER NOT NULL,
  what     TEXT NOT NULL CHECK (what IN ('in', 'out', 'break', 'resume')),
  job      TEXT NOT NULL,
  at       INTEGER NOT NULL,        -- UTC ms
  day      TEXT NOT NULL,           -- business day
  PRIMARY KEY (employee, seq)
) STRICT, WITHOUT ROWID;

-- Who stands at a device now. No fact: it ends with the shift.
CREATE TABLE device_person (
  device   TEXT PRIMARY KEY,
  employee TEXT NOT NULL,
  until    INTEGER NOT NULL         -- UTC ms
) STRICT, WITHOUT ROWID;

CREATE TABLE pin_try (
  employee TEXT PRIMARY KEY,
  wrong    INTEGER NOT NULL,        -- one after the other
  at       INTEGER NOT NULL         -- UTC ms of the last one
) STRICT, WITHOUT ROWID;
