package store

import (
	"context"
	"database/sql"
	"errors"
)

// kept are the statements of the one writer that stay prepared: to read a statement
// of 64 rows costs SQLite half as much as to run it. A statement is kept from the
// transaction after the one that ran it first, since the writer's one connection is
// taken while a transaction runs. Queries are constants: there are some dozens.
// An engine with many writers keeps them itself.
type kept struct {
	stmts  map[string]*sql.Stmt
	wanted []string // in the form of the callers
}

// find is the kept statement of a query; nil where there is none yet.
func (k *kept) find(query string) *sql.Stmt {
	if k == nil {
		return nil
	}
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
func (k *kept) prepare(ctx context.Context, write *sql.DB) {
	for _, query := range k.wanted {
		if st, err := write.PrepareContext(ctx, query); err == nil {
			k.stmts[query] = st
		}
	}
	k.wanted = nil
}

func (k *kept) close() (err error) {
	for _, st := range k.stmts {
		if st != nil {
			err = errors.Join(err, st.Close())
		}
	}
	k.stmts, k.wanted = nil, nil
	return err
}
