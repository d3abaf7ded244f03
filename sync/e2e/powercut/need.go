package powercut

import (
	"errors"
	"os"
	"path/filepath"
)

// TB is what Need takes of a test.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
}

// Need skips a test on a machine that cannot have such a disk, with the reason. CI
// as root must run it.
func Need(t TB) {
	t.Helper()
	switch err := errors.Join(Usable(), mountable()); {
	case err == nil:
	case os.Getenv("CI") == "true" && os.Geteuid() == 0:
		t.Fatalf("%v, and CI must run this test", err)
	default:
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
