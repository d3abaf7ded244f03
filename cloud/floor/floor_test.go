package floor_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/floor"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// TestAnOrderThatWasServedIsRememberedForADay: it may be sent again until the end of the
// next business day; by then nobody does, and head office does not keep it for ever.
func TestAnOrderThatWasServedIsRememberedForADay(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "cloud.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := storetest.Organisation(t, s, "Taquería")
	b := storetest.Box(t, s, c, storetest.Restaurant(t, c, "Riverside"))
	j := storetest.NewJournal(b.ID)
	f := floor.Follow(s, func() <-chan struct{} { return nil }, func() time.Time { return storetest.Now }, slog.New(slog.DiscardHandler))
	at, day := storetest.Now, "2026-11-25"
	say := func(facts ...event.Payload) {
		for _, p := range facts {
			at = at.Add(time.Minute)
			j.Add(t, at, day, p)
		}
	}
	order := func(table string) id.Order {
		o := id.New[id.Order]()
		say(event.OrderOpened{Order: o, Type: "dine_in", Table: table}, event.LineAdded{Order: o}, event.OrderSent{Order: o})
		return o
	}
	serve := func(o id.Order) { say(event.StatusChanged{Order: o, To: "served"}) }
	is := func(what, tables string, orders int) {
		t.Helper()
		j.Upload(t, s, b, j.Head())
		if _, err := f.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		rooms, err := floor.Rooms(t.Context(), c, b.Restaurant)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, x := range rooms[0].Tables {
			got += fmt.Sprint(x.Name, " ", x.State, " ", at.Sub(time.UnixMilli(x.Since)), ", ")
		}
		kept, err := c.Floor(t.Context(), b.ID)
		if err != nil || got != tables || len(kept.Orders) != orders {
			t.Errorf("%s: %q and %d orders, want %q and %d; %v", what, got, len(kept.Orders), tables, orders, err)
		}
	}
	first := order("1")
	is("ordered", "1 ordered 0s, ", 1)
	serve(first)
	is("served", "", 1)
	day = "2026-11-26"
	second := order("2")
	say(event.OrderSent{Order: first})
	is("sent again the next day", "1 ordered 0s, 2 ordered 1m0s, ", 2)
	serve(first)
	serve(second)
	gone := order("3")
	say(event.StatusChanged{Order: gone, To: "cancelled"})
	is("cancelled", "", 2)
	day = "2026-11-27"
	order("4")
	is("the day after", "4 ordered 0s, ", 2)
	say(event.OrderSent{Order: first})
	is("too late", "4 ordered 1m0s, ", 2)
}
