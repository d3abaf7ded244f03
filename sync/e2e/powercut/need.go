package powercut

import (
	"errors"
	"os"
	"path/filepath"
)

// TB is what Need takes of a test.
type TB interface {
	Helper()
	Skipf(format string, args ...any)
}

// Need skips a test on a machine that cannot have such a disk, with the reason: it
// is a matter of the kernel and its rights, which no package installs.
func Need(t TB) {
	t.Helper()
	if err := errors.Join(Usable(), mountable()); err != nil {
		t.Skipf("%v", err)
	}
}

// mountable mounts such a disk for a moment.
func mountable() error {
	dir, err := os.MkdirTemp("", "tyngo-powercut-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := Open(filepath.Join(dir, "safe"), filepath.Join(dir, "at"))
	if err != nil {
		return err
	}
	return d.Close()
}
