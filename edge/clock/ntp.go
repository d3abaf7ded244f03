package clock

import "golang.org/x/sys/unix"

// Synced reports whether the kernel says that its clock follows a time server
// (adjtimex).
func Synced() bool {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	return err == nil && state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0
}
