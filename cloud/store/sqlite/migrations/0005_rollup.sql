-- +goose Up
-- Which box said last what a restaurant is, so that the order of folding changes nothing.
ALTER TABLE place ADD COLUMN said_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE place ADD COLUMN said_by BLOB NOT NULL DEFAULT x'';

-- What is remembered of an order has another form: sums are folded again from the facts.
DELETE FROM fold WHERE consumer = 'sales';
DELETE FROM fold_state WHERE consumer = 'sales';
DELETE FROM quarantine WHERE consumer = 'sales';
DELETE FROM cell;
DELETE FROM place;
