-- +goose Up
-- The kitchen's queue is counted with every send: in the index alone, without the checks.
DROP INDEX guest_check_waiting;
CREATE INDEX guest_check_waiting ON guest_check (placed_at, status) WHERE status IN ('placed', 'preparing');
