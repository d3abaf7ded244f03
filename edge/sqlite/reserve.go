package sqlite

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// reserve is a file that does nothing but take room, so that there is some to
// give back when the disk is full: orders, prints and payments go on, documents,
// backups and exports are refused (Stats.Full).
type reserve struct {
	mu   sync.Mutex
	path string
	size int64
	full *atomic.Bool
	log  *slog.Logger
}

// make allocates the reserve where it is missing and the disk has room for it
// twice; it reports whether it is there.
func (r *reserve) make() bool {
	if r.size < 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if fi, err := os.Stat(r.path); err == nil && fi.Size() >= r.size {
		r.full.Store(false)
		return true
	}
	if err := r.allocate(); err != nil {
		r.log.Warn("no room for the reserve", "bytes", r.size, "err", err)
		r.full.Store(true)
		return false
	}
	r.full.Store(false)
	return true
}

func (r *reserve) allocate() error {
	f, err := os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &st); err != nil {
		return err
	}
	if int64(st.Bavail)*int64(st.Bsize) < 2*r.size {
		return errors.Join(unix.ENOSPC, os.Remove(r.path))
	}
	if err := unix.Fallocate(int(f.Fd()), 0, 0, r.size); err != nil {
		if !errors.Is(err, unix.EOPNOTSUPP) {
			return errors.Join(err, os.Remove(r.path))
		}
		if _, err := f.Write(make([]byte, r.size)); err != nil {
			return errors.Join(err, os.Remove(r.path))
		}
	}
	return f.Sync()
}

// least is how much room a start needs: for its marks and the first facts.
const least = 1 << 20

// spare gives the room back before a start that would not have any.
func (r *reserve) spare() {
	var st unix.Statfs_t
	if r.size < 0 {
		return
	}
	if err := unix.Statfs(filepath.Dir(r.path), &st); err == nil && int64(st.Bavail)*int64(st.Bsize) < least {
		r.free()
	}
}

// free gives the room back; it reports whether there was any to give.
func (r *reserve) free() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.full.Store(true)
	err := os.Remove(r.path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		r.log.Error("free the reserve", "err", err)
	}
	return err == nil
}

// Replenish makes the reserve again when there is room; it reports whether it
// is there. The box calls it every ten seconds.
func (db *DB) Replenish() bool { return db.reserve.make() }
