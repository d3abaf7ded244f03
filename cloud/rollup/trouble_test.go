package rollup_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// order is one taco, opened and sent.
func (k *till) order() id.Order {
	o := k.open()
	k.send(o, 250, k.line(o, "Taco", 1, 250))
	return o
}

// tacos are the sums of n such orders.
func tacos(n int64) []string {
	d := storetest.Day
	return []string{cell(d, chicago, "orders", "", n), cell(d, chicago, "sales", "", 250*n), cell(d, chicago, "quantity", "", n),
		cell(d, chicago, "sales", "Taco", 250*n), cell(d, chicago, "quantity", "Taco", n)}
}

// reasons are why facts were set aside, by seq.
func (b *books) reasons() map[int64]string {
	b.t.Helper()
	db, err := sql.Open("sqlite", b.path)
	b.check(err)
	defer db.Close()
	rows, err := db.Query("SELECT seq, reason FROM quarantine")
	b.check(err)
	defer rows.Close()
	out := map[int64]string{}
	for rows.Next() {
		var seq int64
		var why string
		b.check(rows.Scan(&seq, &why))
		out[seq] = why
	}
	b.check(rows.Err())
	return out
}

// exec does something to the file that no program of ours would do.
func (b *books) exec(query string) {
	b.t.Helper()
	db, err := sql.Open("sqlite", b.path+"?_pragma=busy_timeout(5000)")
	b.check(err)
	defer db.Close()
	_, err = db.Exec(query)
	b.check(err)
}

func TestAFactThatCannotBeFoldedIsSetAsideAndTheRestGoesOn(t *testing.T) {
	b := newBooks(t)
	k, other := b.till(), b.till()
	k.order()
	odd := func(typ, data string) int64 {
		return k.Append(t, k.at, k.day, event.Event{ID: id.New[id.Event](), Type: typ, V: 1, Data: []byte(data)}).Seq
	}
	want := map[int64]string{
		odd("order.sent", `"no object"`):              "cannot be read",
		odd("order.opened", `{"order":7}`):            "cannot be read",
		odd("order.line_added", `{"quantity":"two"}`): "cannot be read",
	}
	k.Append(t, k.at, k.day, event.Event{ID: id.New[id.Event](), Type: "table.danced_upon", V: 1, Data: []byte(`{}`)}) // unknown is not wrong
	k.order()
	stranger := id.New[id.Order]()
	k.send(stranger, 250)
	want[k.Head()] = "is not known here"
	k.status(stranger, "cancelled")
	want[k.Head()] = "is not known here"
	k.order()
	other.order()
	b.up(k)
	b.up(other)
	b.fold()
	b.is("of the good ones", tacos(4)...)
	got := b.reasons()
	for seq, why := range want {
		if !strings.Contains(got[seq], why) {
			t.Errorf("fact %d was set aside because %q, want %q", seq, got[seq], why)
		}
	}
	if len(got) != len(want) || b.aside() != len(want) || b.f.Aside.Load() != int64(len(want)) {
		t.Errorf("set aside were %v", got)
	}
	b.fold()
	if b.aside() != len(want) {
		t.Error("what was set aside is tried again")
	}
}

func TestAFoldThatPanicsSetsTheFactAside(t *testing.T) {
	b := newBooks(t)
	b.f = b.follow(rollup.Consumer, func(p *rollup.Page, e event.Event) error {
		if f, ok := e.Payload.(event.LineAdded); ok && f.Name == "bug" {
			p.Add(e.Day, 0, "sales", "", "", 1_000_000) // half done
			var nobody *till
			nobody.n++
		}
		return rollup.SalesFold(p, e)
	})
	k := b.till()
	k.order()
	o := k.open()
	k.line(o, "bug", 1, 1)
	seq := k.Head()
	k.order()
	b.up(k)
	b.fold()
	b.is("of the others", tacos(2)...)
	if why := b.reasons(); len(why) != 1 || !strings.Contains(why[seq], "panic") {
		t.Errorf("set aside were %v", why)
	}
}

