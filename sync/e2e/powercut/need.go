package powercut

import "os"

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
	switch err := Usable(); {
	case err == nil:
	case os.Getenv("CI") == "true" && os.Geteuid() == 0:
		t.Fatalf("%v, and CI must run this test", err)
	default:
		t.Skipf("%v", err)
	}
}
