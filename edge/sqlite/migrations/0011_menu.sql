-- +goose Up
-- What lies over every menu, in one table, since every order reads it.
CREATE TABLE menu_overlay (
  kind  TEXT NOT NULL CHECK (kind IN ('out', 'portions', 'price')),
  thing BLOB NOT NULL CHECK (length(thing) = 16), -- an item; of portions also a modifier
  n     INTEGER NOT NULL, -- out: 1; portions: how many are left; price: minor units; below 0: taken back
  day   TEXT NOT NULL,    -- business day for which it was said; empty: until it is taken back
  seq   INTEGER NOT NULL, -- the fact that said so last
  PRIMARY KEY (kind, thing)
) STRICT, WITHOUT ROWID;
INSERT INTO menu_overlay (kind, thing, n, day, seq) SELECT 'out', item, 1 - available, '', seq FROM item_availability;
DROP TABLE item_availability;
