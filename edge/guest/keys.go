package guest

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

const askAgain = time.Minute // for a key that head office did not have

// Unsent are keys in use that head office does not have, some at a time.
func (b *Book) Unsent(ctx context.Context) (list []join.GuestKey, err error) {
	err = b.file.db.View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT id, customer, secret FROM guest_key WHERE sent = 0 AND customer <> '' ORDER BY id LIMIT ?", []any{join.GuestKeysMost}, func(scan sqlite.Scan) error {
			var k join.GuestKey
			err := scan(&k.ID, &k.Customer, &k.Secret)
			list = append(list, k)
			return err
		})
	})
	return list, err
}

// Sent notes that head office has keys.
func (b *Book) Sent(ctx context.Context, list []join.GuestKey) error {
	return b.file.db.Update(ctx, func(tx *sqlite.Tx) error {
		for _, k := range list {
			if err := exec(tx, "UPDATE guest_key SET sent = 1 WHERE id = ?", k.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lost lets all keys be sent again, where head office has fewer than it was sent.
func (b *Book) Lost(ctx context.Context, have int) error {
	var sent int
	if err := b.file.db.View(ctx, func(q *sqlite.Snapshot) error {
		return q.QueryRow("SELECT count(*) FROM guest_key WHERE sent = 1").Scan(&sent)
	}); err != nil || sent <= have {
		return err
	}
	return b.file.db.Update(ctx, func(tx *sqlite.Tx) error { return exec(tx, "UPDATE guest_key SET sent = 0 WHERE sent = 1") })
}

// Missing are guests of whom something is known that no key opens, and of whom head
// office was not asked a moment ago.
func (b *Book) Missing(ctx context.Context) (list []id.Customer, err error) {
	b.asking.Lock()
	defer b.asking.Unlock()
	err = b.file.db.View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT DISTINCT customer FROM guest_fact WHERE closed = 1 ORDER BY customer", nil, func(scan sqlite.Scan) error {
			var c id.Customer
			if err := scan(&c); err != nil {
				return err
			}
			if len(list) < join.GuestKeysMost && b.now().Sub(b.asked[c]) >= askAgain {
				list = append(list, c)
			}
			return nil
		})
	})
	for _, c := range list {
		b.asked[c] = b.now()
	}
	return list, err
}

// Return takes keys back that head office kept, and erases whom it erased meanwhile.
func (b *Book) Return(ctx context.Context, a join.GuestKeysAnswer) error {
	var list []id.Customer
	if err := b.file.db.Update(ctx, func(tx *sqlite.Tx) error {
		list = list[:0]
		for _, k := range a.Keys {
			if dead, err := buried(tx, k.Customer); err != nil || dead {
				if err != nil {
					return err
				}
				continue
			}
			if err := exec(tx, "INSERT INTO guest_key (id, customer, secret, made_at, sent) VALUES (?, ?, ?, 0, 1) ON CONFLICT DO NOTHING", k.ID, k.Customer, k.Secret); err != nil {
				return err
			}
			list = append(list, k.Customer)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, c := range a.Erased {
		m := journal.Meta{Command: id.Derived[id.Command]("guest.erasure_asked", c.String())}
		if _, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) { return Wish(tx, c) }); err != nil {
			return err
		}
	}
	return b.again(ctx, list)
}
