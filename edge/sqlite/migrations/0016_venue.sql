-- +goose Up
-- There are documents of people, too: which kinds there are is said in one place, by
-- the program.
CREATE TABLE active_document_now (
  kind   TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  owner  TEXT NOT NULL CHECK (owner IN ('box', 'hq', 'pos')),
  seq    INTEGER NOT NULL -- the fact that put it in force
) STRICT;
INSERT INTO active_document_now SELECT kind, sha256, owner, seq FROM active_document;
DROP TABLE active_document;
ALTER TABLE active_document_now RENAME TO active_document;

CREATE TABLE document_owner_now (
  kind  TEXT PRIMARY KEY,
  owner TEXT NOT NULL CHECK (owner IN ('box', 'hq', 'pos')),
  seq   INTEGER NOT NULL -- the fact that said so
) STRICT;
INSERT INTO document_owner_now SELECT kind, owner, seq FROM document_owner;
DROP TABLE document_owner;
ALTER TABLE document_owner_now RENAME TO document_owner;

CREATE TABLE document_fetch_now (
  kind      TEXT NOT NULL,
  offer     INTEGER NOT NULL CHECK (offer IN (0, 1)), -- 1: kept, and not put in force
  sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
  size      INTEGER NOT NULL CHECK (size > 0),        -- bytes
  directive BLOB NOT NULL CHECK (length(directive) = 16),
  seq       INTEGER NOT NULL,                         -- the fact that wanted it
  PRIMARY KEY (kind, offer)
) STRICT;
INSERT INTO document_fetch_now SELECT kind, offer, sha256, size, directive, seq FROM document_fetch;
DROP TABLE document_fetch;
ALTER TABLE document_fetch_now RENAME TO document_fetch;

CREATE TABLE document_offer_now (
  kind   TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  seq    INTEGER NOT NULL
) STRICT;
INSERT INTO document_offer_now SELECT kind, sha256, seq FROM document_offer;
DROP TABLE document_offer;
ALTER TABLE document_offer_now RENAME TO document_offer;
