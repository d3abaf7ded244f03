package guest

import (
	"context"
	"errors"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Erase deletes the keys of a guest and everything that is known of them. The wish is
// on the disk before anything is deleted, the deletion is before the fact that answers
// it, and Run repeats what a crash left in between. done reports whether all of it is done.
func (b *Book) Erase(ctx context.Context, m journal.Meta, c id.Customer) (r journal.Receipt, done bool, err error) {
	if err := b.Ready(); err != nil {
		return r, false, err
	}
	r, err = b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		s, err := standingOf(tx, c)
		switch {
		case err != nil:
			return nil, err
		case !s.known && !s.erased:
			return nil, errUnknown
		}
		return Wish(tx, c)
	})
	if err != nil {
		return r, false, err
	}
	if err := b.eraseOne(context.WithoutCancel(ctx), c); err != nil {
		b.log.Error("erase a guest", "guest", c, "err", err)
		return r, false, nil
	}
	return r, true, nil
}

// Wish is the fact of a wish to erase a guest, also one of whom this box knows nothing;
// none where there is one.
func Wish(q sqlite.Queryer, c id.Customer) ([]event.Payload, error) {
	s, err := standingOf(q, c)
	if err != nil || s.erased {
		return nil, err
	}
	return []event.Payload{event.GuestErasureAsked{Customer: c}}, nil
}

// eraseOne erases and says so. It may be done again.
func (b *Book) eraseOne(ctx context.Context, c id.Customer) error {
	if err := b.file.erase(ctx, c, b.now()); err != nil {
		return err
	}
	_, err := b.journal.Commit(ctx, journal.Meta{Command: id.Derived[id.Command]("guest.erased", c.String())}, func(tx *sqlite.Tx) ([]event.Payload, error) {
		return []event.Payload{event.GuestErased{Customer: c}}, nil
	})
	return err
}

// finish erases who is to be erased and is not, by the journal or by a tombstone: the
// journal may have been restored to before the wish.
func (b *Book) finish(ctx context.Context) error {
	var list []id.Customer
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, `SELECT customer FROM main.guest WHERE asked_at > 0 AND erased_at = 0 UNION
			SELECT t.customer FROM guest.guest_tombstone t LEFT JOIN main.guest g ON g.customer = t.customer WHERE coalesce(g.erased_at, 0) = 0`, nil, func(scan sqlite.Scan) error {
			var c id.Customer
			err := scan(&c)
			list = append(list, c)
			return err
		})
	}); err != nil {
		return err
	}
	var errs error
	for _, c := range list {
		errs = errors.Join(errs, b.eraseOne(ctx, c))
	}
	return errs
}
