package storetest

import (
	"bytes"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/pipe"
)

// one is a store with one box.
func one(t testing.TB, p Place) (*store.Store, store.Scope, store.Box) {
	t.Helper()
	s := p(t)
	t.Cleanup(func() { _ = s.Close() }) // a test may have closed it
	c := Organisation(t, s, "Taquería")
	return s, c, Box(t, s, c, Restaurant(t, c, "Riverside"))
}

func events(t testing.TB, s *store.Store, b store.Box, epoch, after int64, n int) (list []event.Event) {
	t.Helper()
	read(t, s, func(tx *store.Tx) (err error) { list, err = tx.Events(b, epoch, after, n); return err })
	return list
}

func cursor(t testing.TB, s *store.Store, b store.Box) (c pipe.Cursor) {
	t.Helper()
	read(t, s, func(tx *store.Tx) (err error) { c, err = tx.Cursor(b); return err })
	return c
}

func facts(t *testing.T, p Place) {
	s, _, b := one(t, p)
	if c := cursor(t, s, b); c != (pipe.Cursor{}) {
		t.Errorf("of a box that never spoke: %+v", c)
	}
	j := NewJournal(b.ID).some(t, 70) // more than one statement stores
	j.Append(t, Now, Day, event.Event{ID: id.New[id.Event](), Type: "table.danced_upon", V: 3, Data: []byte(`{"ü":[1e400,"\u0000",null]}`)})
	j.Append(t, Now, Day, event.Event{ID: id.New[id.Event](), Type: "order.sent", V: 1, Data: []byte(`"no object"`)})
	j.some(t, 130)
	j.Upload(t, s, b, 1)
	j.Upload(t, s, b, j.Head())
	got := events(t, s, b, 1, 0, 1000)
	if len(got) != len(j.Events) {
		t.Fatalf("%d facts came back of %d", len(got), len(j.Events))
	}
	for i, e := range got {
		want := j.Events[i]
		if e.Seq != want.Seq || e.ID != want.ID || e.Type != want.Type || e.Command != want.Command || !bytes.Equal(e.Body, want.Body) {
			t.Fatalf("fact %d came back as\n%s, was\n%s", want.Seq, e.Body, want.Body)
		}
	}
	if got[70].Payload != nil || got[71].Payload != nil || got[72].Payload != event.Payload(j.Events[72].Payload) {
		t.Errorf("payloads %v, %v, %v: only what can be read has one", got[70].Payload, got[71].Payload, got[72].Payload)
	}
	if page := events(t, s, b, 1, 68, 3); len(page) != 3 || page[0].Seq != 69 || page[2].Seq != 71 {
		t.Errorf("three facts after 68 are %d, from %d", len(page), page[0].Seq)
	}
	read(t, s, func(tx *store.Tx) error {
		some, last, err := tx.EventsOf(b, 1, 68, 9, []string{"order.danced_upon", "table.danced_upon"})
		if len(some) != 1 || some[0].Seq != 71 || last != 77 {
			t.Errorf("of two types in nine facts after 68 are %d, up to %d", len(some), last)
		}
		if none, last, err := tx.EventsOf(b, 1, j.Head(), 9, nil); len(none) != 0 || last != j.Head() || err != nil {
			t.Errorf("after the last fact are %d, up to %d (%v)", len(none), last, err)
		}
		return err
	})
	if c := cursor(t, s, b); c != j.Cursor(1, j.Head()) {
		t.Errorf("the cursor is %+v", c)
	}
}

func continues(t *testing.T, p Place) {
	s, _, b := one(t, p)
	j := NewJournal(b.ID).some(t, 9)
	j.Upload(t, s, b, 5)
	at := j.Cursor(1, 5)
	refuse := func(what string, was pipe.Cursor, v pipe.Verdict) {
		t.Helper()
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Append(b, was, v, Now) }); err == nil {
			t.Errorf("%s was stored", what)
		}
		if c, n := cursor(t, s, b), len(events(t, s, b, 1, 0, 100)); c != at || n != 5 {
			t.Fatalf("after %s the cursor is %+v and %d facts are there", what, c, n)
		}
	}
	refuse("a gap", at, j.Verdict(1, 6, 8))
	refuse("what is there already", at, j.Verdict(1, 3, 8))
	refuse("what an old cursor took for new", j.Cursor(1, 3), j.Verdict(1, 3, 8))
	refuse("what a cursor from the future took for next", j.Cursor(1, 7), j.Verdict(1, 7, 9))
	refuse("a cursor that goes further than its facts", at, pipe.Verdict{Store: j.Events[5:6], Cursor: j.Cursor(1, 9)})
	refuse("a cursor that goes back", at, pipe.Verdict{Cursor: j.Cursor(1, 3)})
	refuse("an epoch that was never opened", pipe.Cursor{Epoch: 2, Last: 5}, j.Verdict(2, 5, 9))

	twice := j.Events[5]
	twice.Seq = 5
	v := pipe.Verdict{Store: []event.Event{twice}, Cursor: j.Cursor(1, 5)}
	refuse("another fact at the same place", j.Cursor(1, 4), v)

	j.Upload(t, s, b, 9)
	if c := cursor(t, s, b); c != j.Cursor(1, 9) {
		t.Errorf("what continues was not stored: %+v", c)
	}
}