// Most facts mean nothing to a follower of few types: it steps over them, and one of
// its own that cannot be folded is set aside as ever.
func TestAFollowerOfFewTypesMissesNothing(t *testing.T) {
	b := newBooks(t)
	var lines []int64
	b.f = b.follow(rollup.Consumer, func(p *rollup.Page, e event.Event) error {
		f, ok := e.Payload.(event.LineAdded)
		switch {
		case !ok:
			t.Errorf("it was shown a %s", e.Type)
		case f.Name == "bug":
			return errors.New("a bug")
		}
		p.Afterwards(func() { lines = append(lines, e.Seq) })
		return nil
	})
	typ, _ := event.LineAdded{}.Kind()
	b.f.Only = []string{typ}
	k := b.till()
	var want []int64
	bugs := map[int64]bool{}
	for n := range 400 { // more than one page
		o := k.open()
		l := k.line(o, "Taco", 1, 250)
		want = append(want, k.Head())
		if n%150 == 7 {
			k.line(o, "bug", 1, 1)
			bugs[k.Head()] = true
		}
		k.send(o, 250, l)
	}
	b.up(k)
	b.fold()
	k.order()
	k.send(k.open(), 0) // the last facts mean nothing to it
	b.up(k)
	b.fold()
	want = append(want, k.Head()-3)
	if !slices.Equal(lines, want) {
		t.Errorf("it folded %d lines of %d: %v", len(lines), len(want), lines)
	}
	if why := b.reasons(); len(why) != len(bugs) {
		t.Errorf("set aside were %v, not %v", why, bugs)
	}
}

func TestAnIdCountsOnce(t *testing.T) {
	b := newBooks(t)
	k := b.till()
	k.order()
	for _, e := range k.Events[1:4] { // the same facts under the same ids, at other places
		e.Body = nil
		k.Append(t, k.at, k.day, e)
	}
	o := k.open()
	l := k.line(o, "Taco", 1, 250)
	b.up(k)
	b.fold()
	k.send(o, 250, l)
	again := k.Events[k.Head()-1]
	k.Append(t, k.at, k.day, again) // in another page
	b.up(k)
	b.fold()
	b.is("each once", tacos(2)...)
	why := b.reasons()
	for _, seq := range []int64{5, 6, 7, 11} {
		if !strings.Contains(why[seq], "has its id") {
			t.Errorf("fact %d, which bears another's id: %q", seq, why[seq])
		}
	}
	if len(why) != 4 {
		t.Errorf("set aside were %v", why)
	}
}

func TestASumThatLeaves64BitsIsSetAside(t *testing.T) {
	for _, pages := range []bool{true, false} {
		b := newBooks(t)
		k := b.till()
		k.order()
		for range 2 {
			o := k.open()
			k.say(event.LineAdded{Order: o, Line: id.Must[id.Line]("0198f000-0000-7000-8000-0000000000a1"), Name: "Gold", Quantity: 1, Amount: money.Amount(math.MaxInt64 - 250)})
			k.send(o, 0, id.Must[id.Line]("0198f000-0000-7000-8000-0000000000a1"))
			if pages {
				b.up(k)
				b.fold()
			}
		}
		k.order()
		b.up(k)
		b.fold()
		if n, sums := b.aside(), b.cells(storetest.Day); n != 2 || !slices.Contains(sums, cell(storetest.Day, chicago, "sales", "", math.MaxInt64)) ||
			!slices.Contains(sums, cell(storetest.Day, chicago, "sales", "Taco", 250)) {
			t.Errorf("%d facts were set aside; the sums are %q", n, sums)
		}
	}
}

