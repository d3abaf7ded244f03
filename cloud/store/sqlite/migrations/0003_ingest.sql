-- +goose Up
-- One branch of one box's history.
CREATE TABLE stream (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  epoch           INTEGER NOT NULL,
  base_seq        INTEGER NOT NULL,      -- where it leaves the branch before
  base_dg         BLOB NOT NULL,
  last_seq        INTEGER NOT NULL,      -- gap-free up to here
  dg              BLOB NOT NULL CHECK (length(dg) = 32), -- D(last_seq)
  boot            BLOB NOT NULL,         -- owner of the branch
  PRIMARY KEY (organisation_id, box, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  epoch           INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  id              BLOB NOT NULL,
  command         BLOB NOT NULL,
  type            TEXT NOT NULL,
  at              INTEGER NOT NULL,      -- UTC ms, by the box
  rcv             INTEGER NOT NULL,      -- UTC ms, when it came
  body            BLOB NOT NULL,         -- the stored bytes of the box
  dg              BLOB,                  -- D(seq), at batch ends only
  PRIMARY KEY (organisation_id, box, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_id ON event (id);
CREATE INDEX event_command ON event (box, command);
