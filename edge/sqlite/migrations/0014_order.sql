-- +goose Up
-- What belongs to a check is kept under its place in the history, which only grows, not under its
-- id, which is random: with a year of checks each line and each ticket fell on a leaf of its own.
CREATE TABLE guest_check_now (
  opened_seq   INTEGER PRIMARY KEY,       -- its first fact: the order of the list
  id           TEXT NOT NULL UNIQUE,
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
  changed_seq  INTEGER NOT NULL,          -- its last fact
  lines        INTEGER NOT NULL DEFAULT 0 -- how many lines it has
) STRICT;
INSERT INTO guest_check_now (opened_seq, id, series, number, type, table_name, off_plan, customer, source, device, status,
    total, minutes, day, opened_at, placed_at, ready_at, changed_seq, lines)
  SELECT opened_seq, id, series, number, type, table_name, off_plan, customer, source, device, status,
    total, minutes, day, opened_at, placed_at, ready_at, changed_seq, lines FROM guest_check ORDER BY opened_seq;

CREATE TABLE check_line_now (
  check_seq  INTEGER NOT NULL REFERENCES guest_check_now (opened_seq),
  n          INTEGER NOT NULL,           -- 1, 2, … in the order they were rung
  id         TEXT NOT NULL,
  item       TEXT NOT NULL,              -- UUID of the sellable variant
  name       TEXT NOT NULL,              -- as it was rung
  quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  unit_price INTEGER NOT NULL,           -- one with its modifiers, minor units
  amount     INTEGER NOT NULL,           -- quantity times unit_price
  modifiers  TEXT NOT NULL,              -- JSON list of {modifier, name, price}
  notes      TEXT NOT NULL,              -- JSON list of texts for the kitchen
  station    TEXT NOT NULL,              -- as the menu names it; empty: the default
  prep       INTEGER NOT NULL,           -- minutes; 0: not said
  sent       INTEGER NOT NULL DEFAULT 0, -- 1: the kitchen was asked to make it
  part_of    TEXT NOT NULL DEFAULT '',   -- line of the set menu, or empty
  made       INTEGER NOT NULL DEFAULT 1, -- 0: a set menu; nobody makes it, only its parts
  PRIMARY KEY (check_seq, n)
) STRICT, WITHOUT ROWID;
INSERT INTO check_line_now (check_seq, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, sent, part_of, made)
  SELECT c.opened_seq, l.n, l.id, l.item, l.name, l.quantity, l.unit_price, l.amount, l.modifiers, l.notes, l.station, l.prep, l.sent, l.part_of, l.made
  FROM check_line l JOIN guest_check c ON c.id = l.check_id ORDER BY c.opened_seq, l.n;

DROP TABLE check_line;
DROP TABLE guest_check;
ALTER TABLE guest_check_now RENAME TO guest_check;
ALTER TABLE check_line_now RENAME TO check_line;
CREATE UNIQUE INDEX guest_check_number ON guest_check (series, number);
CREATE INDEX guest_check_status ON guest_check (status, opened_seq);
CREATE INDEX guest_check_waiting ON guest_check (placed_at, status) WHERE status IN ('placed', 'preparing');
CREATE INDEX guest_check_ready ON guest_check (ready_at) WHERE ready_at IS NOT NULL;
CREATE UNIQUE INDEX check_line_minted ON check_line (id) WHERE substr(id, 15, 1) <> '8';
