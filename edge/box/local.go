package box

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// noData says that there is no box in a data directory.
func noData(dir string) error {
	return fault.Newf(fault.NotFound, "no_data", "There is no box at %s. Run: tyngo-edge setup --help", dir)
}

// Dial speaks the box's API for commands of this machine.
func Dial(ctx context.Context, c Config) (*door.Client, error) {
	token, err := Token(c, "manager", "tyngo-edge", 5*time.Minute)
	if err != nil {
		return nil, err
	}
	return door.Dial(ctx, c.Dir, token, func() (http.Handler, func() error, error) {
		b, err := New(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		return b.API, b.Close, nil
	})
}

// Token mints a bearer token for a program.
func Token(c Config, role, name string, ttl time.Duration) (string, error) {
	if name == "" {
		name = role
	}
	if err := errors.Join(staff.CheckRole(role), staff.CheckName(name)); err != nil {
		return "", err
	}
	if ttl <= 0 || ttl > 10*365*24*time.Hour {
		return "", fault.New(fault.Invalid, "ttl", "A token lives longer than nothing and no longer than ten years.")
	}
	if _, err := os.Stat(filepath.Join(c.Dir, database)); errors.Is(err, fs.ErrNotExist) {
		return "", noData(c.Dir)
	}
	keys, err := openKeys(c.Dir, func() time.Time { return at(c.Dir, c.Now()) })
	if err != nil {
		return "", err
	}
	return keys.Mint(name, role, id.Organisation{}, ttl)
}

// Backup copies the database of a data directory to a file, whether a box runs
// on it or not.
func Backup(ctx context.Context, c Config, to string) error {
	err := sqlite.Copy(ctx, filepath.Join(c.Dir, database), to)
	if errors.Is(err, fs.ErrNotExist) {
		return noData(c.Dir)
	}
	return err
}
