package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/tyngo/tyngo/sync/fault"
	"golang.org/x/sys/unix"
	lib "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as ours: 'TYNG'.
const applicationID = 0x54594E47

// backupsKept is how many copies from before a migration stay.
const backupsKept = 2

// migrate checks whose file this is and brings its schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	if db.schema != nil {
		return db.migrateFrom(ctx, db.schema)
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.migrateFrom(ctx, sub)
}

func (db *DB) migrateFrom(ctx context.Context, files fs.FS) (err error) {
	pool, conn, err := single(ctx, db.writerDSN())
	if code(err) == lib.SQLITE_NOTADB {
		return fault.Wrap(err, fault.Conflict, "not_a_database",
			filepath.Base(db.path)+" is damaged, or no database at all. Put a backup in its place, or choose another data directory.")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	err = errors.Join(db.claim(ctx, conn), conn.Close()) // the connection goes back to the pool, for goose
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files)
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
	fresh := have == 0
	for have < want {
		if !fresh && !db.private {
			if err := db.backupBefore(ctx, have+1); err != nil {
				return err
			}
		}
		r, err := p.UpByOne(ctx)
		if err != nil {
			return fmt.Errorf("migrate to schema %d: %w", have+1, err)
		}
		have = r.Source.Version
	}
	return nil
}

// claim checks that the file is ours, or new, and marks it.
func (db *DB) claim(ctx context.Context, conn *sql.Conn) error {
	var app, tables int64
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(db.path), err)
	}
	if app == applicationID {
		return nil
	}
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(db.path), err)
	}
	if app != 0 || tables != 0 {
		return fault.Newf(fault.Conflict, "not_ours", "%s belongs to another program. Choose another data directory.", db.path)
	}
	_, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}

// backupBefore copies the database beside itself before migration n, and drops
// older copies.
func (db *DB) backupBefore(ctx context.Context, n int64) error {
	if err := db.Backup(ctx, fmt.Sprintf("%s.before-%04d", db.path, n)); err != nil {
		return fmt.Errorf("back up before migration %d: %w", n, err)
	}
	old, err := filepath.Glob(db.path + ".before-*")
	if err != nil {
		return err
	}
	slices.Sort(old)
	for _, f := range old[:max(0, len(old)-backupsKept)] {
		if err := os.Remove(f); err != nil {
			return fmt.Errorf("drop old backup: %w", err)
		}
	}
	return nil
}

// Backup writes a consistent copy to a new file while the box goes on; an older
// file of that name is replaced when the copy is whole and on the disk.
func (db *DB) Backup(ctx context.Context, to string) error {
	if db.stats.Full.Load() {
		return fault.New(fault.Unavailable, "disk_full", "There is no room for a backup. Orders go on.")
	}
	return Copy(ctx, db.path, to)
}

// Copy is Backup for a database that another program may have open.
func Copy(ctx context.Context, from, to string) (err error) {
	if _, err := os.Stat(from); err != nil {
		return err
	}
	if err := room(from, to); err != nil {
		return err
	}
	part := to + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer os.Remove(part)
	pool, conn, err := single(ctx, "file:"+escape(from)+params)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", part)
	if err = errors.Join(err, closeAll(conn, pool)); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	for _, step := range []func() error{
		func() error { return fsync(part) },
		func() error { return os.Rename(part, to) },
		func() error { return fsync(filepath.Dir(to)) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("save backup: %w", err)
		}
	}
	return nil
}

// room refuses a copy that would take the last room from orders: on the disk of the
// database there must be some left for the reserve.
func room(from, to string) error {
	var here, there unix.Stat_t
	var st unix.Statfs_t
	if err := errors.Join(unix.Stat(from, &here), unix.Stat(filepath.Dir(to), &there), unix.Statfs(filepath.Dir(to), &st)); err != nil {
		return fmt.Errorf("look for room for a backup: %w", err)
	}
	left := int64(st.Bavail) * int64(st.Bsize)
	if _, err := os.Stat(from + ".reserve"); err != nil {
		left -= defaultReserve // still to be made
	}
	if here.Dev == there.Dev && left < here.Size {
		return fault.New(fault.Unavailable, "disk_full", "There is no room for a backup on the disk of the box. Orders go on. Write it to another disk.")
	}
	return nil
}

func fsync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
