-- +goose Up
-- Documents that a box's facts name beside those in force: photos.
CREATE TABLE document_named (
  organisation_id BLOB NOT NULL,
  box             BLOB NOT NULL,
  sha256          TEXT NOT NULL,
  PRIMARY KEY (organisation_id, box, sha256)
) STRICT;
