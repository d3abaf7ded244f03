-- +goose Up
-- Pieces of documents on their way here: what has come survives a restart.
CREATE TABLE document_piece (
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  n      INTEGER NOT NULL CHECK (n >= 0),
  body   BLOB NOT NULL CHECK (length(body) BETWEEN 1 AND 65536),
  PRIMARY KEY (sha256, n)
) STRICT;
