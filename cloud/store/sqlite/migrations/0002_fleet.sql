-- +goose Up
CREATE TABLE box (
  organisation_id BLOB NOT NULL REFERENCES organisation (id),
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  restaurant_id   BLOB NOT NULL,
  joined          INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, id)
) STRICT;

-- Every certificate that was issued; revocation is looked up at every connect.
CREATE TABLE certificate (
  organisation_id BLOB NOT NULL,
  serial          TEXT NOT NULL UNIQUE,  -- hex
  box             BLOB NOT NULL,
  key_sha256      BLOB NOT NULL,         -- of the public key (SPKI)
  made            INTEGER NOT NULL,
  expires         INTEGER NOT NULL,
  revoked         INTEGER NOT NULL DEFAULT 0, -- when; 0: it is good
  PRIMARY KEY (organisation_id, serial)
) STRICT;
CREATE INDEX certificate_box ON certificate (box);

-- Claim codes: single use, a quarter of an hour.
CREATE TABLE claim (
  organisation_id BLOB NOT NULL,
  hash            BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  restaurant_id   BLOB NOT NULL,
  replaces        BLOB,                  -- the box whose id the claim takes over
  expires         INTEGER NOT NULL,
  box             BLOB,                  -- who used it
  key_sha256      BLOB,                  -- with which key: the same may ask again
  certificate     BLOB,                  -- what it was answered, PEM
  PRIMARY KEY (organisation_id, hash)
) STRICT;

-- How each box was last heard.
CREATE TABLE presence (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  online          INTEGER NOT NULL,
  since           INTEGER NOT NULL,      -- of online or dark
  boot            BLOB NOT NULL,
  head            INTEGER NOT NULL,      -- last fact that the box said it has
  heard           INTEGER NOT NULL,
  clock           INTEGER NOT NULL,      -- ms that the box's clock is behind ours
  software        TEXT NOT NULL,
  PRIMARY KEY (organisation_id, box)
) STRICT;
