-- +goose Up
-- The keys of guests, as the boxes that made them keep them, too: the only other copy.
CREATE TABLE guest_key (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  id              BLOB NOT NULL,
  customer        BLOB NOT NULL,
  secret          BLOB NOT NULL,
  made            INTEGER NOT NULL, -- UTC ms
  PRIMARY KEY (organisation_id, box, id)
) STRICT;
CREATE INDEX guest_key_customer ON guest_key (organisation_id, customer);

-- Guests who are erased: no key of theirs is taken any more.
CREATE TABLE guest_tombstone (
  organisation_id BLOB NOT NULL,
  customer        BLOB NOT NULL,
  at              INTEGER NOT NULL, -- UTC ms
  PRIMARY KEY (organisation_id, customer)
) STRICT;

-- Which facts say something of a guest. What they say is nowhere but in them.
CREATE TABLE guest_fact (
  organisation_id BLOB NOT NULL,
  customer        BLOB NOT NULL,
  box             BLOB NOT NULL,
  epoch           INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, customer, box, epoch, seq)
) STRICT;
