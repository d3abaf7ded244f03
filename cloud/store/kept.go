package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// kept are the statements of the one writer, or of the readers beside it, that stay
// prepared: to read a statement of 64 rows costs SQLite half as much as to run it,
// and to look up one row costs more to prepare than to run. A statement is kept from
// the transaction after the one that ran it first, since a connection is taken while
// a transaction runs. Queries are constants: there are some dozens. An engine with
// many writers keeps them itself.
type kept struct {
	mu     sync.Mutex
	stmts  map[string]*sql.Stmt
	wanted []string // in the form of the callers
}

// find is the kept statement of a query; nil where there is none yet.
func (k *kept) find(query string) *sql.Stmt {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	st, ok := k.stmts[query]
	if !ok {
		if k.stmts == nil {
			k.stmts = map[string]*sql.Stmt{}
		}
		k.stmts[query] = nil
		k.wanted = append(k.wanted, query)
	}
	return st
}

// prepare keeps what was wanted. It runs outside of transactions. What cannot be
// prepared is not kept: whoever runs it hears why.
func (k *kept) prepare(ctx context.Context, pool *sql.DB) {
	k.mu.Lock()
	wanted := k.wanted
	k.wanted = nil
	k.mu.Unlock()
	for _, query := range wanted { // not under the lock: it may wait for a connection
		st, err := pool.PrepareContext(ctx, query)
		k.mu.Lock()
		switch {
		case err != nil:
			delete(k.stmts, query) // the next one may have more time
		case k.stmts == nil: // closed meanwhile
			_ = st.Close()
		default:
			k.stmts[query] = st
		}
		k.mu.Unlock()
	}
}

func (k *kept) close() (err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, st := range k.stmts {
		if st != nil {
			err = errors.Join(err, st.Close())
		}
	}
	k.stmts, k.wanted = nil, nil
	return err
}
