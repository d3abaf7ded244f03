-- +goose Up
-- The tickets of a check are found by its place in the history: see 0014_order.
ALTER TABLE ticket ADD COLUMN check_seq INTEGER NOT NULL DEFAULT 0; -- opened_seq of its check
UPDATE ticket SET check_seq = (SELECT opened_seq FROM guest_check WHERE id = check_id);
DROP INDEX ticket_check;
CREATE INDEX ticket_check ON ticket (check_seq);
