-- +goose Up
-- The keys of guests. They are in no backup: head office alone keeps copies.
CREATE TABLE guest_key (
  id         TEXT PRIMARY KEY,
  customer   TEXT NOT NULL DEFAULT '',     -- whose it is; empty: not used yet
  secret     BLOB NOT NULL CHECK (length(secret) = 32),
  made_at    INTEGER NOT NULL,             -- UTC ms
  sent       INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)) -- head office has it
) STRICT;
CREATE INDEX guest_key_customer ON guest_key (customer, made_at);
CREATE INDEX guest_key_unsent ON guest_key (id) WHERE sent = 0 AND customer <> '';

-- Guests who are erased: nothing is known of them here ever again.
CREATE TABLE guest_tombstone (
  customer   TEXT PRIMARY KEY,
  at         INTEGER NOT NULL              -- UTC ms
) STRICT, WITHOUT ROWID;

-- Which facts say something of a guest that is sealed, or take it back.
CREATE TABLE guest_fact (
  customer   TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  closed     INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)), -- no key opens it yet
  PRIMARY KEY (customer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_fact_closed ON guest_fact (customer) WHERE closed = 1;

-- What is known of guests.
CREATE TABLE guest_profile (
  customer   TEXT PRIMARY KEY,
  name       TEXT NOT NULL DEFAULT '',
  phone      TEXT NOT NULL DEFAULT '',
  email      TEXT NOT NULL DEFAULT '',
  note       TEXT NOT NULL DEFAULT '',
  found      TEXT NOT NULL DEFAULT '',     -- the name as it is looked for: small letters without accents
  digits     TEXT NOT NULL DEFAULT ''      -- of the phone, the last one first
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_profile_found ON guest_profile (found);
CREATE INDEX guest_profile_digits ON guest_profile (digits);

-- The words of names as they are looked for.
CREATE TABLE guest_word (
  word       TEXT NOT NULL,
  customer   TEXT NOT NULL,
  PRIMARY KEY (word, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_word_customer ON guest_word (customer, word);

CREATE TABLE guest_address (
  customer    TEXT NOT NULL,
  id          TEXT NOT NULL,
  street      TEXT NOT NULL,
  city        TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  directions  TEXT NOT NULL,
  PRIMARY KEY (customer, id)
) STRICT, WITHOUT ROWID;

-- What guests said of visits.
CREATE TABLE guest_comment (
  check_id   TEXT PRIMARY KEY,
  customer   TEXT NOT NULL,
  comment    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_comment_customer ON guest_comment (customer);

-- How far the journal is projected into these tables.
CREATE TABLE guest_cursor (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  seq        INTEGER NOT NULL,
  dg         BLOB NOT NULL                 -- of the history up to there: another one is projected anew
) STRICT;
