package rollup_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// books is a real store with one restaurant and its follower of sales.
type books struct {
	t    testing.TB
	path string
	s    *store.Store
	c    store.Scope
	r    id.Restaurant
	f    *rollup.Follower
}

func newBooks(t testing.TB) *books {
	t.Helper()
	b := &books{t: t, path: filepath.Join(t.TempDir(), "cloud.db")}
	s, err := sqlite.Open(context.Background(), b.path)
	b.check(err)
	t.Cleanup(func() { s.Close() })
	b.s = s
	b.c = storetest.Organisation(t, s, "Taquería")
	b.r = storetest.Restaurant(t, b.c, "Riverside")
	b.f = b.follow(rollup.Consumer, rollup.SalesFold)
	return b
}

func (b *books) follow(consumer string, f rollup.Fold) *rollup.Follower {
	return rollup.Follow(b.s, consumer, f, func() <-chan struct{} { return nil }, func() time.Time { return storetest.Now }, slog.New(slog.DiscardHandler))
}

func (b *books) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// fold folds until nothing is behind.
func (b *books) fold() {
	b.t.Helper()
	for range 1000 {
		more, err := b.f.Round(context.Background())
		b.check(err)
		behind, err := b.s.Behind(context.Background(), rollup.Consumer)
		b.check(err)
		if !more && len(behind) == 0 {
			return
		}
	}
	b.t.Fatal("folding has no end")
}

// cells are all sums of some days, as text, by day, dimension, key, metric and hour.
func (b *books) cells(days ...string) []string {
	b.t.Helper()
	var out []string
	for _, day := range days {
		for _, dim := range []string{"", rollup.ByItem} {
			list, err := b.c.Cells(context.Background(), b.r, day, dim)
			b.check(err)
			for _, c := range list {
				if c.N != 0 {
					out = append(out, fmt.Sprintf("%s %02d %s/%s/%s = %d", c.Day, c.Hour, c.Metric, c.Dim, c.Key, c.N))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func (b *books) is(what string, want ...string) {
	b.t.Helper()
	slices.Sort(want)
	if got := b.cells(storetest.Day, next); !slices.Equal(got, want) {
		b.t.Errorf("%s: the sums are\n%q, want\n%q", what, got, want)
	}
}

func (b *books) aside() int {
	b.t.Helper()
	n, err := b.c.Quarantined(context.Background())
	b.check(err)
	return n
}

const next = "2026-11-26" // the business day after storetest.Day

// chicago is storetest.Now's hour of the day there.
const chicago = 3

// till is the journal of one box, as a waiter fills it.
type till struct {
	*storetest.Journal
	t   testing.TB
	box store.Box
	at  time.Time
	day string
	n   int64
}

func (b *books) till() *till {
	b.t.Helper()
	box := storetest.Box(b.t, b.s, b.c, b.r)
	k := &till{Journal: storetest.NewJournal(box.ID), t: b.t, box: box, at: storetest.Now, day: storetest.Day}
	k.say(event.VenuePublished{SHA256: "00", Owner: "box", Restaurant: b.r, Name: "Riverside", Currency: "USD", Zone: "America/Chicago", Locale: "en-US", DayStart: 240})
	return k
}

func (k *till) say(p event.Payload) event.Event {
	k.t.Helper()
	return k.Add(k.t, k.at, k.day, p)
}

func (k *till) open() id.Order {
	k.n++
	o := id.New[id.Order]()
	k.say(event.OrderOpened{Order: o, Number: event.Number{Series: "A", N: k.n}, Type: "dine_in", Table: "12", Source: "tablet"})
	return o
}

func (k *till) line(o id.Order, name string, n int64, unit money.Amount) id.Line {
	l := id.New[id.Line]()
	k.say(event.LineAdded{Order: o, Line: l, Item: id.New[id.Item](), Name: name, Quantity: n, UnitPrice: unit, Amount: unit * money.Amount(n)})
	return l
}

func (k *till) send(o id.Order, total money.Amount, lines ...id.Line) {
	k.say(event.OrderSent{Order: o, Lines: lines, Total: total})
}

func (k *till) status(o id.Order, to string) {
	k.say(event.StatusChanged{Order: o, From: "placed", To: to})
}

// up brings everything to head office.
func (b *books) up(k *till) { b.t.Helper(); k.Upload(b.t, b.s, k.box, k.Head()) }

// remembered looks into the file: how much the fold keeps between facts.
func (b *books) remembered() (rows, size int) {
	b.t.Helper()
	db, err := sql.Open("sqlite", b.path)
	b.check(err)
	defer db.Close()
	b.check(db.QueryRow("SELECT count(*), sum(length(organisation_id) + length(box) + length(consumer) + length(key) + length(body)) FROM fold_state").Scan(&rows, &size))
	return rows, size
}
