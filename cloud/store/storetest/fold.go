package storetest

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

func folded(t testing.TB, s *store.Store, consumer string, b store.Box) (epoch, seq int64) {
	t.Helper()
	read(t, s, func(tx *store.Tx) (err error) { epoch, seq, err = tx.Folded(consumer, b); return err })
	return epoch, seq
}

func behind(t testing.TB, s *store.Store, consumer string) []store.Box {
	t.Helper()
	list, err := s.Behind(t.Context(), consumer)
	must(t, err)
	return list
}

func state(t testing.TB, s *store.Store, consumer string, b store.Box, key string) (body string) {
	t.Helper()
	read(t, s, func(tx *store.Tx) (err error) { body, err = tx.State(consumer, b, key); return err })
	return body
}

func cursors(t *testing.T, p Place) {
	s, c, b := one(t, p)
	other := Box(t, s, c, b.Restaurant)
	j := NewJournal(b.ID).some(t, 5)
	if e, n := folded(t, s, "sales", b); e != 0 || n != 0 || len(behind(t, s, "sales")) != 0 {
		t.Errorf("before the first fact: epoch %d, fact %d", e, n)
	}
	j.Upload(t, s, b, 5)
	if got := behind(t, s, "sales"); len(got) != 1 || got[0] != b {
		t.Errorf("behind are %+v", got)
	}
	write(t, s, func(tx *store.Tx) error { return tx.SetFolded("sales", b, 1, 3) })
	if len(behind(t, s, "sales")) != 1 {
		t.Error("two facts are not folded, and the box is not behind")
	}
	write(t, s, func(tx *store.Tx) error { return tx.SetFolded("sales", b, 1, 5) })
	if e, n := folded(t, s, "sales", b); e != 1 || n != 5 || len(behind(t, s, "sales")) != 0 {
		t.Errorf("after the last: epoch %d, fact %d", e, n)
	}
	if e, n := folded(t, s, "stdout", b); e != 0 || n != 0 || len(behind(t, s, "stdout")) != 1 {
		t.Error("another consumer's cursor moved too")
	}
	if e, n := folded(t, s, "sales", other); e != 0 || n != 0 {
		t.Error("another box's cursor moved too")
	}

	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SetState("sales", b, "k", "one"), tx.SetState("stdout", b, "k", "two"), tx.SetState("sales", other, "k", "three"))
	})
	write(t, s, func(tx *store.Tx) error { return tx.SetState("sales", b, "k", "four") })
	if got := state(t, s, "sales", b, "k") + state(t, s, "stdout", b, "k") + state(t, s, "sales", other, "k") + state(t, s, "sales", b, "x"); got != "fourtwothree" {
		t.Errorf("remembered is %q", got)
	}
	write(t, s, func(tx *store.Tx) error { return tx.SetState("sales", b, "k", "") })
	if got := state(t, s, "sales", b, "k") + state(t, s, "stdout", b, "k"); got != "two" {
		t.Errorf("after forgetting it is %q", got)
	}
}

func sums(t *testing.T, p Place) {
	s, c, b := one(t, p)
	cell := store.Cell{Restaurant: b.Restaurant, Day: Day, Hour: 12, Metric: "sales", Dim: "item", Key: "Taco & “más”"}
	add := func(n int64, change func(*store.Cell)) {
		x := cell
		change(&x)
		x.N = n
		write(t, s, func(tx *store.Tx) error { return tx.Add(b.Organisation, x) })
	}
	same := func(*store.Cell) {}
	add(900, same)
	add(-1000, same)
	add(250, same)
	add(7, func(x *store.Cell) { x.Hour = 13 })
	add(11, func(x *store.Cell) { x.Metric = "quantity" })
	add(13, func(x *store.Cell) { x.Dim, x.Key = "", "" })
	add(17, func(x *store.Cell) { x.Day = "2026-11-24" })
	got, err := c.Cells(t.Context(), b.Restaurant, Day, "item")
	must(t, err)
	want := []store.Cell{cell, cell, cell}
	want[0].Metric, want[0].N = "quantity", 11
	want[1].N = 150
	want[2].Hour, want[2].N = 13, 7
	if !slices.Equal(got, want) {
		t.Errorf("the sums are\n%+v, want\n%+v", got, want)
	}
}

func places(t *testing.T, p Place) {
	s, c, b := one(t, p)
	other := Box(t, s, c, b.Restaurant)
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
		must(t, s.Unfold(t.Context(), "sales", true))
		say := func(at int64, by id.Box, name string) {
			write(t, s, func(tx *store.Tx) error {
				return tx.SetPlace(b.Organisation, store.Place{Restaurant: b.Restaurant, SaidAt: at, SaidBy: by, Name: name, Currency: "USD", Zone: "America/Chicago", DayStart: 240})
			})
		}
		say(0, b.ID, "nobody") // so that the restaurant is there for orders
		last := max(b.ID.String(), other.ID.String())
		word := map[bool]string{true: "by b", false: "by other"}
		for _, k := range order {
			switch k {
			case 0:
				say(10, b.ID, "old")
			case 1:
				say(20, b.ID, word[true])
			case 2:
				say(20, other.ID, word[false])
			case 3:
				write(t, s, func(tx *store.Tx) error {
					return errors.Join(tx.LastOrder(b.Organisation, b.Restaurant, 5, "9", 900), tx.LastOrder(b.Organisation, b.Restaurant, 7, "2", 200), tx.LastOrder(b.Organisation, b.Restaurant, 7, "1", 100))
				})
			}
		}
		got, err := c.Places(t.Context())
		must(t, err)
		if len(got) != 1 || got[0].Name != word[last == b.ID.String()] || got[0].LastAt != 7 || got[0].LastNumber != "2" || got[0].LastTotal != 200 || got[0].DayStart != 240 {
			t.Errorf("in the order %v: %+v", order, got)
		}
	}
}

