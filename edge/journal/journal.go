// Package journal is the only way to change the box: Commit.
//
// A commit appends facts to the journal and updates every table in one
// transaction. The journal is outbox, audit trail, change feed and history at
// once; nothing is announced before the commit, and a command that was done is
// recognised and answered again (PROTOCOL.md 1 and 2).
//
// Decide, reactors and projectors are functions of their owners: Decide is pure
// and may refuse; reactors add facts and never refuse a guest; projectors store
// and are total on facts.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Reactor sees each fact after it is projected and may add more.
type Reactor struct {
	Name  string
	On    []string // the types that it wants to see; none: all
	React func(tx *sqlite.Tx, e event.Event) ([]event.Payload, error)
}

// On are the types of facts like these.
func On(facts ...event.Payload) []string {
	types := make([]string, len(facts))
	for i, p := range facts {
		types[i], _ = p.Kind()
	}
	return types
}

// Projector keeps tables in step with the facts. It touches nothing outside.
type Projector struct {
	Name  string
	Apply func(tx *sqlite.Tx, e event.Event) error
	// Run, in place of Apply, stores facts of one command that follow each other: with
	// fewer statements, and the same rows as one by one.
	Run func(tx *sqlite.Tx, run []event.Event) error
}

// Config is what the journal is wired with.
type Config struct {
	Now        func() time.Time
	Day        func(q sqlite.Queryer, at time.Time) (string, error) // business day of a moment
	Projectors []Projector                                          // in order
	Reactors   []Reactor                                            // in order
	Log        *slog.Logger
}

// Journal is the history of one box.
type Journal struct {
	db    *sqlite.DB
	c     Config
	box   id.Box
	epoch int64
	stats Stats

	broken Defect

	mu      sync.Mutex
	changed chan struct{}
	failed  ReactorFailure
	damage  error
}

// Stats count since the start.
type Stats struct {
	Events   atomic.Int64 // facts committed
	Repeated atomic.Int64 // commands that were done before and answered again
	Failed   atomic.Int64 // commands done without a reactor
}

// ReactorFailure is the last failure of a reactor since the start.
type ReactorFailure struct {
	Reactor string
	At      time.Time
	Err     error
}

// chainChecked is how many facts at the end are checked at every start.
const chainChecked = 1000

// Open reads the box's identity, mints one where there is none, and checks the
// chain of the last facts. A broken chain is no error: guests are served, and
// Damage says it.
func Open(ctx context.Context, db *sqlite.DB, c Config) (*Journal, error) {
	j := &Journal{db: db, c: c, changed: make(chan struct{})}
	if j.c.Log == nil {
		j.c.Log = slog.New(slog.DiscardHandler)
	}
	err := db.Update(ctx, func(tx *sqlite.Tx) error {
		var box id.Box
		err := tx.QueryRow("SELECT id FROM box").Scan(&box)
		if errors.Is(err, sql.ErrNoRows) {
			box = id.New[id.Box]()
			err = j.mint(tx, box)
		}
		if err != nil {
			return err
		}
		var epoch int64
		if err := tx.QueryRow("SELECT max(number) FROM epoch").Scan(&epoch); err != nil {
			return err
		}
		j.box, j.epoch = box, epoch
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the box's identity: %w", err)
	}
	if j.damage, err = j.check(ctx, chainChecked); err != nil {
		return nil, err
	}
	return j, nil
}

// mint makes the identity of a new box: epoch 1 from nothing.
func (j *Journal) mint(tx *sqlite.Tx, box id.Box) error {
	dg := event.Genesis(box)
	_, e1 := tx.Exec("INSERT INTO box (one, id, made) VALUES (1, ?, ?)", box.Bytes(), j.c.Now().UnixMilli())
	_, e2 := tx.Exec("INSERT INTO epoch (number, base_seq, base_dg) VALUES (1, 0, ?)", dg.Bytes())
	return errors.Join(e1, e2)
}

// Adopt gives a box that has not written anything yet another identity: that of
// the box it replaces.
func (j *Journal) Adopt(ctx context.Context, box id.Box) error {
	err := j.db.Update(ctx, func(tx *sqlite.Tx) error {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM (SELECT 1 FROM journal LIMIT 1)").Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return errors.New("this box has a history of its own and stays a second box of its restaurant")
		}
		_, e1 := tx.Exec("DELETE FROM box")
		_, e2 := tx.Exec("DELETE FROM epoch")
		return errors.Join(e1, e2, j.mint(tx, box))
	})
	if err == nil {
		j.box = box
	}
	return err
}

// Box is this box's identity.
func (j *Journal) Box() id.Box { return j.box }

// Epoch is the branch that this box writes.
func (j *Journal) Epoch() int64 { return j.epoch }

// DB is the database under the journal, for reading and for what is not a fact:
// attempts, cursors, secrets.
func (j *Journal) DB() *sqlite.DB { return j.db }

// Stats are the counters since the start.
func (j *Journal) Stats() *Stats { return &j.stats }

// Damage is what is wrong with the chain, nil where it is whole.
func (j *Journal) Damage() error { return j.damage }

// LastFailure is the last failure of a reactor.
func (j *Journal) LastFailure() ReactorFailure {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.failed
}

// Changed is closed by the next commit: take it, read until empty, then wait.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

func (j *Journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
}
