// Package store is head office's memory: who owns which boxes, what the boxes
// said, and the sums that were folded of it.
//
// The SQL is one, in the part that SQLite and PostgreSQL share; package sqlite
// opens a file, and storetest is the specification that every engine passes.
// Every key and every query carries the organisation: reads start from a Scope,
// and nothing can be read without one but who a box, a code or a session is.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/tyngo/tyngo/sync/id"
)

// Dialect is what differs between engines.
type Dialect struct {
	Numbered bool // parameters are $1, $2, … instead of ?
	OneWrite bool // one writer at a time

	// Refused reports whether an error of the driver is about what was to be written:
	// another try would not help.
	Refused func(error) bool

	// Scrub moves what was written and overwritten to where it stays; nil: the engine keeps
	// no old states.
	Scrub func(ctx context.Context, write *sql.DB) error
}

// ErrRefused says that the engine cannot hold what was to be written: the store is
// well, and another try would not help.
var ErrRefused = errors.New("the store refuses this")

// Store is an opened database.
type Store struct {
	read, write *sql.DB
	dialect     Dialect
	mu          sync.Mutex // held by the writer where there is one
	texts       sync.Map   // query to the engine's form
	kept        kept       // of the one writer
	seen        kept       // of the readers beside it

	BeforeCommit func() error // for proofs: an error is a commit that failed; nil in production
}

// New makes a store of opened pools, whose schema is up to date.
func New(read, write *sql.DB, d Dialect) *Store { return &Store{read: read, write: write, dialect: d} }

// Close closes the pools.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := errors.Join(s.kept.close(), s.seen.close())
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return errors.Join(err, s.write.Close())
}

// Tx is one transaction.
type Tx struct {
	ctx context.Context
	tx  *sql.Tx
	s   *Store

	kept *kept // nil: nothing is kept prepared
	rows int   // answers that are being read
}

// Write runs fn in a transaction that may write; a nil answer means that it is on
// the disk.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	if !s.dialect.OneWrite {
		return s.run(ctx, s.write, nil, nil, fn)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.prepare(ctx, s.write)
	return s.run(ctx, s.write, nil, &s.kept, fn)
}

// Read runs fn on one state of the database.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if !s.dialect.OneWrite {
		return s.run(ctx, s.read, opts, nil, fn)
	}
	s.seen.prepare(ctx, s.read)
	return s.run(ctx, s.read, opts, &s.seen, fn)
}

func (s *Store) run(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, k *kept, fn func(*Tx) error) error {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // of what is not committed, a panic's too: the one writer goes on
	if err := fn(&Tx{ctx: ctx, tx: tx, s: s, kept: k}); err != nil {
		return err
	}
	if opts == nil && s.BeforeCommit != nil {
		if err := s.BeforeCommit(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// text is a query in the engine's form.
func (s *Store) text(query string) string {
	if !s.dialect.Numbered {
		return query
	}
	if t, ok := s.texts.Load(query); ok {
		return t.(string)
	}
	var b strings.Builder
	n := 0
	for _, part := range strings.SplitAfter(query, "?") {
		if p, ok := strings.CutSuffix(part, "?"); ok {
			n++
			b.WriteString(p + "$" + strconv.Itoa(n))
			continue
		}
		b.WriteString(part)
	}
	s.texts.Store(query, b.String())
	return b.String()
}

func (t *Tx) exec(query string, args ...any) (int64, error) {
	var res sql.Result
	var err error
	if st := t.kept.find(query); st != nil {
		res, err = t.tx.StmtContext(t.ctx, st).ExecContext(t.ctx, args...)
	} else {
		res, err = t.tx.ExecContext(t.ctx, t.s.text(query), args...)
	}
	if err != nil {
		if t.s.dialect.Refused(err) {
			err = fmt.Errorf("%w: %w", ErrRefused, err)
		}
		return 0, err
	}
	return res.RowsAffected()
}

func (t *Tx) row(query string, args ...any) *sql.Row {
	if t.rows == 0 {
		if st := t.kept.find(query); st != nil {
			return t.tx.StmtContext(t.ctx, st).QueryRowContext(t.ctx, args...)
		}
	}
	return t.tx.QueryRowContext(t.ctx, t.s.text(query), args...)
}

func (t *Tx) each(query string, args []any, row func(scan func(...any) error) error) (err error) {
	rows, err := t.query(query, args)
	if err != nil {
		return err
	}
	t.rows++
	defer func() { t.rows--; err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// query uses a kept statement where no answer is being read: it could be this one's.
func (t *Tx) query(query string, args []any) (*sql.Rows, error) {
	if t.rows == 0 {
		if st := t.kept.find(query); st != nil {
			return t.tx.StmtContext(t.ctx, st).QueryContext(t.ctx, args...)
		}
	}
	return t.tx.QueryContext(t.ctx, t.s.text(query), args...)
}

// Scope is one organisation's part of the store.
type Scope struct {
	s   *Store
	org id.Organisation
}

// In is the part of an organisation.
func (s *Store) In(org id.Organisation) Scope { return Scope{s, org} }

// Organisation is whose part this is.
func (c Scope) Organisation() id.Organisation { return c.org }

func (c Scope) key() []byte { return c.org.Bytes() }

// Ping writes and takes it back: the store can be written.
func (s *Store) Ping(ctx context.Context) error {
	undo := errors.New("undo")
	err := s.Write(ctx, func(t *Tx) error {
		if _, err := t.exec("INSERT INTO organisation (id, name, made) VALUES (?, '', 0)", id.New[id.Organisation]().Bytes()); err != nil {
			return err
		}
		return undo
	})
	if errors.Is(err, undo) {
		return nil
	}
	return err
}
