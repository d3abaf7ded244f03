// Package datadir is a directory that one program owns: its lock, its secrets,
// and the note of where the program listens, for other commands of the machine.
package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tyngo/tyngo/sync/fault"
	"golang.org/x/sys/unix"
)

// ErrInUse says that another program has the directory.
var ErrInUse = fault.New(fault.Conflict, "in_use", "Another program is using this data directory.")

// Lock makes the directory where it is missing and takes it for this process; the
// lock ends with the file or the process.
func Lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrInUse
		}
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Write writes a file that only its owner reads, whole or not at all, and on the
// disk when it returns.
func Write(path string, b []byte) error { return WriteMode(path, b, 0o600) }

// WriteMode is Write of a file that others may read.
func WriteMode(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

const addressFile = "address"

// NoteAddress notes where the program listens; forget takes the note away.
func NoteAddress(dir, address string) (forget func(), err error) {
	path := filepath.Join(dir, addressFile)
	if err := os.WriteFile(path, []byte(address+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("note the address: %w", err)
	}
	return func() { os.Remove(path) }, nil
}

// Address is where a program that runs on the directory listens; empty where none
// said so. A program that was killed leaves its note behind.
func Address(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, addressFile))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}
