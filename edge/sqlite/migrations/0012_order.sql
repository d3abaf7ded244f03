-- +goose Up
-- A set menu (combo) is a line of its own with its price; what was chosen of it are lines, too.
ALTER TABLE check_line ADD COLUMN part_of TEXT NOT NULL DEFAULT ''; -- line of the set menu, or empty
ALTER TABLE check_line ADD COLUMN made INTEGER NOT NULL DEFAULT 1;  -- 0: a set menu; nobody makes it, only its parts
