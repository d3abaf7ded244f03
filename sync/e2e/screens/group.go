package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

const zone = "America/Chicago"

// group is Luz & Maíz: head office and its restaurants, the first of which is Harbor.
type group struct {
	ctx         context.Context
	s           *stage
	clock       clock // of head office
	office      *hq.Office
	scope       store.Scope
	url         string // of its page
	boxURL      string // for boxes
	restaurants []*restaurant
	harbor      *harbor
}

// places are the restaurants and how many checks they have on a day.
var places = []struct {
	name   string
	checks int
}{
	{"Harbor", 401}, {"Station Square", 396}, {"Old Mill", 302}, {"Market Hall", 341}, {"Northgate", 251},
	{"University", 322}, {"Riverside", 214}, {"Garden Court", 188}, {"Lakeside", 160},
}

// at is a time of the day on which all pictures are taken.
func at(hour, minute, second int) time.Time {
	place, err := time.LoadLocation(zone)
	if err != nil {
		panic(err) // hq brings the zones along
	}
	return time.Date(2026, time.November, 24, hour, minute, second, 0, place)
}

// now is when the pictures are taken.
func now() time.Time { return at(19, 42, 8) }

// open starts head office and joins the boxes, in the morning.
func open(ctx context.Context, s *stage, menuPath string) *group {
	document, err := menuOf(menuPath)
	s.must(err)
	g := &group{ctx: ctx, s: s}
	g.clock.set(at(7, 0, 0))
	firstBox(ctx, s)
	g.startOffice()
	org, err := g.office.Accounts.Organisation(ctx, "Luz & Maíz")
	s.must(err)
	g.scope = g.office.Store.In(org.ID)
	for _, p := range places {
		place := store.Restaurant{ID: id.New[id.Restaurant](), Name: p.name}
		s.must(g.scope.AddRestaurant(ctx, place, g.clock.now()))
		claim, err := g.office.Fleet.NewClaim(ctx, g.scope, place.ID, id.Box{})
		s.must(err)
		r := newRestaurant(ctx, s, p.name, p.checks, at(7, 0, 0), g.boxURL, claim.String())
		r.serve(ctx, document)
		g.restaurants = append(g.restaurants, r)
	}
	g.harbor = &harbor{restaurant: g.restaurants[0]}
	return g
}

// firstBox opens a box before anything else: it chooses how its process locks files,
// and SQLite takes that only before the first lock.
func firstBox(ctx context.Context, s *stage) {
	b, err := box.New(ctx, box.Config{Dir: filepath.Join(s.TempDir(), "data"), Now: time.Now, Log: slog.New(slog.DiscardHandler), SQLite: sqlite.Config{ReserveBytes: -1}})
	s.must(err)
	s.must(b.Close())
}

func (g *group) startOffice() {
	ctx, cancel := context.WithCancel(context.Background())
	config := hq.Config{Dir: filepath.Join(g.s.TempDir(), "cloud"), Listen: "127.0.0.1:0", Box: "127.0.0.1:0", MQTT: "127.0.0.1:0",
		Now: g.clock.now, Log: slog.New(slog.DiscardHandler)}
	started, done := make(chan hq.Addresses, 1), make(chan error, 1)
	go func() {
		done <- hq.Serve(ctx, config, func(o *hq.Office, at hq.Addresses) {
			g.office = o
			started <- at
		})
	}()
	select {
	case a := <-started:
		g.boxURL = a.Box
	case err := <-done:
		g.s.Fatalf("head office does not start: %w", err)
	}
	url, shut := serve(g.s, g.office.API, &g.clock)
	g.url = url
	g.s.Cleanup(func() {
		shut()
		cancel()
		g.s.must(<-done)
	})
}

// day lets all restaurants have their day until now. Lakeside loses its line at
// 6:54: it keeps serving, and head office does not know what.
func (g *group) day() {
	evening := at(19, 41, 0)
	var all sync.WaitGroup
	for _, r := range g.restaurants[1:] {
		last := evening
		if r.name == "Lakeside" {
			last = at(18, 54, 0)
		}
		all.Go(func() { r.sell(g.ctx, at(8, 0, 0), last) })
	}
	all.Go(func() { g.harbor.day(g.ctx) })
	all.Wait()

	lakeside := g.restaurants[len(g.restaurants)-1]
	g.clock.set(at(18, 54, 0))
	lakeside.clock.set(at(18, 54, 0))
	lakeside.start()
	g.caughtUp(lakeside)
	lakeside.stop()
	g.s.until("Lakeside is dark", func() bool { return !g.standing(lakeside).Presence.Online })

	begun := now().Add(-2 * time.Minute)
	g.clock.set(begun)
	running := g.restaurants[:len(g.restaurants)-1]
	for _, r := range running {
		r.clock.set(begun)
		r.start()
		g.caughtUp(r)
	}
	for i, r := range running[1:] { // and somebody orders while we look
		moment := now().Add(-time.Duration(20+7*len(running)-7*i) * time.Second)
		g.clock.set(moment)
		r.clock.set(moment)
		r.order(g.ctx)
		g.caughtUp(r)
	}
	for _, r := range running {
		r.clock.set(now())
	}
	g.clock.set(now())
}

// caughtUp waits until head office has all that a box has.
func (g *group) caughtUp(r *restaurant) {
	g.s.until(r.name+" is stored at head office", func() bool {
		head, _, err := r.Journal.Head(g.ctx)
		g.s.must(err)
		return g.standing(r).Cursor.Last == head
	})
}

func (g *group) standing(r *restaurant) store.Standing {
	list, err := g.scope.Standings(g.ctx)
	g.s.must(err)
	for _, st := range list {
		if st.ID == r.Journal.Box() {
			return st
		}
	}
	return store.Standing{}
}

// code signs a person in at head office.
func (g *group) code() string {
	code, err := g.office.Accounts.MakeCode(g.ctx, g.scope, "Regional ops")
	g.s.must(err)
	return code
}
