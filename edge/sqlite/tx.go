package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

// closureLimit is how long one closure may keep the writer from the others.
const closureLimit = 5 * time.Second

// Scan reads the columns of one row.
type Scan func(dest ...any) error

// Queryer reads: a Tx or a Snapshot.
type Queryer interface {
	// QueryRow reads one row; Scan answers sql.ErrNoRows where there is none.
	QueryRow(query string, args ...any) Row
	each(query string, args []any, row func(Scan) error) error
	remembered() map[string]any
	kept(key string) map[string]any
}

// Remember reads something once for the time of a closure or a snapshot. Whoever
// writes it in a closure forgets it there.
func Remember[T any](q Queryer, key string, read func() (T, error)) (T, error) {
	m := q.remembered()
	if v, ok := m[key]; ok {
		return v.(T), nil
	}
	v, err := read()
	if err == nil {
		m[key] = v
	}
	return v, err
}

// Keep is Remember for what seldom changes: the writer keeps it until a closure forgets
// its key. What is kept is shared, and only read.
func Keep[T any](q Queryer, key string, read func() (T, error)) (v T, err error) {
	if v, ok := q.kept(key)[key].(T); ok {
		return v, nil
	}
	if v, err = read(); err == nil {
		q.kept(key)[key] = v
	}
	return v, err
}

// Inserts are the statements that store 1, 2, … most rows at once; the first is none.
func Inserts(into, row string, most int) []string {
	list := make([]string, most+1)
	for n := 1; n <= most; n++ {
		list[n] = into + " VALUES " + strings.TrimPrefix(strings.Repeat(", "+row, n), ", ")
	}
	return list
}

// Each calls row for every row of the answer, and closes it.
func Each(q Queryer, query string, args []any, row func(Scan) error) error {
	return q.each(query, args, row)
}

// Row is the answer of QueryRow; the query runs in Scan.
type Row struct {
	scan func(dest []any) error
}

func failed(err error) Row { return Row{func([]any) error { return err }} }

// Scan reads the row's columns.
func (r Row) Scan(dest ...any) error { return r.scan(dest) }

// Tx is the writer, for the time of one closure. It is not for two goroutines,
// and not for use after the closure ended.
type Tx struct {
	stmts  *statements
	start  time.Time
	broken error // a statement failed in a way that may have cost the whole transaction
	over   bool
	memory map[string]any
	writer *writer
}

func newTx(w *writer) *Tx { return &Tx{stmts: &w.stmts, start: time.Now(), writer: w} }

func (tx *Tx) remembered() map[string]any {
	if tx.memory == nil {
		tx.memory = map[string]any{}
	}
	return tx.memory
}

// kept outlives the closure, but for what this transaction changes.
func (tx *Tx) kept(key string) map[string]any {
	if slices.Contains(tx.writer.keys, key) {
		return tx.remembered()
	}
	return tx.writer.memory
}

// Forget lets what was remembered or kept under a key be read again, here and by Latest.
func (tx *Tx) Forget(key string) {
	delete(tx.memory, key)
	tx.writer.forget(key)
}

func (tx *Tx) end() { tx.over = true }

// ready is asked before every statement.
func (tx *Tx) ready() error {
	switch {
	case tx.over:
		return errors.New("transaction used after its end")
	case tx.broken != nil:
		return tx.broken
	case time.Since(tx.start) > closureLimit:
		return fault.New(fault.Unavailable, "too_slow", "This took the box too long and was not done. Try less at once.")
	}
	return nil
}

// seen keeps an error that breaks the transaction.
func (tx *Tx) seen(err error) error {
	if err != nil && tx.broken == nil && breaks(err) {
		tx.broken = err
	}
	return err
}

// Exec runs a statement and answers how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if err := tx.ready(); err != nil {
		return 0, err
	}
	st, err := tx.stmts.get(query)
	if err != nil {
		return 0, tx.seen(err)
	}
	res, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, tx.seen(err)
	}
	return res.RowsAffected()
}

// QueryRow reads one row.
func (tx *Tx) QueryRow(query string, args ...any) Row {
	if err := tx.ready(); err != nil {
		return failed(err)
	}
	return tx.stmts.queryRow(query, args, tx.seen)
}

func (tx *Tx) each(query string, args []any, row func(Scan) error) error {
	if err := tx.ready(); err != nil {
		return err
	}
	return tx.stmts.each(query, args, row, tx.seen)
}

// statements keeps the prepared statements of one connection.
type statements struct {
	conn *sql.Conn
	m    map[string]*sql.Stmt
}

func (s *statements) get(query string) (*sql.Stmt, error) {
	if st, ok := s.m[query]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare %.60q: %w", query, err)
	}
	if s.m == nil {
		s.m = make(map[string]*sql.Stmt)
	}
	s.m[query] = st
	return st, nil
}

func (s *statements) queryRow(query string, args []any, on func(error) error) Row {
	st, err := s.get(query)
	if err != nil {
		return failed(on(err))
	}
	return Row{func(dest []any) error {
		return on(st.QueryRowContext(context.Background(), args...).Scan(dest...))
	}}
}

func (s *statements) each(query string, args []any, row func(Scan) error, on func(error) error) (err error) {
	st, err := s.get(query)
	if err != nil {
		return on(err)
	}
	rows, err := st.QueryContext(context.Background(), args...)
	if err != nil {
		return on(err)
	}
	defer func() { err = errors.Join(err, on(rows.Close())) }()
	scan := func(dest ...any) error { return on(rows.Scan(dest...)) }
	for rows.Next() {
		if err := row(scan); err != nil {
			return err
		}
	}
	return on(rows.Err())
}

func (s *statements) close() (err error) {
	for _, st := range s.m {
		err = errors.Join(err, st.Close())
	}
	s.m = nil
	return err
}
