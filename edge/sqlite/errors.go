package sqlite

import (
	"errors"

	"github.com/tyngo/tyngo/sync/fault"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// code is the primary result code of an error, 0 where SQLite did not make it.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

func full(err error) bool { return code(err) == lib.SQLITE_FULL }

// damaged reports whether the file or its disk is broken.
func damaged(err error) bool {
	switch code(err) {
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB, lib.SQLITE_IOERR:
		return true
	}
	return false
}

// unreadable is the answer where the file or its disk is broken.
func (db *DB) unreadable(err error) error {
	db.stats.Damaged.Store(true)
	return fault.Wrap(err, fault.Unavailable, "storage_damaged", "Part of the data of the box cannot be read. Call the engineer.")
}

// breaks reports whether a statement's error may have cost the whole transaction:
// everything but an error of the statement itself.
func breaks(err error) bool {
	switch code(err) {
	case 0, lib.SQLITE_ERROR, lib.SQLITE_CONSTRAINT, lib.SQLITE_MISMATCH, lib.SQLITE_RANGE, lib.SQLITE_TOOBIG:
		return false
	}
	return true
}

// IsUnique reports whether err is a row that is there already.
func IsUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == lib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// ErrDiskFull is the answer when the reserve is used up too.
var ErrDiskFull = fault.New(fault.Unavailable, "disk_full", "The disk of the box is full. Nothing was done. Call the engineer.")

// notDone is the answer for a transaction that was rolled back whole.
func (db *DB) notDone(err error) error {
	switch {
	case full(err):
		return fault.Wrap(err, fault.Unavailable, "disk_full", ErrDiskFull.Message)
	case damaged(err):
		return db.unreadable(err)
	}
	return fault.Wrap(err, fault.Unavailable, "storage_error", "The box could not write to its disk. Nothing was done; try again.")
}

const unknownWords = "The box does not know whether this was saved. Send it again with the same key: it counts once."

// unknown is the answer for a COMMIT of which nobody knows.
func unknown(err error) error {
	return fault.Wrap(err, fault.Unknown, "commit_unknown", unknownWords)
}

var unknownStorage = fault.New(fault.Unavailable, "storage_failed", "The box cannot write to its disk. Nothing was done. Call the engineer.")
