-- +goose Up
-- A visit may have several checks, a check may be merged into another one, and what its guests owe is
-- reckoned: with discounts, service charges and taxes. The lists of types and of statuses cannot be changed
-- in place, and the lines refer to the checks.
CREATE TABLE guest_check_now (
  opened_seq   INTEGER PRIMARY KEY,       -- its first fact: the order of the list
  id           TEXT NOT NULL UNIQUE,
  series       TEXT NOT NULL,             -- letter of the incarnation that numbered it
  number       INTEGER NOT NULL,          -- what people call it: check 214
  type         TEXT NOT NULL CHECK (type IN ('dine_in', 'takeaway', 'delivery', 'bar_tab')),
  table_name   TEXT NOT NULL,             -- what staff call the table; empty for takeaway
  off_plan     INTEGER NOT NULL,          -- 1: the table is not on the plan
  customer     TEXT NOT NULL,             -- UUID of the guest, or empty
  source       TEXT NOT NULL,             -- tablet, api
  device       TEXT NOT NULL,             -- who opened it
  status       TEXT NOT NULL CHECK (status IN ('open', 'placed', 'preparing', 'ready', 'served', 'cancelled', 'merged')),
  total        INTEGER NOT NULL,          -- what the guest owes, minor units
  minutes      INTEGER NOT NULL,          -- the time that was promised
  day          TEXT NOT NULL,             -- business day on which it was opened
  opened_at    INTEGER NOT NULL,          -- UTC ms
  placed_at    INTEGER,                   -- UTC ms of the last send
  ready_at     INTEGER,                   -- UTC ms of the last 'ready'
  changed_seq  INTEGER NOT NULL,          -- its last fact
  lines        INTEGER NOT NULL DEFAULT 0, -- how many were rung on it
  visit_seq    INTEGER NOT NULL,          -- opened_seq of the first check of its visit
  covers       INTEGER NOT NULL DEFAULT 0, -- guests; 0: nobody counted them
  server       TEXT NOT NULL DEFAULT '',  -- UUID of who serves it
  merged_into  TEXT NOT NULL DEFAULT '',  -- of merged: the check that has it now
  discounts    INTEGER NOT NULL DEFAULT 0, -- what was taken off, minor units
  charges      INTEGER NOT NULL DEFAULT 0, -- service charges, minor units
  taxes        INTEGER NOT NULL DEFAULT 0, -- those that prices do not hold, minor units
  parts        TEXT NOT NULL DEFAULT ''   -- JSON {evenly, amounts}: how it is paid; empty: in one
) STRICT;
INSERT INTO guest_check_now (opened_seq, id, series, number, type, table_name, off_plan, customer, source, device, status,
    total, minutes, day, opened_at, placed_at, ready_at, changed_seq, lines, visit_seq)
  SELECT opened_seq, id, series, number, type, table_name, off_plan, customer, source, device, status,
    total, minutes, day, opened_at, placed_at, ready_at, changed_seq, lines, opened_seq FROM guest_check ORDER BY opened_seq;
UPDATE guest_check_now SET server = coalesce((SELECT json_extract(CAST(body AS TEXT), '$.staff') FROM journal WHERE seq = opened_seq), '');

-- What was known to the facts alone.
CREATE TEMPORARY TABLE rung (line TEXT PRIMARY KEY, tax_class TEXT, course TEXT, counted INTEGER) WITHOUT ROWID;
INSERT OR IGNORE INTO rung SELECT json_extract(CAST(body AS TEXT), '$.data.line'), coalesce(json_extract(CAST(body AS TEXT), '$.data.tax_class'), ''),
  coalesce(json_extract(CAST(body AS TEXT), '$.data.course'), ''), coalesce(json_extract(CAST(body AS TEXT), '$.data.counted'), 0) FROM journal WHERE type = 'order.line_added';

