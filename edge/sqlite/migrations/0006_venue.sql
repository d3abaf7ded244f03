-- +goose Up
-- Who may replace the documents of a kind; a kind without a row is the box's own.
CREATE TABLE document_owner (
  kind  TEXT PRIMARY KEY CHECK (kind IN ('venue', 'menu')),
  owner TEXT NOT NULL CHECK (owner IN ('box', 'hq', 'pos')),
  seq   INTEGER NOT NULL -- the fact that said so
) STRICT;
INSERT INTO document_owner (kind, owner, seq) SELECT kind, owner, seq FROM active_document;

-- Rows of work: documents that head office published and the box does not have
-- yet. Only the newest of its kind is ever put in force.
CREATE TABLE document_fetch (
  kind      TEXT NOT NULL CHECK (kind IN ('venue', 'menu')),
  offer     INTEGER NOT NULL CHECK (offer IN (0, 1)), -- 1: kept, and not put in force
  sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
  size      INTEGER NOT NULL CHECK (size > 0),        -- bytes
  directive BLOB NOT NULL CHECK (length(directive) = 16),
  seq       INTEGER NOT NULL,                         -- the fact that wanted it
  PRIMARY KEY (kind, offer)
) STRICT;

-- The document that head office would put in force, were it the owner.
CREATE TABLE document_offer (
  kind   TEXT PRIMARY KEY CHECK (kind IN ('venue', 'menu')),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  seq    INTEGER NOT NULL
) STRICT;
