-- +goose Up
-- Ids are the 16 bytes of a UUID; times are UTC milliseconds.
CREATE TABLE organisation (
  id   BLOB PRIMARY KEY CHECK (length(id) = 16),
  name TEXT NOT NULL,
  made INTEGER NOT NULL
) STRICT;

CREATE TABLE restaurant (
  organisation_id BLOB NOT NULL REFERENCES organisation (id),
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  name            TEXT NOT NULL,
  made            INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, id)
) STRICT;

-- One-time codes for people, and the sessions that they open; only hashes.
CREATE TABLE code (
  hash            BLOB PRIMARY KEY CHECK (length(hash) = 32),
  organisation_id BLOB NOT NULL REFERENCES organisation (id),
  name            TEXT NOT NULL,
  expires         INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  hash            BLOB PRIMARY KEY CHECK (length(hash) = 32),
  organisation_id BLOB NOT NULL REFERENCES organisation (id),
  user_id         BLOB NOT NULL,
  name            TEXT NOT NULL,
  role            TEXT NOT NULL,
  expires         INTEGER NOT NULL
) STRICT;