CREATE TABLE check_line_now (
  check_seq  INTEGER NOT NULL REFERENCES guest_check_now (opened_seq),
  n          INTEGER NOT NULL,           -- 1, 2, … in the order they were rung
  id         TEXT NOT NULL,
  item       TEXT NOT NULL,              -- UUID of the sellable variant
  name       TEXT NOT NULL,              -- as it was rung
  quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  unit_price INTEGER NOT NULL,           -- one with its modifiers, minor units
  amount     INTEGER NOT NULL,           -- quantity without what was voided, times unit_price
  modifiers  TEXT NOT NULL,              -- JSON list of {modifier, name, price}
  notes      TEXT NOT NULL,              -- JSON list of texts for the kitchen
  station    TEXT NOT NULL,              -- as the menu names it; empty: the default
  prep       INTEGER NOT NULL,           -- minutes; 0: not said
  sent       INTEGER NOT NULL DEFAULT 0, -- 1: the kitchen was asked to make it
  part_of    TEXT NOT NULL DEFAULT '',   -- line of the set menu, or empty
  made       INTEGER NOT NULL DEFAULT 1, -- 0: a set menu; nobody makes it, only its parts
  tax_class  TEXT NOT NULL DEFAULT '',   -- as the menu named it
  course     TEXT NOT NULL DEFAULT '',   -- as the menu named it, or who rang it
  counted    INTEGER NOT NULL DEFAULT 0, -- 1: its portions are counted
  seats      TEXT NOT NULL DEFAULT '[]', -- JSON list of numbers; none: the table's
  held       INTEGER NOT NULL DEFAULT 0, -- 1: not sent until somebody fires it
  voided     INTEGER NOT NULL DEFAULT 0, -- how many of the quantity are not wanted any more
  gone       TEXT NOT NULL DEFAULT '' CHECK (gone IN ('', 'removed', 'moved')),
  shares     TEXT NOT NULL DEFAULT '[]', -- JSON list of {check, parts}: who pays for it; none: its check
  changed    INTEGER NOT NULL DEFAULT 0, -- its last fact after it was rung; 0: none
  PRIMARY KEY (check_seq, n)
) STRICT, WITHOUT ROWID;
INSERT INTO check_line_now (check_seq, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, sent, part_of, made, tax_class, course, counted)
  SELECT check_seq, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, sent, part_of, made,
    coalesce(tax_class, ''), coalesce(course, ''), coalesce(counted, 0)
  FROM check_line LEFT JOIN rung ON rung.line = id ORDER BY check_seq, n;
DROP TABLE rung;

DROP TABLE check_line;
DROP TABLE guest_check;
ALTER TABLE guest_check_now RENAME TO guest_check;
ALTER TABLE check_line_now RENAME TO check_line;
CREATE UNIQUE INDEX guest_check_number ON guest_check (series, number);
CREATE INDEX guest_check_status ON guest_check (status, opened_seq);
CREATE INDEX guest_check_waiting ON guest_check (placed_at, status) WHERE status IN ('placed', 'preparing');
CREATE INDEX guest_check_ready ON guest_check (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX guest_check_visit ON guest_check (visit_seq) WHERE visit_seq <> opened_seq;
CREATE UNIQUE INDEX check_line_minted ON check_line (id) WHERE substr(id, 15, 1) <> '8';

-- What was taken off a line or off checks, in the order of ids.
CREATE TABLE check_discount (
  id        TEXT PRIMARY KEY,
  visit_seq INTEGER NOT NULL,            -- opened_seq of the first check of the visit
  line      TEXT NOT NULL,               -- that it was taken off; empty: checks
  name      TEXT NOT NULL,
  rate      INTEGER NOT NULL,            -- ten-millionths; 0: an amount
  amount    INTEGER NOT NULL,            -- minor units
  comp      INTEGER NOT NULL,            -- 1: the house pays
  reason    TEXT NOT NULL,
  checks    TEXT NOT NULL,               -- JSON list of the checks that have it together
  only      TEXT NOT NULL,               -- JSON list of the lines that it is taken off; none: all
  seq       INTEGER NOT NULL             -- the fact that gave it
) STRICT, WITHOUT ROWID;
CREATE INDEX check_discount_visit ON check_discount (visit_seq);
