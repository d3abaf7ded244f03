-- +goose Up
-- Servers who went home, and what they took since they last did.
CREATE TABLE checkout (
  seq      INTEGER PRIMARY KEY,                            -- its fact
  server   TEXT NOT NULL,                                  -- UUID of a person
  since    INTEGER NOT NULL,                               -- seq of the one before; 0: it is the first
  checks   INTEGER NOT NULL,                               -- on which their guests paid
  sales    INTEGER NOT NULL,                               -- that their guests paid of checks, minor units
  tips     INTEGER NOT NULL,                               -- beside it
  tip_out  INTEGER NOT NULL,                               -- of that, to others
  cash     INTEGER NOT NULL,                               -- that they had in the pocket
  due      INTEGER NOT NULL,                               -- that they handed in; below 0: that they got
  at       INTEGER NOT NULL,                               -- UTC ms
  day      TEXT NOT NULL                                   -- its business day
) STRICT;
CREATE INDEX checkout_server ON checkout (server, seq);
CREATE INDEX payments_server ON payments (server, seq);
CREATE INDEX payments_pocket ON payments (staff, seq) WHERE drawer = '' AND payment_method = 'cash';
CREATE INDEX drawer_move_pocket ON drawer_move (staff, seq) WHERE drawer = '';
