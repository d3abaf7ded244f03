-- +goose Up
-- What one station is asked to make at once.
CREATE TABLE ticket (
  id       TEXT PRIMARY KEY,
  series   TEXT NOT NULL,
  number   INTEGER NOT NULL,     -- what people call it: K-2291
  kind     TEXT NOT NULL CHECK (kind IN ('new', 'add_on', 'cancel')),
  check_id TEXT NOT NULL,
  station  TEXT NOT NULL,        -- UUID
  n        INTEGER NOT NULL,     -- ticket n
  of       INTEGER NOT NULL,     -- of so many of one send
  lines    TEXT NOT NULL,        -- JSON list of line ids
  staff    TEXT NOT NULL,        -- who sent it, or empty
  at       INTEGER NOT NULL,     -- UTC ms
  seq      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ticket_number ON ticket (series, number);
CREATE INDEX ticket_check ON ticket (check_id);

-- One ticket for one printer: a row of work. Attempts are in print_attempt.
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

-- Not facts: what the spool is doing. Claimed before the first byte leaves.
CREATE TABLE print_attempt (
  job      TEXT PRIMARY KEY,
  attempts INTEGER NOT NULL,
  claimed  INTEGER NOT NULL,     -- 1: bytes may be under way
  problem  TEXT NOT NULL,        -- why the last attempt did not begin, for staff
  at       INTEGER NOT NULL      -- UTC ms of the last attempt
) STRICT;

CREATE TABLE printer_number (
  printer TEXT PRIMARY KEY,
  last    INTEGER NOT NULL       -- last process id given to this printer, 1 to 9999
) STRICT;
