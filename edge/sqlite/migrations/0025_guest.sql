-- +goose Up
-- Guests, by an id alone: who they are is in guest.db, as far as its keys open the facts.
CREATE TABLE guest (
  customer   TEXT PRIMARY KEY,
  at         INTEGER NOT NULL,             -- UTC ms of the fact that first said anything of them
  asked_at   INTEGER NOT NULL DEFAULT 0,   -- UTC ms of the wish to erase them; 0: there is none
  erased_at  INTEGER NOT NULL DEFAULT 0    -- UTC ms since when they are erased
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_to_erase ON guest (customer) WHERE asked_at > 0 AND erased_at = 0;

-- The orders of guests: a guest of whom nothing else is known is here alone.
CREATE TABLE guest_visit (
  customer   TEXT NOT NULL,
  seq        INTEGER NOT NULL,             -- the fact that opened it
  check_id   TEXT NOT NULL,
  at         INTEGER NOT NULL,             -- UTC ms
  PRIMARY KEY (customer, seq)
) STRICT, WITHOUT ROWID;

-- What guests allowed, or took back.
CREATE TABLE guest_consent (
  customer   TEXT NOT NULL,
  purpose    TEXT NOT NULL,                -- email, sms, phone, post, profile
  given      INTEGER NOT NULL CHECK (given IN (0, 1)),
  source     TEXT NOT NULL,                -- how it was said
  at         INTEGER NOT NULL,             -- UTC ms
  PRIMARY KEY (customer, purpose)
) STRICT, WITHOUT ROWID;

-- That guests have addresses; which ones is in guest.db.
CREATE TABLE guest_delivery (
  customer   TEXT NOT NULL,
  address    TEXT NOT NULL,
  PRIMARY KEY (customer, address)
) STRICT, WITHOUT ROWID;

-- How visits were, in the guests' words of one number.
CREATE TABLE visit_rating (
  check_id   TEXT PRIMARY KEY,
  customer   TEXT NOT NULL DEFAULT '',     -- empty: nobody knows who they were
  stars      INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
  commented  INTEGER NOT NULL DEFAULT 0 CHECK (commented IN (0, 1)), -- they said more; what, is in guest.db
  at         INTEGER NOT NULL              -- UTC ms
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_rating_customer ON visit_rating (customer) WHERE customer <> '';
