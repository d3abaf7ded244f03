-- +goose Up
-- A visit's check: what a public API calls an order.
CREATE TABLE guest_check (
  id           TEXT PRIMARY KEY,
  series       TEXT NOT NULL,             -- letter of the incarnation that numbered it
  number       INTEGER NOT NULL,          -- what people call it: check 214
  type         TEXT NOT NULL CHECK (type IN ('dine_in', 'takeaway')),
  table_name   TEXT NOT NULL,             -- what staff call the table; empty for takeaway
  off_plan     INTEGER NOT NULL,          -- 1: the table is not on the plan
  customer     TEXT NOT NULL,             -- UUID of the guest, or empty
  source       TEXT NOT NULL,             -- tablet, api
  device       TEXT NOT NULL,             -- who opened it
  status       TEXT NOT NULL CHECK (status IN ('open', 'placed', 'preparing', 'ready', 'served', 'cancelled')),
  total        INTEGER NOT NULL,          -- what the guest owes, minor units
  minutes      INTEGER NOT NULL,          -- the time that was promised
  day          TEXT NOT NULL,             -- business day on which it was opened
  opened_at    INTEGER NOT NULL,          -- UTC ms
  placed_at    INTEGER,                   -- UTC ms of the last send
  ready_at     INTEGER,                   -- UTC ms of the last 'ready'
  opened_seq   INTEGER NOT NULL UNIQUE,   -- its first fact: the order of the list
  changed_seq  INTEGER NOT NULL,          -- its last fact
  lines        INTEGER NOT NULL DEFAULT 0 -- how many lines it has
) STRICT;
CREATE UNIQUE INDEX guest_check_number ON guest_check (series, number);
CREATE INDEX guest_check_status ON guest_check (status, opened_seq);
CREATE INDEX guest_check_waiting ON guest_check (placed_at) WHERE status IN ('placed', 'preparing');
CREATE INDEX guest_check_ready ON guest_check (ready_at) WHERE ready_at IS NOT NULL;

CREATE TABLE check_line (
  check_id   TEXT NOT NULL REFERENCES guest_check (id),
  n          INTEGER NOT NULL,          -- 1, 2, … in the order they were rung
  id         TEXT NOT NULL UNIQUE,
  item       TEXT NOT NULL,             -- UUID of the sellable variant
  name       TEXT NOT NULL,             -- as it was rung
  quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  unit_price INTEGER NOT NULL,          -- one with its modifiers, minor units
  amount     INTEGER NOT NULL,          -- quantity times unit_price
  modifiers  TEXT NOT NULL,             -- JSON list of {modifier, name, price}
  notes      TEXT NOT NULL,             -- JSON list of texts for the kitchen
  station    TEXT NOT NULL,             -- as the menu names it; empty: the default
  prep       INTEGER NOT NULL,          -- minutes; 0: not said
  sent       INTEGER NOT NULL DEFAULT 0, -- 1: the kitchen was asked to make it
  PRIMARY KEY (check_id, n)
) STRICT, WITHOUT ROWID;
