package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
)

func whole(t *testing.T, p Place) {
	s, c, b := one(t, p)
	j := NewJournal(b.ID).some(t, 4)
	j.Upload(t, s, b, 2)
	all := func(tx *store.Tx) error {
		return errors.Join(tx.Append(b, j.Cursor(1, 2), j.Verdict(1, 2, 4), Now), tx.SetFolded(consumer, b, 1, 2), tx.SetState(consumer, b, "k", "v"),
			tx.Add(b.Organisation, store.Cell{Restaurant: b.Restaurant, Day: Day, Metric: "sales", N: 5}), tx.Quarantine(consumer, b, 1, 1, "odd", Now),
			tx.AddBox(store.Box{ID: id.New[id.Box](), Organisation: b.Organisation, Restaurant: b.Restaurant}, Now))
	}
	is := func(when string, cursorAt, foldedAt int64, sums, boxes int) {
		t.Helper()
		_, seq := folded(t, s, consumer, b)
		list, err := c.Cells(t.Context(), b.Restaurant, Day, "")
		must(t, err)
		known, err := s.Boxes(t.Context())
		must(t, err)
		if at := cursor(t, s, b).Last; at != cursorAt || seq != foldedAt || len(list) != sums || len(known) != boxes || len(events(t, s, b, 1, 0, 9)) != int(cursorAt) {
			t.Errorf("%s: stored %d, folded %d, %d sums, %d boxes", when, at, seq, len(list), len(known))
		}
	}
	undo := errors.New("undo")
	if err := s.Write(t.Context(), func(tx *store.Tx) error { must(t, all(tx)); return undo }); !errors.Is(err, undo) {
		t.Errorf("the answer was %v", err)
	}
	is("taken back", 2, 0, 0, 1)
	func() {
		defer func() { _ = recover() }()
		_ = s.Write(t.Context(), func(tx *store.Tx) error { must(t, all(tx)); panic("a bug") })
	}()
	is("after a panic", 2, 0, 0, 1)
	ctx, cancel := context.WithCancel(t.Context())
	if err := s.Write(ctx, func(tx *store.Tx) error { must(t, all(tx)); cancel(); return nil }); err == nil {
		t.Error("a transaction that was given up was committed")
	}
	is("given up", 2, 0, 0, 1)
	must(t, s.Ping(t.Context()))
	write(t, s, all)
	is("committed", 4, 2, 1, 2)
	if list, err := s.Organisations(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("Ping left something: %+v, %v", list, err)
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error { return tx.SetFolded(consumer, b, 1, 4) }); err == nil {
		t.Error("a reader wrote")
	}
	is("after a reader that tried to write", 4, 2, 1, 2)
}

func reopen(t *testing.T, p Place) {
	s := p(t)
	a := twinIn(t, s)
	before := map[string]any{}
	for name, ask := range reads {
		before[name] = ask(t, s, a.c, a)
	}
	must(t, s.Close())
	s = p(t)
	t.Cleanup(func() { must(t, s.Close()) })
	for name, ask := range reads {
		if got := ask(t, s, s.In(a.c.Organisation()), a); got != before[name] {
			t.Errorf("%s answers %v after opening again, and %v before", name, got, before[name])
		}
	}
	must(t, s.Redeem(t.Context(), hash("code"+a.box.ID.String()), hash("x"), "owner", Now, 1))
	a.j.some(t, 1).Upload(t, s, a.box, 5) // and it goes on
}

func oneState(t *testing.T, p Place) {
	s, _, b := one(t, p)
	j := NewJournal(b.ID).some(t, 4)
	j.Upload(t, s, b, 2)
	read(t, s, func(tx *store.Tx) error {
		was, err := tx.Cursor(b)
		must(t, err)
		j.Upload(t, s, b, 4) // another goes on
		list, err := tx.Events(b, 1, 0, 9)
		if int64(len(list)) != was.Last || was.Last != 2 {
			t.Errorf("the cursor was %d, and then %d facts were there", was.Last, len(list))
		}
		return err
	})
}

// together lets readers look while facts and sums are written: in each of their
// transactions cursor, facts and sums must agree.
func together(t *testing.T, p Place) {
	s, _, b := one(t, p)
	const n = 40
	j := NewJournal(b.ID).some(t, n)
	done := make(chan struct{})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for last := int64(-1); last < n; {
				err := s.Read(context.WithoutCancel(t.Context()), func(tx *store.Tx) error {
					c, err := tx.Cursor(b)
					if err != nil {
						return err
					}
					list, err := tx.Events(b, 1, 0, n+1)
					_, seq, err2 := tx.Folded(consumer, b)
					if c.Last < last || int64(len(list)) != c.Last || seq != c.Last || c.Last > 0 && c.Dg != j.Digests[c.Last] {
						return fmt.Errorf("after %d: cursor %d, %d facts, %d folded", last, c.Last, len(list), seq)
					}
					last = c.Last
					return errors.Join(err, err2)
				})
				if err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					if last < n {
						continue // one more look
					}
				default:
				}
			}
		})
	}
	for i := range int64(n) {
		write(t, s, func(tx *store.Tx) error {
			was, err := tx.Cursor(b)
			return errors.Join(err, tx.Append(b, was, j.Verdict(1, i, i+1), Now), tx.SetFolded(consumer, b, 1, i+1))
		})
	}
	close(done)
	all.Wait()
}

// alike: what is kept prepared is shared by all readers.
func alike(t *testing.T, at Place) {
	s := at(t)
	names := []string{"Taco Hell", "Burger Thing", "Pizza Hutch"}
	scopes := make([]store.Scope, len(names))
	for i, name := range names {
		scopes[i] = Organisation(t, s, name)
	}
	var wg sync.WaitGroup
	for n := range 12 {
		wg.Go(func() {
			want := names[n%len(names)]
			for range 100 {
				if name, err := scopes[n%len(names)].Name(t.Context()); err != nil || name != want {
					t.Errorf("%s is called %q: %v", want, name, err)
					return
				}
				if all, err := s.Organisations(t.Context()); err != nil || len(all) != len(names) {
					t.Errorf("%d organisations of %d: %v", len(all), len(names), err)
					return
				}
			}
		})
	}
	wg.Wait()
	must(t, s.Close())
	if _, err := s.Organisations(t.Context()); err == nil {
		t.Error("a store that was closed answers")
	}
}
