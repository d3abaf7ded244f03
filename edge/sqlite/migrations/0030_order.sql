-- +goose Up
-- What was paid of a check, and whether it is done with.
ALTER TABLE guest_check ADD COLUMN paid INTEGER NOT NULL DEFAULT 0;       -- of its total, without what was given back, minor units
ALTER TABLE guest_check ADD COLUMN tips INTEGER NOT NULL DEFAULT 0;       -- beside that, so too
ALTER TABLE guest_check ADD COLUMN closed_day TEXT NOT NULL DEFAULT '';   -- business day on which it was closed; empty: it is open
