-- +goose Up
-- Money that changed hands, one row a fact. What was paid of a check is the sum of its rows: a refund, a void
-- and another tip are rows of their own, whose sums are below 0 where the guest gets money.
CREATE TABLE payments (
  seq                      INTEGER PRIMARY KEY,            -- its fact
  id                       TEXT NOT NULL,
  kind                     TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'void', 'tip')),
  of_seq                   INTEGER NOT NULL,               -- seq of the payment that it is of; its own: it is one
  order_id                 TEXT NOT NULL,
  check_seq                INTEGER NOT NULL,               -- opened_seq of that order
  stripe_payment_intent_id TEXT NOT NULL DEFAULT '',       -- empty: no network had a part in it
  amount                   INTEGER NOT NULL,               -- of the check, minor units
  tip                      INTEGER NOT NULL,               -- minor units
  rounding                 INTEGER NOT NULL,               -- of cash: what coins make of the amount
  tendered                 INTEGER NOT NULL,               -- of cash: what the guest gave; 0: another tender
  change                   INTEGER NOT NULL,               -- of cash: what the guest got back
  currency                 TEXT NOT NULL,                  -- ISO 4217
  status                   TEXT NOT NULL CHECK (status IN ('created', 'collecting', 'authorised', 'unknown', 'captured', 'settled',
                             'declined', 'cancelled', 'voided', 'refunded_part', 'refunded_all')), -- of a payment; of the others captured
  payment_method           TEXT NOT NULL,                  -- cash, card_terminal, house_account, gift_card, room_charge
  created_at               INTEGER NOT NULL,               -- UTC ms
  processed_at             INTEGER NOT NULL,               -- UTC ms; of what no network does the same
  metadata                 TEXT NOT NULL,                  -- JSON {reference, last4, reason}
  card                     TEXT NOT NULL DEFAULT '',       -- of gift_card: which
  account                  TEXT NOT NULL DEFAULT '',       -- of house_account: UUID of the guest who pays later
  drawer                   TEXT NOT NULL DEFAULT '',       -- of cash: where it lies; empty: with who took it
  staff                    TEXT NOT NULL DEFAULT '',       -- UUID of who took it
  server                   TEXT NOT NULL DEFAULT '',       -- UUID of who served: whose tip it is
  device                   TEXT NOT NULL DEFAULT '',       -- at which
  day                      TEXT NOT NULL                   -- its business day
) STRICT;
CREATE INDEX payments_check ON payments (check_seq);
CREATE INDEX payments_day ON payments (day, payment_method);
CREATE INDEX payments_card ON payments (card) WHERE card <> '';
CREATE INDEX payments_account ON payments (account) WHERE account <> '';

-- What gift cards are worth. Their numbers are not kept: a card is found by what is made of its number.
CREATE TABLE gift_card (
  id        TEXT PRIMARY KEY,
  last4     TEXT NOT NULL,                                 -- of its number
  balance   INTEGER NOT NULL CHECK (balance >= 0),         -- minor units
  loaded    INTEGER NOT NULL,                              -- what was paid for it, minor units
  issued_at INTEGER NOT NULL,                              -- UTC ms
  seq       INTEGER NOT NULL                               -- its last fact
) STRICT, WITHOUT ROWID;
