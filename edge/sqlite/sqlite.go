// Package sqlite is the engine of the box: one file, one writer, many readers.
// It knows nothing of restaurants.
//
// It promises: a nil answer of Update means fsynced; closures that wait together
// share one COMMIT, and what goes wrong for one of them is kept from the others
// (PROTOCOL.md 1); a full disk means 'not done' and never 'half done'; a COMMIT
// that failed for any other reason is fault.Unknown for everybody in it.
//
// It refuses: a file of another program, a schema newer than this program, two
// programs at once (the caller holds the lock of the data directory).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
)

// Config is what may be changed about an engine; the zero value is for production.
type Config struct {
	Readers      int   // size of the pool of readers; 4 where 0
	ReserveBytes int64 // size of the reserve file that a full disk is met with; 64 MiB where 0, none where negative
	Log          *slog.Logger
	Twice        bool // run every closure twice, the first time for nothing: for tests that it bears it

	Migrations fs.FS             // of the schema; those of the box where nil
	Private    bool              // what is deleted is overwritten (see Scrub), and no copies are made before migrations
	Attach     map[string]string // other databases that snapshots read, too: file by schema name
}

const (
	defaultReaders = 4
	defaultReserve = 64 << 20
)

// DB is an open database.
type DB struct {
	path    string
	log     *slog.Logger
	reserve *reserve
	readers readers
	mover   *mover
	moving  sync.Mutex // held while the WAL is moved beside the writer
	queue   chan *request
	quit    chan struct{}
	done    chan struct{}
	stop    sync.Once
	closed  error                 // what Close answered
	failed  atomic.Pointer[error] // the writer could not be reopened
	stats   Stats
	kept    kept
	unclean bool
	twice   bool
	private bool
	schema  fs.FS
}

// Stats are counters of the engine since it was opened.
type Stats struct {
	Waiting atomic.Int64 // callers of Update that have no answer yet
	Reading atomic.Int64 // callers of View at work
	Views   atomic.Int64 // snapshots read
	Commits atomic.Int64 // transactions committed
	Updates atomic.Int64 // closures committed
	Retries atomic.Int64 // closures run again alone after their group was abandoned
	Unknown atomic.Int64 // COMMITs of which nobody knows
	Damaged atomic.Bool  // something could not be read: the file or its disk is broken
	Full    atomic.Bool  // the reserve is used up or in use: documents are refused
}

const params = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
	"&_pragma=temp_store(MEMORY)&_defensive=1&_dqs=0"

func (db *DB) writerDSN() string {
	more := ""
	if db.private {
		more = "&_pragma=secure_delete(1)"
	}
	return "file:" + escape(db.path) + params + more +
		fmt.Sprintf("&_pragma=wal_autocheckpoint(%d)", moveNow) + "&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-8000)&_txlock=immediate"
}

func (db *DB) readerDSN() string {
	return "file:" + escape(db.path) + params + "&_pragma=cache_size(-2000)&_pragma=query_only(1)"
}

func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// Open opens or makes the database at path, brings its schema up to date (with
// a backup before each migration), and starts the writer.
func Open(ctx context.Context, path string, c Config) (*DB, error) {
	if err := Prepare(); err != nil {
		return nil, err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", path, err)
	}
	db := &DB{path: path, log: c.Log, queue: make(chan *request), quit: make(chan struct{}), done: make(chan struct{}), twice: c.Twice,
		private: c.Private, schema: c.Migrations}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if c.Readers == 0 {
		c.Readers = defaultReaders
	}
	if c.ReserveBytes == 0 {
		c.ReserveBytes = defaultReserve
	}
	db.reserve = &reserve{path: path + ".reserve", size: c.ReserveBytes, full: &db.stats.Full, log: db.log}
	if _, err := os.Stat(db.mark()); err == nil {
		db.unclean = true
	}
	db.reserve.spare()
	if err := db.migrate(ctx); err != nil {
		return nil, err
	}
	if err := os.WriteFile(db.mark(), nil, 0o600); err != nil {
		return nil, fmt.Errorf("mark %s as in use: %w", path, err)
	}
	w, err := db.openWriter()
	if err != nil {
		return nil, err
	}
	db.reserve.make()
	if db.readers, err = openReaders(db.readerDSN(), c.Readers, c.Attach); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if db.mover, err = openMover(db.readerDSN(), &db.moving); err != nil {
		return nil, errors.Join(err, db.readers.close(cap(db.readers)), w.close())
	}
	go db.mover.run(db.unmoved)
	go db.write(w)
	return db, nil
}

// Prepare makes the settings that SQLite has for a whole process; Open does it.
// Locks are held by open file description: otherwise closing any descriptor of the
// file in this process (a backup, a hash) would drop them. Commits are synced with
// fdatasync: as safe, without a journal of the file system that notes the time.
func Prepare() error {
	if _, err := sqlite.OFDLocking(true); err != nil && !sqlite.OFDLockingEnabled() {
		return fmt.Errorf("switch to OFD locks: %w", err)
	}
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return fmt.Errorf("switch to fdatasync: %w", err)
	}
	return nil
}

// mark is the file that exists while the database is in use: found at start, it
// says that the last stop was unclean.
func (db *DB) mark() string { return db.path + ".in-use" }

// Unclean reports whether the last stop was a crash: the caller runs QuickCheck
// in the background and shows its result.
func (db *DB) Unclean() bool { return db.unclean }

// Stats are the counters of this engine.
func (db *DB) Stats() *Stats { return &db.stats }

// Path is the file of the database.
func (db *DB) Path() string { return db.path }

// QuickCheck reads the whole file for damage. It takes a while.
func (db *DB) QuickCheck(ctx context.Context) error {
	var problems []string
	err := db.View(ctx, func(s *Snapshot) error {
		return Each(s, "PRAGMA quick_check(20)", nil, func(scan Scan) error {
			var p string
			if err := scan(&p); err != nil {
				return err
			}
			if p != "ok" {
				problems = append(problems, p)
			}
			return nil
		})
	})
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%s is damaged: %s", filepath.Base(db.path), strings.Join(problems, "; "))
	}
	return err
}

// Close waits for the writer, moves the WAL into the file, and closes. Callers of
// Update that were not started are told so.
func (db *DB) Close() error {
	db.stop.Do(func() {
		close(db.quit)
		<-db.done
		db.closed = errors.Join(db.mover.close(), db.readers.close(cap(db.readers)))
		if db.failed.Load() == nil {
			db.closed = errors.Join(db.closed, os.Remove(db.mark()))
		}
	})
	return db.closed
}

// closeAll closes in order and joins the errors.
func closeAll(cs ...io.Closer) (err error) {
	for _, c := range cs {
		err = errors.Join(err, c.Close())
	}
	return err
}

// attach lets a connection read other databases.
func attach(conn *sql.Conn, files map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, err := conn.ExecContext(context.Background(), `ATTACH DATABASE ? AS "`+name+`"`, "file:"+escape(files[name])+"?mode=ro"); err != nil {
			return fmt.Errorf("attach %s: %w", filepath.Base(files[name]), err)
		}
	}
	return nil
}

// single opens one connection of a DSN.
func single(ctx context.Context, dsn string) (*sql.DB, *sql.Conn, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, nil, fmt.Errorf("open database: %w", err)
	}
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open database: %w", err), pool.Close())
	}
	return pool, conn, nil
}
