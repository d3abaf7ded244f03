package guest

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

// Key is a guest's key, of the pool where there is none.
func (f *File) Key(ctx context.Context, c id.Customer, now time.Time) (seal.Key, error) {
	return f.key(ctx, c, now)
}

// Erase deletes the keys of a guest.
func (f *File) Erase(ctx context.Context, c id.Customer, now time.Time) error {
	return f.erase(ctx, c, now)
}

// Keys are how many there are: in use, and not.
func (f *File) Keys(ctx context.Context) (used, unused int, err error) {
	err = f.db.View(ctx, func(q *sqlite.Snapshot) error {
		return q.QueryRow("SELECT count(*) FILTER (WHERE customer <> ''), count(*) FILTER (WHERE customer = '') FROM guest_key").Scan(&used, &unused)
	})
	return used, unused, err
}
