package box

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tyngo/tyngo/sync/fault"
	"golang.org/x/sys/unix"
)

// errServing says that another program has the data directory.
var errServing = fault.New(fault.Conflict, "in_use", "Another tyngo-edge is using this data directory.")

// lock takes the data directory for this process; it ends with the process.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = errServing
		}
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
