// Package api is the HTTP border of the box: the public API, the tablet's API,
// and the pages. It decodes, calls one method of the package that owns the
// matter, and encodes.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/guest"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/kitchen"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/ui"
)

// Config is what the API stands on.
type Config struct {
	Journal  *journal.Journal
	Venues   *venue.Book
	Menus    *menu.Book
	Orders   *order.Book
	Payments *payment.Book
	Floor    *floor.Book
	Guests   *guest.Book
	Staff    *staff.Book
	Spool    *kitchen.Spool
	Keys     *door.Keys
	Site     *ui.Site
	Lights   func(ctx context.Context) []Light
	Clock    func(ctx context.Context) (Clock, error)
	Confirm  func(ctx context.Context, m journal.Meta, to time.Time) (journal.Receipt, error) // a manager's word on the time
	Uplink   func() Uplink
	Origin   func() (Origin, error)
	Enrol    http.Handler // page that lets a device in
	CA       http.Handler // what it installs
	Series   string       // letter of this incarnation
	Version  string
	Now      func() time.Time
	Log      *slog.Logger
}

// Light says how one function of the box is, for staff.
type Light struct {
	Name  string `json:"name" enum:"box,kitchen,clock,lan,hq"`
	State string `json:"state" enum:"ok,warn,bad"`
	Words string `json:"words" doc:"Empty where all is well"`
	Since int64  `json:"since" doc:"UTC milliseconds"`
}

// Origin is how tablets of the network reach the box.
type Origin struct {
	Name        string   `json:"name" doc:"Of the box, for life"`
	Origin      string   `json:"origin" doc:"Where tablets work; empty: the box does not serve the network"`
	Enrol       []string `json:"enrol" doc:"Where a tablet is let in, over plain HTTP"`
	Fingerprint string   `json:"fingerprint" doc:"SHA-256 of the certificate that a tablet installs; empty before it was made"`
	Until       int64    `json:"until" doc:"UTC milliseconds: end of the certificate that is shown; it is renewed 30 days before"`
	Words       string   `json:"words" doc:"What keeps tablets out; empty where nothing does"`
}

// Uplink is how replication to head office is.
type Uplink struct {
	Box    string `json:"box"`
	Epoch  int64  `json:"epoch"`
	Head   int64  `json:"head" doc:"Last fact of the box"`
	Acked  int64  `json:"acked" doc:"Last fact that head office has on its disk"`
	Digest string `json:"digest" doc:"Of the history up to head"`
	State  string `json:"state" enum:"off,offline,online,fork,fenced,bad"`
	Since  int64  `json:"since" doc:"UTC milliseconds"`
	Words  string `json:"words"`
}

// Clock is how the time of the box is.
type Clock struct {
	Now     int64  `json:"now" doc:"UTC milliseconds: the time that facts get"`
	Machine int64  `json:"machine" doc:"UTC milliseconds: what the machine's own clock says"`
	Doubt   string `json:"doubt" enum:",behind,ahead,jumped" doc:"Why that is not believed; empty: it is"`
	Since   int64  `json:"since,omitempty" doc:"UTC milliseconds"`
}

// API serves the box.
type API struct {
	Config
	door    *door.Door
	router  chi.Router
	metrics *metrics
	ready   readiness
	streams chan struct{} // a place for each open stream
	tail    *tail

	stop     sync.Once
	stopping chan struct{} // closed by Stop
}

// streamsMost is how many streams may be open at once.
const streamsMost = 128

// New wires every route.
func New(c Config) *API {
	a := &API{Config: c, router: chi.NewRouter(), streams: make(chan struct{}, streamsMost),
		tail: &tail{journal: c.Journal, series: c.Series}, stopping: make(chan struct{})}
	a.door = door.New(door.Config{Name: "tyngo_box", Rules: table, Session: c.Staff.Session, Keys: c.Keys, Program: c.Staff.Program,
		Revoked: c.Staff.Revoked, Seen: c.Staff.Saw, May: staff.May, Roles: staff.Roles(), Now: c.Now, Log: c.Log})
	reg := prometheus.NewRegistry()
	a.metrics = newMetrics(reg, c)
	for _, m := range a.door.Middlewares(a.router) {
		a.router.Use(m)
	}
	a.router.Use(packed)
	a.routes(promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	return a
}

// ServeHTTP serves the box.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.router.ServeHTTP(w, r) }

// Stop ends the streams, which would never end by themselves; all else goes on.
func (a *API) Stop() { a.stop.Do(func() { close(a.stopping) }) }

// Router is for the test that holds every route against the authorization table.
func (a *API) Router() chi.Router { return a.router }
