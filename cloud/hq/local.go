package hq

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/cloud/floor"
	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

// organisation finds an organisation by name in a data directory, which may be in
// use by a running office.
func organisation(ctx context.Context, c Config, name string) (o store.Organisation, err error) {
	s, err := sqlite.Open(ctx, filepath.Join(c.Dir, "cloud.db"))
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return account.New(s, c.Now).Organisation(ctx, name)
}

// Papers writes what an external broker needs, with the CA of a data directory.
func Papers(ctx context.Context, c Config, dir string) (changed bool, err error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return false, err
	}
	s, err := sqlite.Open(ctx, filepath.Join(c.Dir, "cloud.db"))
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	ca, err := fleet.OpenCA(c.Dir, c.Now)
	if err != nil {
		return false, err
	}
	return fleet.New(s, ca, c.Now).Papers(ctx, dir)
}

// Token mints a bearer token for a program of an organisation, by name; empty is
// the first one, and an unknown one is made.
func Token(ctx context.Context, c Config, org, role, name string, ttl time.Duration) (string, error) {
	if name == "" {
		name = role
	}
	if err := errors.Join(account.CheckRole(role), account.CheckName(name)); err != nil {
		return "", err
	}
	if ttl <= 0 || ttl > 10*365*24*time.Hour {
		return "", fault.New(fault.Invalid, "ttl", "A token lives longer than nothing and no longer than ten years.")
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return "", err
	}
	o, err := organisation(ctx, c, org)
	if err != nil {
		return "", err
	}
	keys, err := openKeys(c)
	if err != nil {
		return "", err
	}
	return keys.Mint(name, role, o.ID, ttl)
}

// Dial speaks head office's API for commands of this machine, as an owner of an
// organisation.
func Dial(ctx context.Context, c Config, org string) (*door.Client, error) {
	token, err := Token(ctx, c, org, "owner", "tyngo-cloud", 5*time.Minute)
	if err != nil {
		return nil, err
	}
	return door.Dial(ctx, c.Dir, token, func() (http.Handler, func() error, error) {
		o, err := New(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		return o.API, o.Close, nil
	})
}

// Rebuild folds every fact again from the first: sums and rooms are thrown away first. The
// office must not be running.
func Rebuild(ctx context.Context, c Config) (facts int64, err error) {
	if _, err := os.Stat(filepath.Join(c.Dir, "cloud.db")); errors.Is(err, fs.ErrNotExist) {
		return 0, fault.Newf(fault.NotFound, "no_data", "There is no head office at %s.", c.Dir)
	}
	o, err := New(ctx, c)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	for consumer, f := range map[string]*rollup.Follower{rollup.Consumer: o.Sales, floor.Consumer: o.Floor} {
		if err := o.Store.Unfold(ctx, consumer, true); err != nil {
			return 0, err
		}
		for more := true; more; {
			if more, err = f.Round(ctx); err != nil {
				return 0, err
			}
		}
	}
	return o.Sales.Folded.Load(), nil
}
