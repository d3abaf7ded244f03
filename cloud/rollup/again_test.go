package rollup_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

// ticket is what the property knows of an order.
type ticket struct {
	k         *till
	id        id.Order
	day       string
	hour      int
	open      []sold // not sent
	sent      []sold
	ever      bool // sent once
	cancelled bool
}

type sold struct {
	line id.Line
	name string
	n    int64
	unit money.Amount
}

// lunch draws what boxes do, and tells after each step.
func lunch(r *rapid.T, boxes []*till, each func(*till)) (all []*ticket) {
	steps := rapid.IntRange(5, 40).Draw(r, "steps")
	for range steps {
		k := rapid.SampledFrom(boxes).Draw(r, "box")
		k.at = k.at.Add(time.Duration(rapid.IntRange(0, 90).Draw(r, "minutes")) * time.Minute)
		var live []*ticket
		for _, t := range all {
			if t.k == k && !t.cancelled {
				live = append(live, t)
			}
		}
		what := rapid.IntRange(0, 9).Draw(r, "what")
		if len(live) == 0 || what < 3 {
			chicago := k.at.Add(-6 * time.Hour) // in November
			all = append(all, &ticket{k: k, id: k.open(), day: k.day, hour: chicago.Hour()})
			each(k)
			continue
		}
		t := rapid.SampledFrom(live).Draw(r, "order")
		switch {
		case what < 6:
			s := sold{name: rapid.SampledFrom([]string{"Taco", "Water", "Soup"}).Draw(r, "item"), n: rapid.Int64Range(1, 9).Draw(r, "n"), unit: money.Amount(rapid.Int64Range(0, 5000).Draw(r, "unit"))}
			s.line = k.line(t.id, s.name, s.n, s.unit)
			t.open = append(t.open, s)
		case what < 8 && len(t.open) > 0:
			n := rapid.IntRange(1, len(t.open)).Draw(r, "lines")
			var ids []id.Line
			for _, s := range t.open[:n] {
				ids = append(ids, s.line)
			}
			k.send(t.id, 0, ids...)
			t.sent, t.open, t.ever = append(t.sent, t.open[:n]...), t.open[n:], true
		case what == 8:
			k.status(t.id, "cancelled")
			t.cancelled = true
		default:
			k.status(t.id, "served")
			if rapid.Bool().Draw(r, "midnight") {
				k.day = next
			}
		}
		each(k)
	}
	return all
}

// sums are what the cells must be.
func sums(all []*ticket) []string {
	m := map[string]int64{}
	add := func(t *ticket, metric, dim, item string, n int64) {
		m[fmt.Sprintf("%s %02d %s/%s/%s", t.day, t.hour, metric, dim, item)] += n
	}
	for _, t := range all {
		if t.cancelled || !t.ever {
			continue
		}
		add(t, "orders", "", "", 1)
		for _, s := range t.sent {
			for _, dim := range []string{"", "item"} {
				item := s.name
				if dim == "" {
					item = ""
				}
				add(t, "sales", dim, item, s.n*int64(s.unit))
				add(t, "quantity", dim, item, s.n)
			}
		}
	}
	var out []string
	for k, n := range m {
		if n != 0 {
			out = append(out, fmt.Sprintf("%s = %d", k, n))
		}
	}
	slices.Sort(out)
	return out
}

// partsMakeTheWhole: what the items sold is what the day sold.
func (b *books) partsMakeTheWhole(days ...string) {
	b.t.Helper()
	for _, day := range days {
		for _, metric := range []string{rollup.Sales, rollup.Quantity} {
			var whole, parts int64
			for dim, n := range map[string]*int64{"": &whole, rollup.ByItem: &parts} {
				list, err := b.c.Cells(context.Background(), b.r, day, dim)
				b.check(err)
				for _, c := range list {
					if c.Metric == metric {
						*n += c.N
					}
				}
			}
			if whole != parts {
				b.t.Errorf("%s of %s: the items make %d, the day %d", metric, day, parts, whole)
			}
		}
	}
}