func duplicates(t *testing.T, p Place) {
	s, c, b := one(t, p)
	other := Box(t, s, c, b.Restaurant)
	j := NewJournal(b.ID).some(t, 3)
	j.Append(t, Now, Day, event.Event{ID: j.Events[1].ID, Type: "order.sent", V: 1, Data: []byte(`{}`)})
	j.some(t, 1)
	j.Upload(t, s, b, 5)
	k := NewJournal(other.ID).some(t, 1) // another box's fact under an id of ours is its own matter
	k.Append(t, Now, Day, event.Event{ID: j.Events[0].ID, Type: "order.sent", V: 1, Data: []byte(`{}`)})
	k.Upload(t, s, other, 2)
	// A branch that begins with the same bytes, and goes on otherwise.
	write(t, s, func(tx *store.Tx) error { return tx.Append(b, j.Cursor(1, 5), j.Verdict(2, 0, 3), Now) })
	find := func(b store.Box, epoch, after, through int64) (list []store.Duplicate) {
		read(t, s, func(tx *store.Tx) (err error) { list, err = tx.Duplicates(b, epoch, after, through); return err })
		return list
	}
	if got := find(b, 1, 0, 5); !slices.Equal(got, []store.Duplicate{{Seq: 4}}) {
		t.Errorf("in the first epoch: %+v", got)
	}
	if got := find(b, 1, 4, 5); len(got) != 0 {
		t.Errorf("after it: %+v", got)
	}
	if got := find(other, 1, 0, 2); len(got) != 0 {
		t.Errorf("of another box: %+v", got)
	}
	got := find(b, 2, 0, 3)
	slices.SortFunc(got, func(x, y store.Duplicate) int { return cmp.Compare(x.Seq, y.Seq) })
	// 2 stands at 2 with the same bytes, and at 4 with others, which is no matter of 2.
	if !slices.Equal(got, []store.Duplicate{{Seq: 1, Same: true}, {Seq: 2, Same: true}, {Seq: 3, Same: true}}) {
		t.Errorf("in the second epoch: %+v", got)
	}
}

func unfold(t *testing.T, p Place) {
	s, c, b := one(t, p)
	NewJournal(b.ID).some(t, 2).Upload(t, s, b, 2)
	for n, consumer := range []string{"sales", "stdout"} {
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.SetFolded(consumer, b, 1, 2), tx.SetState(consumer, b, "k", "v"), tx.Quarantine(consumer, b, 1, int64(1+n), "odd", Now), tx.Quarantine("floor", b, 1, 1, "odd for another, too", Now),
				tx.Add(b.Organisation, store.Cell{Restaurant: b.Restaurant, Day: Day, Metric: "sales", N: 5}))
		})
	}
	count := func() (cells, aside int) {
		list, err := c.Cells(t.Context(), b.Restaurant, Day, "")
		must(t, err)
		n, err := c.Quarantined(t.Context())
		must(t, err)
		return len(list), n
	}
	if cells, aside := count(); cells != 1 || aside != 2 {
		t.Fatalf("%d sums, %d aside", cells, aside)
	}
	must(t, s.Unfold(t.Context(), "stdout", false))
	if cells, aside := count(); cells != 1 || aside != 1 || len(behind(t, s, "sales")) != 0 || len(behind(t, s, "stdout")) != 1 || state(t, s, "stdout", b, "k") != "" || state(t, s, "sales", b, "k") != "v" {
		t.Errorf("one consumer was to forget: %d sums, %d aside", cells, aside)
	}
	must(t, s.Unfold(t.Context(), "sales", true))
	must(t, s.Unfold(t.Context(), "floor", true))
	if cells, aside := count(); cells != 0 || aside != 0 || len(behind(t, s, "sales")) != 1 || len(events(t, s, b, 1, 0, 10)) != 2 {
		t.Errorf("everything was to be forgotten but the facts: %d sums, %d aside", cells, aside)
	}
}

func refused(t *testing.T, p Place) {
	s, c, b := one(t, p)
	big := store.Cell{Restaurant: b.Restaurant, Day: Day, Metric: "sales", N: math.MaxInt64}
	add := func(x store.Cell) error {
		return s.Write(t.Context(), func(tx *store.Tx) error { return tx.Add(b.Organisation, x) })
	}
	must(t, add(big))
	if err := add(store.Cell{Restaurant: b.Restaurant, Day: Day, Metric: "sales", N: 1}); !errors.Is(err, store.ErrRefused) {
		t.Errorf("a sum that leaves 64 bits: %v", err)
	}
	if got, err := c.Cells(t.Context(), b.Restaurant, Day, ""); err != nil || len(got) != 1 || got[0].N != math.MaxInt64 {
		t.Errorf("after it: %+v, %v", got, err)
	}
	must(t, s.Close())
	if err := add(big); err == nil || errors.Is(err, store.ErrRefused) {
		t.Errorf("a store that is away refuses nothing: %v", err)
	}
}
