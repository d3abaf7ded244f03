package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// restaurant is one place of the group with its box.
type restaurant struct {
	*box.Box
	ctx     context.Context
	s       *stage
	name    string
	checks  int // that it has on a day
	clock   clock
	random  *rand.Rand
	dishes  []*menu.Item
	config  box.Config
	stop    func()
	url     string // of its page, while it runs
	printer map[string]*printersim.Printer
}

// newRestaurant joins a new box to head office by a claim code. It does not run yet.
func newRestaurant(ctx context.Context, s *stage, name string, checks int, at time.Time, cloud, claim string) *restaurant {
	r := &restaurant{ctx: ctx, s: s, name: name, checks: checks, random: rand.New(rand.NewPCG(uint64(checks), 7)), printer: map[string]*printersim.Printer{}}
	r.clock.set(at)
	r.config = box.Config{Dir: filepath.Join(s.TempDir(), "data"), Now: r.clock.now, Log: slog.New(slog.DiscardHandler), SQLite: sqlite.Config{ReserveBytes: -1}}
	_, _, err := box.SetUp(ctx, r.config, box.Setup{Name: "Luz & Maíz " + name, Currency: "USD", Zone: zone, Locale: "en-US", Cloud: cloud, Claim: claim})
	s.must(err)
	r.Box, err = box.New(ctx, r.config)
	s.must(err)
	r.stop = func() { s.must(r.Box.Close()) }
	return r
}

// serve publishes the menu.
func (r *restaurant) serve(ctx context.Context, document []byte) {
	_, err := r.Menus.Publish(ctx, r.Journal, r.Venues, journal.Meta{Command: id.New[id.Command]()}, document)
	r.s.must(err)
	m, err := menu.Parse(document)
	r.s.must(err)
	r.dishes = m.Items
}

// furnish gives the restaurant tables, stations and printers.
func (r *restaurant) furnish(ctx context.Context) {
	v := doc.Venue{Name: "Luz & Maíz " + r.name, Currency: "USD", Zone: zone, Locale: "en-US", Sections: rooms()}
	r.s.must(r.DB.View(ctx, func(q *sqlite.Snapshot) error {
		place, err := r.Venues.Active(q)
		if err == nil {
			v.Restaurant = place.Restaurant
		}
		return err
	}))
	for _, name := range []string{"Grill", "Cold", "Bar"} {
		p, err := printersim.Start(printersim.Config{Name: name, Now: r.clock.now})
		r.s.must(err)
		r.s.Cleanup(func() { p.Close() })
		r.printer[name] = p
		v.Printers = append(v.Printers, doc.Printer{ID: id.Derived[id.Printer](name), Name: name, URL: p.URL()})
		v.Stations = append(v.Stations, doc.Station{ID: id.Derived[id.Station](name), Name: name, Printer: name})
	}
	raw, err := json.Marshal(v)
	r.s.must(err)
	_, err = r.Venues.Publish(ctx, r.Journal, journal.Meta{Command: id.New[id.Command]()}, raw)
	r.s.must(err)
}

// start runs the box and serves its page; the page is told the time of the box.
func (r *restaurant) start() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Work(ctx) }()
	url, shut := serve(r.s, r.API, &r.clock)
	r.url = url
	running := true
	r.stop = func() {
		if !running {
			return
		}
		running = false
		shut()
		cancel()
		r.s.must(<-done)
		r.s.must(r.Box.Close())
	}
	r.s.Cleanup(func() { r.stop() })
}

// serve serves a page on a free port, with a clock of its own.
func serve(s *stage, h http.Handler, c *clock) (url string, shut func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", c.now().UTC().Format(http.TimeFormat))
		h.ServeHTTP(w, r)
	})}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	return "http://" + l.Addr().String(), func() {
		server.Close()
		<-done
	}
}

// do gives a command to an order.
func (r *restaurant) do(ctx context.Context, o id.Order, c order.Command) {
	_, err := r.Orders.Do(ctx, journal.Meta{Command: id.New[id.Command]()}, o, c)
	r.s.must(err)
}

// busy is how much of a day's orders falls into each hour, from 8 am on.
var busy = []int{2, 4, 9, 12, 7, 4, 3, 5, 9, 12, 10, 4}

// sell rings a part of the day's orders: those between two times of the day.
func (r *restaurant) sell(ctx context.Context, from, to time.Time) {
	all := 0
	for _, n := range busy {
		all += n
	}
	opening := time.Date(from.Year(), from.Month(), from.Day(), 8, 0, 0, 0, from.Location())
	for h, share := range busy {
		n := r.checks * share * (80 + r.random.IntN(40)) / all / 100
		for i := range n {
			at := opening.Add(time.Duration(h)*time.Hour + time.Duration(i)*time.Hour/time.Duration(n) + time.Duration(r.random.IntN(50))*time.Second)
			if at.Before(from) || !at.Before(to) {
				continue
			}
			r.clock.set(at)
			r.order(ctx)
		}
	}
}

// order is one order of guests who take it away.
func (r *restaurant) order(ctx context.Context) {
	r.do(ctx, id.New[id.Order](), order.Place{Open: order.Open{Source: "api"}, AddLines: order.AddLines{Lines: r.basket()}})
}

// basket is what some guests have: the first dishes of the menu oftener than the last.
func (r *restaurant) basket() (lines []order.NewLine) {
	for range 1 + r.random.IntN(3) {
		k := min(r.random.IntN(len(r.dishes)), r.random.IntN(len(r.dishes)))
		lines = append(lines, order.NewLine{Item: r.dishes[k].ID, Quantity: int64(1 + r.random.IntN(2)*r.random.IntN(2))})
	}
	return lines
}
