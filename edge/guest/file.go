package guest

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// FileName of the database of guests, beside that of the box.
	FileName = "guest.db"
	// Schema is how snapshots of the box name it.
	Schema = "guest"

	poolFull = 100 // keys that nobody uses yet
	poolLow  = 50  // at so few more are made
)

// File is guest.db. It is private: what is deleted there is overwritten, and it is
// copied nowhere.
type File struct{ db *sqlite.DB }

// OpenFile opens or makes guest.db and fills the pool of keys.
func OpenFile(ctx context.Context, path string, now time.Time, log *slog.Logger) (*File, error) {
	schema, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, path, sqlite.Config{Readers: 1, ReserveBytes: -1, Log: log, Migrations: schema, Private: true})
	if err != nil {
		return nil, fmt.Errorf("open guests: %w", err)
	}
	f := &File{db}
	if err := f.fill(ctx, now); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.db.Close() }

// fill makes keys ahead, where few are left.
func (f *File) fill(ctx context.Context, now time.Time) error {
	var n int
	count := func(q sqlite.Queryer) error {
		return q.QueryRow("SELECT count(*) FROM guest_key WHERE customer = ''").Scan(&n)
	}
	if err := f.db.View(ctx, func(q *sqlite.Snapshot) error { return count(q) }); err != nil || n > poolLow {
		return err
	}
	return f.db.Update(ctx, func(tx *sqlite.Tx) error {
		if err := count(tx); err != nil {
			return err
		}
		for ; n < poolFull; n++ {
			if _, err := tx.Exec("INSERT INTO guest_key (id, secret, made_at) VALUES (?, ?, ?)", id.New[id.GuestKey](), seal.NewKey().Secret(), now.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
}

// key is the newest key of a guest; one of the pool where there is none. It is on the
// disk before anything is sealed with it.
func (f *File) key(ctx context.Context, c id.Customer, now time.Time) (k seal.Key, err error) {
	if err := f.db.View(ctx, func(q *sqlite.Snapshot) error { k, err = newest(q, c); return err }); !errors.Is(err, sql.ErrNoRows) {
		return k, err
	}
	for range 2 {
		err = f.db.Update(ctx, func(tx *sqlite.Tx) (err error) { k, err = assign(tx, c); return err })
		if !errors.Is(err, errNoKey) {
			return k, err
		}
		if err := f.fill(ctx, now); err != nil {
			return k, err
		}
	}
	return k, err
}

var errNoKey = errors.New("no key is left")

// assign gives a guest a key of the pool.
func assign(tx *sqlite.Tx, c id.Customer) (seal.Key, error) {
	if dead, err := buried(tx, c); err != nil || dead {
		return seal.Key{}, errors.Join(err, erasedIf(dead))
	}
	k, err := newest(tx, c) // another command was faster
	if !errors.Is(err, sql.ErrNoRows) {
		return k, err
	}
	n, err := tx.Exec("UPDATE guest_key SET customer = ? WHERE id = (SELECT min(id) FROM guest_key WHERE customer = '')", c)
	if err == nil && n == 0 {
		err = errNoKey
	}
	if err != nil {
		return k, err
	}
	return newest(tx, c)
}

func erasedIf(dead bool) error {
	if dead {
		return errErased
	}
	return nil
}

// buried reports whether a guest is erased for good.
func buried(q sqlite.Queryer, c id.Customer) (dead bool, err error) {
	err = q.QueryRow("SELECT EXISTS (SELECT 1 FROM guest_tombstone WHERE customer = ?)", c).Scan(&dead)
	return dead, err
}

func newest(q sqlite.Queryer, c id.Customer) (seal.Key, error) {
	var secret []byte
	if err := q.QueryRow("SELECT secret FROM guest_key WHERE customer = ? ORDER BY made_at DESC, id DESC LIMIT 1", c).Scan(&secret); err != nil {
		return seal.Key{}, err
	}
	return seal.Of(secret)
}

// keys are all of a guest: after a restore there may be several.
func keys(q sqlite.Queryer, c id.Customer) (list []seal.Key, err error) {
	err = sqlite.Each(q, "SELECT secret FROM guest_key WHERE customer = ?", []any{c}, func(scan sqlite.Scan) error {
		var secret []byte
		if err := scan(&secret); err != nil {
			return err
		}
		k, err := seal.Of(secret)
		list = append(list, k)
		return err
	})
	return list, err
}

// erase deletes the keys of a guest and everything plain, leaves a tombstone, and lets
// nothing of it stay in the WAL.
func (f *File) erase(ctx context.Context, c id.Customer, now time.Time) error {
	if err := f.db.Update(ctx, func(tx *sqlite.Tx) error { return bury(tx, c, now.UnixMilli()) }); err != nil {
		return err
	}
	return f.db.Scrub(ctx)
}

func bury(tx *sqlite.Tx, c id.Customer, at int64) error {
	_, err := tx.Exec("INSERT INTO guest_tombstone (customer, at) VALUES (?, ?) ON CONFLICT DO NOTHING", c, at)
	if err == nil {
		_, err = tx.Exec("DELETE FROM guest_key WHERE customer = ?", c)
	}
	return errors.Join(err, wipe(tx, c), forget(tx, c))
}

// wipe deletes everything plain about a guest.
func wipe(tx *sqlite.Tx, c id.Customer) error {
	for _, q := range []string{"DELETE FROM guest_profile WHERE customer = ?", "DELETE FROM guest_word WHERE customer = ?", "DELETE FROM guest_address WHERE customer = ?", "DELETE FROM guest_comment WHERE customer = ?"} {
		if _, err := tx.Exec(q, c); err != nil {
			return err
		}
	}
	return nil
}

// forget drops which facts are about a guest.
func forget(tx *sqlite.Tx, c id.Customer) error {
	_, err := tx.Exec("DELETE FROM guest_fact WHERE customer = ?", c)
	return err
}
