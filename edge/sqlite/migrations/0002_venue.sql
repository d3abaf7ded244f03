-- +goose Up
-- The document of each kind that is in force, and who may replace it.
CREATE TABLE active_document (
  kind   TEXT PRIMARY KEY CHECK (kind IN ('venue', 'menu')),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  owner  TEXT NOT NULL CHECK (owner IN ('box', 'hq', 'pos')),
  seq    INTEGER NOT NULL -- the fact that put it in force
) STRICT;
