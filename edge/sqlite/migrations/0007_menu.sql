-- +goose Up
-- What is out (86), over every menu. A row stays when the item is back, so that
-- the newest seq names the state of all of them.
CREATE TABLE item_availability (
  item      BLOB PRIMARY KEY CHECK (length(item) = 16),
  available INTEGER NOT NULL CHECK (available IN (0, 1)),
  seq       INTEGER NOT NULL -- the fact that said so
) STRICT;
