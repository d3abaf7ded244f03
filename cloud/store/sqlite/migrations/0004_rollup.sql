-- +goose Up
-- How far a consumer has folded a box.
CREATE TABLE fold (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  consumer        TEXT NOT NULL,
  epoch           INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, box, consumer)
) STRICT;

-- What a consumer remembers of a box between facts.
CREATE TABLE fold_state (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  consumer        TEXT NOT NULL,
  key             TEXT NOT NULL,
  body            TEXT NOT NULL,         -- JSON
  PRIMARY KEY (organisation_id, box, consumer, key)
) STRICT, WITHOUT ROWID;

-- Sums by business day and local hour.
CREATE TABLE cell (
  organisation_id BLOB NOT NULL,
  restaurant_id   BLOB NOT NULL,
  day             TEXT NOT NULL,         -- business day, decided by the box
  hour            INTEGER NOT NULL,      -- 0 to 23, on the restaurant's clock
  metric          TEXT NOT NULL,         -- orders, sales (minor units), quantity
  dim             TEXT NOT NULL,         -- empty: the total; item
  key             TEXT NOT NULL,
  n               INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, restaurant_id, day, metric, dim, key, hour)
) STRICT, WITHOUT ROWID;

-- What a restaurant's boxes said of themselves last.
CREATE TABLE place (
  organisation_id BLOB NOT NULL,
  restaurant_id   BLOB NOT NULL,
  name            TEXT NOT NULL,
  currency        TEXT NOT NULL,
  zone            TEXT NOT NULL,
  day_start       INTEGER NOT NULL,      -- minutes after local midnight
  last_at         INTEGER NOT NULL,      -- of the last order; 0: none yet
  last_number     TEXT NOT NULL,
  last_total      INTEGER NOT NULL,      -- minor units
  PRIMARY KEY (organisation_id, restaurant_id)
) STRICT;

-- Facts that a consumer could not fold. The line goes on.
CREATE TABLE quarantine (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  epoch           INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  consumer        TEXT NOT NULL,
  reason          TEXT NOT NULL,
  at              INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, box, epoch, seq, consumer)
) STRICT;
