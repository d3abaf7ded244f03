package sqlite_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/edge/sqlite"
)

const level = "the level"

func latest(t *testing.T, db *sqlite.DB, reads *int) (n int64) {
	t.Helper()
	n, err := sqlite.Latest(context.Background(), db, level, func(q *sqlite.Snapshot) (n int64, err error) {
		*reads++
		err = q.QueryRow("SELECT coalesce(max(n), 0) FROM t").Scan(&n)
		return n, err
	})
	if err != nil {
		t.Error(err)
	}
	return n
}

func raise(db *sqlite.DB, n int64, then func() error) error {
	return db.Update(context.Background(), func(tx *sqlite.Tx) error {
		tx.Forget(level)
		if _, err := tx.Exec("INSERT INTO t (n, caller) VALUES (?, 0)", n); err != nil {
			return err
		}
		return then()
	})
}

func TestWhatSeldomChangesIsReadOnceUntilItChanges(t *testing.T) {
	db := newDB(t)
	reads := 0
	for range 3 {
		if n := latest(t, db, &reads); n != 0 || reads != 1 {
			t.Fatalf("%d after %d reads", n, reads)
		}
	}
	if err := raise(db, 1, func() error {
		if n := latest(t, db, &reads); n != 0 {
			t.Errorf("%d, before anybody committed it", n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n := latest(t, db, &reads); n != 1 {
		t.Errorf("%d after the commit of 1", n)
	}
	if err := raise(db, 2, func() error { return errors.New("no") }); err == nil {
		t.Error("that was refused")
	}
	if n := latest(t, db, &reads); n != 1 {
		t.Errorf("%d after 2 was taken back", n)
	}
}

func TestTheWriterKeepsWhatNoTransactionChanged(t *testing.T) {
	db := newDB(t)
	reads := 0
	look := func(change int64, end error) (n int64) {
		err := db.Update(context.Background(), func(tx *sqlite.Tx) (err error) {
			keep := func() (int64, error) {
				return sqlite.Keep(tx, level, func() (n int64, err error) {
					reads++
					err = tx.QueryRow("SELECT coalesce(max(n), 0) FROM t").Scan(&n)
					return n, err
				})
			}
			if change > 0 {
				tx.Forget(level)
				if _, err := tx.Exec("INSERT INTO t (n, caller) VALUES (?, 0)", change); err != nil {
					return err
				}
			}
			if n, err = keep(); err == nil {
				err = end
			}
			return err
		})
		if !errors.Is(err, end) {
			t.Error(err)
		}
		return n
	}
	refused := errors.New("no")
	for i, c := range []struct {
		change, want int64
		end          error
		reads        int
	}{{0, 0, nil, 1}, {0, 0, nil, 1}, {7, 7, nil, 2}, {0, 7, nil, 3}, {0, 7, refused, 3}, {9, 9, refused, 4}, {0, 7, nil, 5}, {0, 7, nil, 5}} {
		if n := look(c.change, c.end); n != c.want || reads != c.reads {
			t.Errorf("%d: it is %d after %d reads, want %d after %d", i, n, reads, c.want, c.reads)
		}
	}
}

func TestNobodyIsToldWhatWasTrueBeforeACommitThatWasAnswered(t *testing.T) {
	db := newDB(t)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			reads := 0
			for last := int64(0); ; {
				n := latest(t, db, &reads)
				if n < last {
					t.Errorf("%d after %d", n, last)
				}
				last = n
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	reads := 0
	for n := int64(1); n <= 300; n++ {
		if err := raise(db, n, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := latest(t, db, &reads); got != n {
			t.Fatalf("%d after the commit of %d", got, n)
		}
	}
	close(stop)
	wg.Wait()
}
