// Package sqlite is the store in one SQLite file: the default, on one machine.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/fault"
	"modernc.org/sqlite" // registers the driver
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

const params = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
	"&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(67108864)&_defensive=1&_dqs=0"

const readers = 4

// Open opens or makes the store and brings its schema up to date. For the whole
// process commits are synced with fdatasync from then on: as safe as fsync, without
// a journal of the file system that notes the time.
func Open(ctx context.Context, path string) (*store.Store, error) {
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, fmt.Errorf("switch to fdatasync: %w", err)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", path, err)
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + params
	write, err := sql.Open("sqlite", file+"&_txlock=immediate&_pragma=cache_size(-32000)&_pragma=secure_delete(1)")
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	write.SetMaxOpenConns(1)
	if err := migrate(ctx, write); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read, err := sql.Open("sqlite", file+"&_pragma=query_only(1)&_pragma=cache_size(-4000)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	return store.New(read, write, store.Dialect{OneWrite: true, Refused: refused, Scrub: scrub}), nil
}

// refused is a broken CHECK, key or type (a sum that leaves 64 bits becomes another
// type), or a value that is too large.
func refused(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return true
	}
	return false
}

// scrub moves the whole WAL into the file, in which what is deleted is overwritten, and
// truncates it. It waits for readers of older states, some seconds.
func scrub(ctx context.Context, write *sql.DB) error {
	var busy, pages, moved int
	if err := write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("truncate the WAL: %w", err)
	}
	if busy != 0 {
		return errors.New("truncate the WAL: a reader is at work")
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if have > want {
		return fault.Newf(fault.Conflict, "schema_newer",
			"The data was written by a newer version (schema %d, this program knows %d). Install the newer version again.", have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
