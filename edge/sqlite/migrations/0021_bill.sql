-- +goose Up
-- A bill is reckoned by the rules that held when its order was opened, years later, too.
CREATE INDEX journal_venue ON journal (seq) WHERE type = 'venue.published';
