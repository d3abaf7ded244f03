-- +goose Up
-- In whose name a party waits; empty: it is known by its number.
ALTER TABLE party ADD COLUMN customer TEXT NOT NULL DEFAULT '';
