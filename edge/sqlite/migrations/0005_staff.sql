-- +goose Up
-- Tablets, pages and programs that were heard.
CREATE TABLE device (
  id      TEXT PRIMARY KEY,
  kind    TEXT NOT NULL CHECK (kind IN ('page', 'program')),
  name    TEXT NOT NULL,
  role    TEXT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0, -- 1: no longer let in
  at      INTEGER NOT NULL            -- UTC ms, first heard
) STRICT;

-- Not facts: secrets, kept as hashes.
CREATE TABLE session (
  hash    BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the cookie
  device  TEXT NOT NULL,
  role    TEXT NOT NULL,
  name    TEXT NOT NULL,
  expires INTEGER NOT NULL                            -- UTC ms
) STRICT, WITHOUT ROWID;

CREATE TABLE code (
  hash    BLOB PRIMARY KEY CHECK (length(hash) = 32), -- of a one-time code for people
  role    TEXT NOT NULL,
  name    TEXT NOT NULL,
  expires INTEGER NOT NULL                            -- UTC ms
) STRICT, WITHOUT ROWID;
