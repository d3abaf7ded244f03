-- +goose Up
-- A line that the box minted is made of its command (UUIDv8), which is done once: the index that
-- proves that no two lines are one holds the tablets' lines only. With a year of lines each new one
-- fell on a leaf of its own.
CREATE TABLE check_line_now (
  check_id   TEXT NOT NULL REFERENCES guest_check (id),
  n          INTEGER NOT NULL,          -- 1, 2, … in the order they were rung
  id         TEXT NOT NULL,
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
INSERT INTO check_line_now (check_id, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, sent)
  SELECT check_id, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, sent FROM check_line ORDER BY check_id, n;
DROP TABLE check_line;
ALTER TABLE check_line_now RENAME TO check_line;
CREATE UNIQUE INDEX check_line_minted ON check_line (id) WHERE substr(id, 15, 1) <> '8';