func epochs(t *testing.T, p Place) {
	s, _, b := one(t, p)
	j, k := NewJournal(b.ID).some(t, 4), NewJournal(b.ID).some(t, 6)
	j.Upload(t, s, b, 4)
	write(t, s, func(tx *store.Tx) error { return tx.Append(b, j.Cursor(1, 4), k.Verdict(7, 0, 6), Now) })
	if c := cursor(t, s, b); c != k.Cursor(7, 6) {
		t.Fatalf("the current cursor is %+v", c)
	}
	first, second := events(t, s, b, 1, 0, 100), events(t, s, b, 7, 0, 100)
	if len(first) != 4 || len(second) != 6 || first[3].ID != j.Events[3].ID || second[3].ID != k.Events[3].ID {
		t.Errorf("%d facts in the first epoch, %d in the second, or those of the other", len(first), len(second))
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Append(b, pipe.Cursor{}, j.Verdict(1, 0, 4), Now) }); err == nil {
		t.Error("an epoch was opened twice")
	}
}

func batchEnds(t *testing.T, p Place) {
	s, _, b := one(t, p)
	j := NewJournal(b.ID).some(t, 200)
	for _, through := range []int64{1, 3, 100, 200} {
		j.Upload(t, s, b, through)
	}
	var at []int64
	read(t, s, func(tx *store.Tx) error {
		ends, err := tx.BatchEnds(b, 1)
		for _, e := range ends {
			at = append(at, e.Seq)
			if e.Dg != j.Digests[e.Seq] {
				t.Errorf("at %d another digest was kept", e.Seq)
			}
		}
		return err
	})
	if len(at) != 4 || at[0] != 1 || at[1] != 3 || at[2] != 100 || at[3] != 200 {
		t.Errorf("digests are kept at %v", at)
	}
}

func presence(t *testing.T, p Place) {
	s, c, b := one(t, p)
	boot, old := id.New[id.Boot](), id.New[id.Boot]()
	hello := func(at time.Time, boot id.Boot, head int64) {
		write(t, s, func(tx *store.Tx) error {
			return tx.SetPresence(b, store.Presence{Online: true, Since: at, Boot: boot, Head: head, Heard: at, Clock: -3 * time.Second, Software: "1.2"})
		})
	}
	dark := func(at time.Time, boot id.Boot) (was bool) {
		write(t, s, func(tx *store.Tx) (err error) { was, err = tx.Dark(b, boot, at); return err })
		return was
	}
	is := func(online bool, since, heard time.Time, head int64) {
		t.Helper()
		list, err := c.Standings(t.Context())
		must(t, err)
		if g := list[0].Presence; g.Online != online || !g.Since.Equal(since) || !g.Heard.Equal(heard) || g.Head != head {
			t.Errorf("online %v since %v, heard %v, head %d; want %v since %v, heard %v, head %d", g.Online, g.Since, g.Heard, g.Head, online, since, heard, head)
		}
	}
	at := func(minutes int) time.Time { return Now.Add(time.Duration(minutes) * time.Minute).Local() }
	hello(at(0), old, 5)
	is(true, at(0), at(0), 5)
	hello(at(1), boot, 7)
	is(true, at(0), at(1), 7) // online all the time
	if dark(at(2), old) {
		t.Error("the will of another boot was believed")
	}
	is(true, at(0), at(1), 7)
	write(t, s, func(tx *store.Tx) error { return tx.Heard(b, 9, at(3)) })
	write(t, s, func(tx *store.Tx) error { return tx.Heard(b, 8, at(4)) }) // a batch that was late
	is(true, at(0), at(4), 9)
	if !dark(at(5), boot) {
		t.Error("the will of this boot was ignored")
	}
	is(false, at(5), at(4), 9)
	if dark(at(6), boot) {
		t.Error("a will that came twice counts twice")
	}
	is(false, at(5), at(4), 9)
	hello(at(7), boot, 9)
	is(true, at(7), at(7), 9)
	write(t, s, func(tx *store.Tx) error { return tx.Heard(b, 9, at(8)) })
	must(t, s.AllDark(t.Context())) // head office starts again, much later
	is(false, at(8), at(8), 9)
}

func standings(t *testing.T, p Place) {
	s, c, b := one(t, p)
	silent := Box(t, s, c, b.Restaurant)
	j := NewJournal(b.ID).some(t, 3)
	j.Upload(t, s, b, 3)
	write(t, s, func(tx *store.Tx) error {
		return tx.SetPresence(b, store.Presence{Online: true, Since: Now, Boot: j.Boot, Head: 8, Heard: Now, Clock: 2 * time.Second, Software: "1.2"})
	})
	list, err := c.Standings(t.Context())
	must(t, err)
	if len(list) != 2 {
		t.Fatalf("%d boxes", len(list))
	}
	for _, st := range list {
		switch st.ID {
		case silent.ID:
			if st.Known || st.Cursor != (pipe.Cursor{}) || st.Restaurant != b.Restaurant {
				t.Errorf("the box that never spoke: %+v", st)
			}
		case b.ID:
			if !st.Known || st.Cursor.Last != 3 || st.Cursor.Dg != j.Digests[3] || st.Presence.Head != 8 || st.Presence.Boot != j.Boot ||
				st.Presence.Clock != 2*time.Second || st.Presence.Software != "1.2" || !st.LastAt.Equal(Now) || !st.LastRcv.Equal(Now) {
				t.Errorf("the box that spoke: %+v", st)
			}
		}
	}
}
