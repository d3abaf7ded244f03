-- +goose Up
-- What somebody wants to do that takes another's word.
CREATE TABLE approval (
  id       TEXT PRIMARY KEY,
  action   TEXT NOT NULL,            -- the permission that it takes
  order_id TEXT NOT NULL,            -- empty: of no order
  amount   INTEGER NOT NULL,         -- minor units; 0: of no money
  reason   TEXT NOT NULL,
  asker    TEXT NOT NULL,            -- employee; empty: nobody had signed in
  device   TEXT NOT NULL,            -- where it was asked
  state    TEXT NOT NULL CHECK (state IN ('asked', 'given', 'refused', 'withdrawn', 'used')), -- that its time is over nobody says
  asked_at INTEGER NOT NULL,         -- UTC ms
  until    INTEGER NOT NULL,         -- UTC ms at which the state 'asked' or 'given' ends
  by       TEXT NOT NULL DEFAULT '', -- employee who answered
  answer   TEXT NOT NULL DEFAULT '', -- why not
  at       INTEGER NOT NULL,         -- UTC ms of the state
  command  TEXT NOT NULL DEFAULT ''  -- that used it
) STRICT;
CREATE INDEX approval_asked ON approval (asked_at);
CREATE INDEX approval_command ON approval (command) WHERE command <> '';

-- Where the PIN of somebody is of no use for a while.
CREATE TABLE pin_lock (
  device   TEXT NOT NULL,
  employee TEXT NOT NULL,
  until    INTEGER NOT NULL,         -- UTC ms
  PRIMARY KEY (device, employee)
) STRICT, WITHOUT ROWID;

DROP TABLE pin_try;
CREATE TABLE pin_try (
  device   TEXT NOT NULL,            -- empty: at all of them
  employee TEXT NOT NULL,
  wrong    INTEGER NOT NULL,
  at       INTEGER NOT NULL,         -- UTC ms: at a device of the last one, at all of them of the first
  PRIMARY KEY (device, employee)
) STRICT, WITHOUT ROWID;