// A store that does not answer says nothing about facts: they wait.
func TestNoFactIsSetAsideBecauseTheStoreIsIll(t *testing.T) {
	for _, table := range []string{"cell", "fold_state"} {
		b := newBooks(t)
		k := b.till()
		o := k.open()
		b.up(k)
		b.fold() // what was said so far is remembered on the disk
		k.send(o, 250, k.line(o, "Taco", 1, 250))
		k.Append(t, k.at, k.day, event.Event{ID: id.New[id.Event](), Type: "order.sent", V: 1, Data: []byte(`7`)}) // one that is ill itself
		k.order()
		b.up(k)
		b.exec("ALTER TABLE " + table + " RENAME TO away")
		for range 3 {
			if _, err := b.f.Round(t.Context()); err == nil {
				t.Errorf("without %s nothing can be folded, and nothing is said", table)
			}
		}
		b.exec("ALTER TABLE away RENAME TO " + table)
		b.fold()
		b.is("once "+table+" is back", tacos(2)...)
		if n := b.aside(); n != 1 {
			t.Errorf("%d facts were set aside", n)
		}
	}
}

// outside takes records, unless it is away.
type outside struct {
	away func(rollup.Out) bool
	got  []string
}

func (o *outside) take(_ context.Context, out []rollup.Out) error {
	for _, r := range out {
		if o.away != nil && o.away(r) {
			return errors.New("nobody there")
		}
		o.got = append(o.got, r.Key+" "+string(r.Value))
	}
	return nil
}

func (b *books) toOutside() (*rollup.Follower, *outside) {
	f, o := b.follow("outside", func(p *rollup.Page, e event.Event) error {
		if e.Type == "order.line_added" {
			p.Emit(rollup.Out{Topic: "t", Key: p.Box.ID.String(), Value: fmt.Appendf(nil, "%d", e.Seq)})
		}
		return nil
	}), &outside{}
	f.Emit = o.take
	return f, o
}

func TestWhatTheOutsideDoesNotTakeIsHandedOverAgain(t *testing.T) {
	b := newBooks(t)
	f, out := b.toOutside()
	k, other := b.till(), b.till()
	for _, k := range []*till{k, other} {
		k.order()
		k.Append(t, k.at, k.day, event.Event{ID: id.New[id.Event](), Type: "order.sent", V: 1, Data: []byte(`7`)})
		k.order()
		b.up(k)
	}
	out.away = func(r rollup.Out) bool { return r.Key == k.box.ID.String() }
	for range 3 {
		if _, err := f.Round(t.Context()); err == nil {
			t.Error("the outside takes nothing, and nothing is said")
		}
	}
	if want := []string{other.box.ID.String() + " 3", other.box.ID.String() + " 7"}; !slices.Equal(out.got, want) {
		t.Errorf("of the other box went out %q, want %q", out.got, want)
	}
	out.got, out.away = nil, nil
	for range 2 {
		if _, err := f.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{k.box.ID.String() + " 3", k.box.ID.String() + " 7"}; !slices.Equal(out.got, want) {
		t.Errorf("of the box went out %q, want %q", out.got, want)
	}
	if n := b.aside(); n != 2 {
		t.Errorf("%d facts were set aside", n)
	}
}

// A crash after the handing over and before the cursor hands over again.
func TestACrashLosesNothingForTheOutside(t *testing.T) {
	b := newBooks(t)
	f, out := b.toOutside()
	k := b.till()
	k.order()
	b.up(k)
	b.exec("ALTER TABLE fold RENAME TO away") // the cursor cannot be read or written
	if _, err := f.Round(t.Context()); err == nil {
		t.Error("nothing is said")
	}
	b.exec("ALTER TABLE away RENAME TO fold")
	ctx, crash := context.WithCancel(t.Context())
	f.Emit = func(ctx context.Context, r []rollup.Out) error { defer crash(); return out.take(ctx, r) }
	if _, err := f.Round(ctx); err == nil {
		t.Error("the crash was survived")
	}
	f, again := b.toOutside()
	k.order()
	b.up(k)
	if _, err := f.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(out.got) != 1 || len(again.got) != 2 || again.got[0] != out.got[0] {
		t.Errorf("before the crash %q, after it %q", out.got, again.got)
	}
}
