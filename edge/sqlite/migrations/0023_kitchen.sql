-- +goose Up
-- A ticket may say that of what was sent some are not wanted. The list of kinds cannot be changed in
-- place, and the jobs refer to the tickets.
CREATE TEMPORARY TABLE job_kept AS SELECT id, ticket, check_id, printer, copy_of, state, reason, seq, done_at FROM print_job;
CREATE TEMPORARY TABLE ticket_kept AS SELECT id, series, number, kind, check_id, check_seq, station, n, of, lines, staff, at, seq, was FROM ticket;
DROP TABLE print_job;
DROP TABLE ticket;

CREATE TABLE ticket (
  id       TEXT PRIMARY KEY,
  series   TEXT NOT NULL,
  number   INTEGER NOT NULL,     -- what people call it: K-2291
  kind     TEXT NOT NULL CHECK (kind IN ('new', 'add_on', 'cancel', 'move', 'void')),
  check_id TEXT NOT NULL,
  station  TEXT NOT NULL,        -- UUID
  n        INTEGER NOT NULL,     -- ticket n
  of       INTEGER NOT NULL,     -- of so many of one send
  lines    TEXT NOT NULL,        -- JSON list of line ids
  staff    TEXT NOT NULL,        -- who sent it, or empty
  at       INTEGER NOT NULL,     -- UTC ms
  seq      INTEGER NOT NULL,
  check_seq INTEGER NOT NULL,    -- opened_seq of its check
  was      TEXT NOT NULL DEFAULT '', -- of move: the table that the guests left
  voided   INTEGER NOT NULL DEFAULT 0, -- of void: how many
  reason   TEXT NOT NULL DEFAULT ''  -- of void
) STRICT;
CREATE UNIQUE INDEX ticket_number ON ticket (series, number);
CREATE INDEX ticket_check ON ticket (check_seq);
INSERT INTO ticket (id, series, number, kind, check_id, check_seq, station, n, of, lines, staff, at, seq, was)
  SELECT id, series, number, kind, check_id, check_seq, station, n, of, lines, staff, at, seq, was FROM ticket_kept ORDER BY seq;

CREATE TABLE print_job (
  id       TEXT PRIMARY KEY,
  ticket   TEXT NOT NULL REFERENCES ticket (id),
  check_id TEXT NOT NULL,
  printer  TEXT NOT NULL,        -- UUID
  copy_of  TEXT NOT NULL,        -- the job that may be on paper already, or empty
  state    TEXT NOT NULL CHECK (state IN ('queued', 'printed', 'sent', 'unknown')), -- sent: taken without proof
  reason   TEXT NOT NULL DEFAULT '', -- for staff, where unknown
  seq      INTEGER NOT NULL,     -- the fact that queued it: order inside a printer
  done_at  INTEGER               -- UTC ms
) STRICT;
CREATE INDEX print_job_queue ON print_job (printer, seq) WHERE state = 'queued';
CREATE INDEX print_job_ticket ON print_job (ticket);
INSERT INTO print_job (id, ticket, check_id, printer, copy_of, state, reason, seq, done_at)
  SELECT id, ticket, check_id, printer, copy_of, state, reason, seq, done_at FROM job_kept ORDER BY seq;
DROP TABLE job_kept;
DROP TABLE ticket_kept;
