package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
)

// The WAL is moved into the file beside the writer, so that no caller waits while
// thousands of pages are written and synced. What the writer added meanwhile is moved
// in a second pass, and the few pages after that by the writer itself, between two
// groups: only a WAL that was moved to its end is begun again, else it would grow
// for as long as a rush lasts.
const (
	moveAfter = 2000  // pages, 8 MB: so many were written when a move begins; a start after a kill reads them
	moveNow   = 16000 // pages, 64 MB in the WAL: SQLite moves them within a COMMIT, whoever waits
)

// mover moves the WAL beside the writer.
type mover struct {
	pool  *sql.DB
	conn  *sql.Conn
	mu    *sync.Mutex   // held while it moves
	wake  chan struct{} // enough was written
	quit  chan struct{}
	done  chan struct{}
	ended atomic.Bool // both passes are over: the rest is the writer's
}

// openMover opens the connection; run starts it. While mu is held, nothing is moved.
func openMover(dsn string, mu *sync.Mutex) (*mover, error) {
	pool, conn, err := single(context.Background(), dsn)
	if err != nil {
		return nil, err
	}
	return &mover{pool: pool, conn: conn, mu: mu, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}, nil
}

// run moves whenever it is woken, until close.
func (m *mover) run(failed func(error)) {
	defer close(m.done)
	for {
		select {
		case <-m.wake:
		case <-m.quit:
			return
		}
		if err := m.move(); err != nil {
			failed(err)
		}
		m.ended.Store(true)
	}
}

func (m *mover) move() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for range 2 {
		if _, err := m.conn.ExecContext(context.Background(), passive); err != nil {
			return err
		}
	}
	return nil
}

// passive moves what can be moved without waiting for anybody.
const passive = "PRAGMA wal_checkpoint(PASSIVE)"

// Scrub moves the whole WAL into the file and truncates it, so that what a private
// database deleted is in no file any more. It waits for readers of older states, some
// seconds, and errs where one is still at work: then it is to be done again.
func (db *DB) Scrub(ctx context.Context) error {
	db.moving.Lock()
	defer db.moving.Unlock()
	var busy, pages, moved int
	if err := db.mover.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("truncate the WAL: %w", err)
	}
	if busy != 0 {
		return errors.New("truncate the WAL: a reader is at work")
	}
	return nil
}

// close waits for a move that is under way.
func (m *mover) close() error {
	close(m.quit)
	<-m.done
	return closeAll(m.conn, m.pool)
}

// moved is the writer's part, after a group has its answers.
func (db *DB) moved(w *writer) {
	if db.mover.ended.CompareAndSwap(true, false) {
		if err := w.exec(passive); err != nil {
			db.unmoved(err)
		}
		w.pages = 0
	}
	n, err := w.written()
	if err != nil {
		db.unmoved(err)
	}
	if w.pages += n; w.pages >= moveAfter {
		select {
		case db.mover.wake <- struct{}{}:
			w.pages = 0
		default:
		}
	}
}

// unmoved says that the WAL stays as it is: nothing is lost, and it is tried again.
func (db *DB) unmoved(err error) { db.log.Warn("move the WAL into the file", "err", err) }

// written is how many pages the writer wrote since it was asked last.
func (w *writer) written() (pages int, err error) {
	err = w.conn.Raw(func(c any) (err error) {
		status, ok := c.(sqlite.DBStatus)
		if !ok {
			return errors.New("the driver counts no pages")
		}
		pages, _, err = status.Status(sqlite.DBStatusCacheWrite, true)
		return err
	})
	if err != nil {
		err = fmt.Errorf("count the pages written: %w", err)
	}
	return pages, err
}
