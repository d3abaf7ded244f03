package rollup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// sold are the cells of sales: of a day and hour, the total and one item.
func cell(day string, hour int, metric, item string, n int64) string {
	dim := ""
	if item != "" {
		dim = "item"
	}
	return fmt.Sprintf("%s %02d %s/%s/%s = %d", day, hour, metric, dim, item, n)
}

func TestAnOrderCountsWhenItIsSent(t *testing.T) {
	b := newBooks(t)
	k := b.till()
	o := k.open()
	taco, water := k.line(o, "Taco", 3, 250), k.line(o, "Water", 1, 199)
	b.up(k)
	b.fold()
	b.is("before it is sent")
	k.send(o, 750, taco)
	b.up(k)
	b.fold()
	d := storetest.Day
	tacos := []string{cell(d, chicago, "orders", "", 1), cell(d, chicago, "sales", "", 750), cell(d, chicago, "quantity", "", 3),
		cell(d, chicago, "sales", "Taco", 750), cell(d, chicago, "quantity", "Taco", 3)}
	b.is("a part of it", tacos...)
	k.at, k.day = k.at.Add(25*time.Hour), next
	k.send(o, 949, water, taco) // the second time the taco counts nothing
	k.status(o, "preparing")
	k.status(o, "ready")
	k.status(o, "served")
	b.up(k)
	b.fold()
	b.is("the rest, a day later, for the day on which it was opened", cell(d, chicago, "orders", "", 1), cell(d, chicago, "sales", "", 949), cell(d, chicago, "quantity", "", 4),
		cell(d, chicago, "sales", "Taco", 750), cell(d, chicago, "quantity", "Taco", 3), cell(d, chicago, "sales", "Water", 199), cell(d, chicago, "quantity", "Water", 1))
	places, err := b.c.Places(t.Context())
	b.check(err)
	if p := places[0]; len(places) != 1 || p.LastNumber != "1" || p.LastTotal != 949 || p.LastAt != k.at.UnixMilli() || p.Name != "Riverside" || p.Currency != "USD" || p.DayStart != 240 {
		t.Errorf("the place is %+v", places)
	}
	if n := b.aside(); n != 0 {
		t.Errorf("%d facts were set aside", n)
	}
}

func TestACancelledOrderIsTakenBackFromItsOwnDay(t *testing.T) {
	b := newBooks(t)
	k := b.till()
	kept, gone, never := k.open(), k.open(), k.open()
	k.send(kept, 500, k.line(kept, "Taco", 2, 250))
	k.send(gone, 1000, k.line(gone, "Taco", 4, 250))
	k.line(never, "Taco", 9, 250)
	k.status(gone, "served")
	k.at, k.day = k.at.Add(7*24*time.Hour), "2026-12-02"
	k.send(gone, 1199, k.line(gone, "Water", 1, 199)) // the guest came back to the table, as it were
	k.line(gone, "Soup", 1, 600)                      // never sent
	b.up(k)
	b.fold()
	k.status(gone, "cancelled")
	k.status(never, "cancelled")
	b.up(k)
	b.fold()
	d := storetest.Day
	b.is("what stays", cell(d, chicago, "orders", "", 1), cell(d, chicago, "sales", "", 500), cell(d, chicago, "quantity", "", 2),
		cell(d, chicago, "sales", "Taco", 500), cell(d, chicago, "quantity", "Taco", 2))
	if rows, _ := b.remembered(); rows != 2 {
		t.Errorf("%d things are remembered; the place and the order that stays should be", rows)
	}
	if got := b.cells("2026-12-02"); len(got) != 0 {
		t.Errorf("the day of the cancellation has %q", got)
	}
}

func TestAFactThatComesLateCountsForItsOwnDay(t *testing.T) {
	b := newBooks(t)
	dark, live := b.till(), b.till()
	o := dark.open()
	dark.send(o, 700, dark.line(o, "Soup", 1, 700)) // nobody hears it
	for _, k := range []*till{live} {
		k.at, k.day = k.at.Add(24*time.Hour), next
		o := k.open()
		k.send(o, 250, k.line(o, "Taco", 1, 250))
	}
	b.up(live)
	b.fold()
	b.up(dark)
	b.fold()
	var want []string
	for _, x := range []struct {
		day, item string
		n         int64
	}{{storetest.Day, "Soup", 700}, {next, "Taco", 250}} {
		want = append(want, cell(x.day, chicago, "orders", "", 1), cell(x.day, chicago, "sales", "", x.n), cell(x.day, chicago, "quantity", "", 1),
			cell(x.day, chicago, "sales", x.item, x.n), cell(x.day, chicago, "quantity", x.item, 1))
	}
	b.is("both days", want...)
	places, err := b.c.Places(t.Context())
	b.check(err)
	if places[0].LastAt != live.at.UnixMilli() {
		t.Error("the latest order is the one that came last, not the one that was last")
	}
}

func TestTheHourIsThatOfTheRestaurant(t *testing.T) {
	b := newBooks(t)
	k := b.till()
	k.at = time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC) // half past one, before the clocks go back
	k.day = "2026-11-01"
	for range 2 {
		o := k.open()
		k.send(o, 250, k.line(o, "Taco", 1, 250))
		k.at = k.at.Add(time.Hour) // half past one again
	}
	b.up(k)
	b.fold()
	if got := b.cells("2026-11-01"); len(got) != 5 || got[0] != cell("2026-11-01", 1, "orders", "", 2) {
		t.Errorf("the sums are %q", got)
	}
}

// A served order is remembered for ever, for it may be sent again or cancelled.
// What that costs is a small part of what its facts cost anyhow.
func TestWhatIsRememberedOfAServedOrderIsSmall(t *testing.T) {
	b := newBooks(t)
	k := b.till()
	const n = 60
	facts := 0
	for range n {
		o := k.open()
		var lines []id.Line
		for _, name := range []string{"Chicken Burrito", "Chips and Guacamole", "Nantucket Nectar", "Chicken Burrito"} {
			lines = append(lines, k.line(o, name, 1, 875))
		}
		k.send(o, 3500, lines...)
		for range 4 { // two stations, tickets and their prints
			k.say(event.JobPrinted{Job: id.New[id.Job](), Ticket: id.New[id.Ticket](), Order: o, Printer: id.New[id.Printer](), Proven: true})
		}
		k.status(o, "preparing")
		k.status(o, "ready")
		k.status(o, "served")
	}
	for _, e := range k.Events {
		facts += len(e.Body)
	}
	b.up(k)
	b.fold()
	rows, size := b.remembered()
	t.Logf("an order: %d bytes of facts, %d bytes remembered", facts/n, size/n)
	if rows != n+1 { // and the place
		t.Errorf("%d things are remembered of %d orders", rows, n)
	}
	if size > facts/15 {
		t.Errorf("%d bytes are remembered of %d bytes of facts: it is no small part", size, facts)
	}
}
