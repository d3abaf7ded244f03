-- +goose Up
-- Sessions of cash drawers, from the float to the count.
CREATE TABLE drawer (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,                                -- what people call it
  state      TEXT NOT NULL CHECK (state IN ('open', 'counting', 'counted', 'closed')),
  people     TEXT NOT NULL,                                -- JSON list of UUIDs: whose cash goes there
  float      INTEGER NOT NULL,                             -- minor units
  cash       INTEGER NOT NULL,                             -- what should be in it, minor units
  counted    INTEGER NOT NULL DEFAULT 0,                   -- what was, minor units
  coins      TEXT NOT NULL DEFAULT '[]',                   -- JSON list of {value, n}
  comment    TEXT NOT NULL DEFAULT '',
  opened_by  TEXT NOT NULL,                                -- UUID of a person, or empty
  opened_at  INTEGER NOT NULL,                             -- UTC ms
  day        TEXT NOT NULL,                                -- business day on which it was opened
  closed_by  TEXT NOT NULL DEFAULT '',
  closed_at  INTEGER NOT NULL DEFAULT 0,                   -- UTC ms
  closed_day TEXT NOT NULL DEFAULT '',
  seq        INTEGER NOT NULL                              -- its first fact
) STRICT;
CREATE INDEX drawer_here ON drawer (seq) WHERE state <> 'closed';
CREATE INDEX drawer_day ON drawer (day);
CREATE INDEX payments_drawer ON payments (drawer) WHERE drawer <> '';

-- Cash that went in or out without a check.
CREATE TABLE drawer_move (
  seq    INTEGER PRIMARY KEY,                              -- its fact
  drawer TEXT NOT NULL,                                    -- empty: the pocket of who did it
  move   TEXT NOT NULL CHECK (move IN ('pay_in', 'pay_out', 'drop', 'tip_out', 'no_sale', 'gift_card')),
  amount INTEGER NOT NULL,                                 -- minor units; below 0: out
  reason TEXT NOT NULL,
  staff  TEXT NOT NULL,                                    -- UUID of a person, or empty
  at     INTEGER NOT NULL,                                 -- UTC ms
  day    TEXT NOT NULL                                     -- its business day
) STRICT;
CREATE INDEX drawer_move_drawer ON drawer_move (drawer);