// Whatever boxes do, however their facts come in pieces and take turns, the sums
// are the same, and the same again when everything is folded from the first fact.
func TestSumsAreTheSameHoweverFactsComeIn(t *testing.T) {
	t.Parallel()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue { // the store is a real one
		if err := f.Value.Set("40"); err != nil {
			t.Fatal(err)
		}
	}
	b := newBooks(t)
	type after struct {
		c      store.Scope
		r      id.Restaurant
		sums   []string
		places []store.Place
	}
	var done []after
	rapid.Check(t, func(r *rapid.T) {
		b.c = storetest.Organisation(t, b.s, "Another")
		b.r = storetest.Restaurant(t, b.c, "Riverside")
		boxes := []*till{b.till(), b.till()}
		all := lunch(r, boxes, func(k *till) {
			switch rapid.IntRange(0, 9).Draw(r, "then") {
			case 0:
				b.up(k)
			case 1:
				b.up(k)
				b.fold()
			}
		})
		for _, i := range rapid.Permutation([]int{0, 1}).Draw(r, "order") {
			b.up(boxes[i])
			if rapid.Bool().Draw(r, "fold") {
				b.fold()
			}
		}
		b.fold()
		want := sums(all)
		if got := b.cells(storetest.Day, next); !slices.Equal(got, want) {
			r.Fatalf("the sums are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if n := b.aside(); n != 0 {
			r.Fatalf("%d facts were set aside", n)
		}
		b.partsMakeTheWhole(storetest.Day, next)
		places, err := b.c.Places(t.Context())
		b.check(err)
		done = append(done, after{b.c, b.r, want, places})
	})
	b.check(b.s.Unfold(t.Context(), rollup.Consumer, true))
	b.fold()
	for _, d := range done {
		b.c, b.r = d.c, d.r
		if got := b.cells(storetest.Day, next); !slices.Equal(got, d.sums) {
			t.Errorf("folded again the sums are\n%q\nwant\n%q", got, d.sums)
		}
		if got, err := b.c.Places(t.Context()); err != nil || !slices.Equal(got, d.places) {
			t.Errorf("folded again the restaurant is %+v, was %+v", got, d.places)
		}
	}
}

// The command folds thousands of facts, bad ones among them, into what was there.
func TestRebuildMakesWhatIsThereAlready(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	boxes := []*till{b.till(), b.till(), b.till()}
	for n := range 501 { // more than a page a box
		k := boxes[n%3]
		k.at = k.at.Add(time.Minute)
		o := k.order()
		switch n % 30 {
		case 3, 13, 23:
			k.status(o, "cancelled")
		case 6:
			k.Append(t, k.at, k.day, event.Event{ID: id.New[id.Event](), Type: "order.sent", V: 1, Data: []byte(`7`)})
		case 7:
			k.Append(t, k.at, k.day, k.Events[k.Head()-1]) // a fact under another's id
		}
		if n%100 == 0 {
			b.up(k)
			b.fold()
		}
	}
	for _, k := range boxes {
		b.up(k)
	}
	b.fold()
	if boxes[0].Head() <= 500 { // 500 are a page
		t.Fatal("no box has more than a page: this proves less than it should")
	}
	sums, aside := b.cells(storetest.Day), b.reasons()
	places, err := b.c.Places(t.Context())
	b.check(err)
	if len(aside) == 0 || len(sums) == 0 {
		t.Fatalf("%d sums, %d facts aside", len(sums), len(aside))
	}
	b.check(b.s.Close())
	b.exec("UPDATE cell SET n = n + 1") // somebody broke the sums
	facts, err := hq.Rebuild(t.Context(), hq.Config{Dir: filepath.Dir(b.path), Now: func() time.Time { return storetest.Now }, Log: slog.New(slog.DiscardHandler)})
	b.check(err)
	if b.s, err = sqlite.Open(t.Context(), b.path); err != nil {
		t.Fatal(err)
	}
	defer b.s.Close()
	b.c = b.s.In(b.c.Organisation())
	if got := b.cells(storetest.Day); !slices.Equal(got, sums) {
		t.Errorf("rebuilt, the sums are\n%q, were\n%q", got, sums)
	}
	if got := b.reasons(); len(got) != len(aside) {
		t.Errorf("rebuilt, %d facts are aside, %d were", len(got), len(aside))
	}
	if got, err := b.c.Places(t.Context()); err != nil || !slices.Equal(got, places) {
		t.Errorf("rebuilt, the restaurant is %+v, was %+v", got, places)
	}
	b.partsMakeTheWhole(storetest.Day)
	var all int64
	for _, k := range boxes {
		all += k.Head()
	}
	if facts+int64(b.aside()) != all {
		t.Errorf("%d facts were folded and %d set aside, of %d", facts, b.aside(), all)
	}
}
