package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Snapshot is one state of the database, for reading. It cannot write.
type Snapshot struct {
	ctx    context.Context
	stmts  *statements
	memory map[string]any
}

func (s *Snapshot) remembered() map[string]any {
	if s.memory == nil {
		s.memory = map[string]any{}
	}
	return s.memory
}

func (s *Snapshot) kept(string) map[string]any { return s.remembered() }

// reader is one connection of the pool.
type reader struct {
	pool  *sql.DB
	stmts statements
}

type readers chan *reader

func openReaders(dsn string, n int, files map[string]string) (readers, error) {
	rs := make(readers, n)
	for i := range n {
		pool, conn, err := single(context.Background(), dsn)
		if err == nil {
			if err = attach(conn, files); err != nil {
				err = errors.Join(err, closeAll(conn, pool))
			}
		}
		if err != nil {
			return nil, errors.Join(err, rs.close(i))
		}
		rs <- &reader{pool: pool, stmts: statements{conn: conn}}
	}
	return rs, nil
}

// close waits for n readers to come home.
func (rs readers) close(n int) (err error) {
	for range n {
		select {
		case r := <-rs:
			err = errors.Join(err, r.stmts.close(), closeAll(r.stmts.conn, r.pool))
		case <-time.After(10 * time.Second):
			return errors.Join(err, errors.New("a reader is still at work"))
		}
	}
	return err
}

// View runs fn on one state of the database. ctx is looked at before every
// statement and every row.
func (db *DB) View(ctx context.Context, fn func(*Snapshot) error) error {
	var r *reader
	select {
	case r = <-db.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.quit:
		return errClosing
	}
	db.stats.Views.Add(1)
	db.stats.Reading.Add(1)
	defer func() {
		db.stats.Reading.Add(-1)
		db.readers <- r
	}()
	if _, err := exec(&r.stmts, "BEGIN"); err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer exec(&r.stmts, "ROLLBACK")
	err := fn(&Snapshot{ctx: ctx, stmts: &r.stmts})
	if damaged(err) {
		err = db.unreadable(err)
	}
	return err
}

func exec(s *statements, query string) (sql.Result, error) {
	st, err := s.get(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(context.Background())
}

// QueryRow reads one row.
func (s *Snapshot) QueryRow(query string, args ...any) Row {
	if err := s.ctx.Err(); err != nil {
		return failed(err)
	}
	return s.stmts.queryRow(query, args, same)
}

func (s *Snapshot) each(query string, args []any, row func(Scan) error) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	return s.stmts.each(query, args, func(scan Scan) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		return row(scan)
	}, same)
}

func same(err error) error { return err }
