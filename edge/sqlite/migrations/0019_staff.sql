-- +goose Up
ALTER TABLE device ADD COLUMN key TEXT NOT NULL DEFAULT ''; -- public, P-256: SPKI in base64; empty: none
CREATE INDEX device_key ON device (key) WHERE key <> '';

-- What a session is called and may do is its device's.
ALTER TABLE session DROP COLUMN role;
ALTER TABLE session DROP COLUMN name;

-- When a device was heard last, to five minutes. No fact: an event for every request would be longer than the orders.
CREATE TABLE device_seen (
  device TEXT PRIMARY KEY,
  at     INTEGER NOT NULL -- UTC ms
) STRICT, WITHOUT ROWID;
