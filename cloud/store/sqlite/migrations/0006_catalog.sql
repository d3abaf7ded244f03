-- +goose Up
-- What head office wished of a box, and what the box answered. A box answers in its
-- journal, so that the answers come again where this table was restored.
CREATE TABLE directive (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  id              BLOB NOT NULL CHECK (length(id) = 16),
  n               INTEGER NOT NULL,      -- the order of the wishes of one box
  made            INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,      -- 0: never
  kind            TEXT NOT NULL,
  precondition    TEXT NOT NULL,         -- JSON; empty: none
  body            TEXT NOT NULL,         -- JSON
  maker           TEXT NOT NULL,         -- who wished
  answer          TEXT NOT NULL CHECK (answer IN ('', 'applied', 'refused', 'expired')), -- empty: none yet
  code            TEXT NOT NULL,         -- of a refusal
  reason          TEXT NOT NULL,
  answer_seq      INTEGER NOT NULL,      -- the fact that answered; 0: none
  PRIMARY KEY (organisation_id, box, id)
) STRICT;
CREATE INDEX directive_open ON directive (organisation_id, box, n) WHERE answer = '';

-- Documents by content, in pieces of 64 KiB.
CREATE TABLE document (
  organisation_id BLOB NOT NULL,
  sha256          TEXT NOT NULL CHECK (length(sha256) = 64),
  size            INTEGER NOT NULL,      -- bytes
  whole           INTEGER NOT NULL,      -- 1: every piece is here and the hash was checked
  made            INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, sha256)
) STRICT;

CREATE TABLE document_piece (
  organisation_id BLOB NOT NULL,
  sha256          TEXT NOT NULL,
  n               INTEGER NOT NULL,
  body            BLOB NOT NULL,
  PRIMARY KEY (organisation_id, sha256, n)
) STRICT;

-- Which document of a kind is in force at a box. Where the document is not here, it
-- is asked for in the box's acks.
CREATE TABLE document_in_force (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  kind            TEXT NOT NULL,
  sha256          TEXT NOT NULL,
  owner           TEXT NOT NULL,         -- box, hq, pos
  at              INTEGER NOT NULL,      -- UTC ms, by the box
  PRIMARY KEY (organisation_id, box, kind)
) STRICT;
