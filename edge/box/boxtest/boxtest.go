// Package boxtest is a whole box for tests: real SQLite, real HTTP, virtual
// printers on real sockets.
package boxtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// Ids of the house that every test knows.
const (
	Restaurant = "0198f000-0000-7000-8000-000000000001"
	Bowl       = "0198f000-0000-7000-8000-000000000101" // Chicken Bowl, $8.75, hot, 15 minutes
	Chips      = "0198f000-0000-7000-8000-000000000102" // Chips, $2.15, cold
	Stew       = "0198f000-0000-7000-8000-000000000103" // Stew, $12.00, of a station that is not there
)

// Menu is the menu of the house.
const Menu = `{"currency":"USD",
 "items":[
  {"id":"` + Bowl + `","name":"Chicken Bowl","price":8.75,"station":"Hot line","prep_minutes":15,"category":"Bowls","modifier_groups":["Fillings"]},
  {"id":"` + Chips + `","name":"Chips","price":2.15,"station":"Cold line","category":"Sides"},
  {"id":"` + Stew + `","name":"Stew","price":12,"station":"Nowhere","category":"Bowls","prep_minutes":25}],
 "modifier_groups":[{"name":"Fillings","modifiers":[
  {"id":"0198f000-0000-7000-8000-000000000201","name":"Guacamole","price":2.00},
  {"id":"0198f000-0000-7000-8000-000000000202","name":"Rice"}]}]}`

// House is one box with its printers.
type House struct {
	*box.Box
	T         testing.TB
	Server    *httptest.Server
	Hot, Cold *printersim.Printer
	Token     string // of a manager
	config    box.Config
	stop      func()
}

// Option changes how a house is built.
type Option func(*House)

// Twice runs every closure of the engine twice.
func Twice(h *House) { h.config.SQLite.Twice = true }

// At sets the clock.
func At(now func() time.Time) Option { return func(h *House) { h.config.Now = now } }

// Elapsed sets the time that passes, however the clock is set.
func Elapsed(passed func() time.Duration) Option { return func(h *House) { h.config.Elapsed = passed } }

// Start builds a house and opens it: set up, menu imported, workers running.
func Start(t testing.TB, options ...Option) *House {
	t.Helper()
	h := &House{T: t, config: box.Config{Dir: filepath.Join(t.TempDir(), "data"), Now: time.Now, Log: slog.New(slog.DiscardHandler),
		SQLite: sqlite.Config{ReserveBytes: -1}}}
	for _, o := range options {
		o(h)
	}
	h.Hot, h.Cold = Printer(t, "Hot"), Printer(t, "Cold")
	empty, err := schema()
	if err == nil {
		err = errors.Join(os.Mkdir(h.config.Dir, 0o700), os.WriteFile(filepath.Join(h.config.Dir, "box.db"), empty, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := box.SetUp(t.Context(), h.config, box.Setup{Venue: Venue(h.Hot.URL(), h.Cold.URL())}); err != nil {
		t.Fatal(err)
	}
	h.Open()
	if _, err := h.Menus.Publish(t.Context(), h.Journal, h.Venues, journal.Meta{Command: id.New[id.Command]()}, []byte(Menu)); err != nil {
		t.Fatal(err)
	}
	return h
}

// schema is a database with nothing in it: its migrations, a third of the time that a
// house takes to build, are done once for all houses of a test program.
var schema = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "boxtest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "box.db")
	db, err := sqlite.Open(context.Background(), path, sqlite.Config{ReserveBytes: -1})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Printer is a virtual printer that prints at once.
func Printer(t testing.TB, name string) *printersim.Printer {
	t.Helper()
	p, err := printersim.Start(printersim.Config{Listen: "127.0.0.1:0", Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// Venue is the venue document of the house.
func Venue(hot, cold string) []byte {
	v := doc.Venue{Restaurant: id.Must[id.Restaurant](Restaurant), Name: "Luz & Maíz", Currency: "USD", Zone: "America/Chicago", Locale: "en-US", DayStart: "04:00",
		Printers: []doc.Printer{
			{ID: id.Must[id.Printer]("0198f000-0000-7000-8000-000000000011"), Name: "Hot", URL: hot},
			{ID: id.Must[id.Printer]("0198f000-0000-7000-8000-000000000012"), Name: "Cold", URL: cold}},
		Stations: []doc.Station{
			{ID: id.Must[id.Station]("0198f000-0000-7000-8000-000000000021"), Name: "Hot line", Printer: "Hot", Fallback: "Cold"},
			{ID: id.Must[id.Station]("0198f000-0000-7000-8000-000000000022"), Name: "Cold line", Printer: "Cold", Fallback: "Hot"}},
		Sections: []doc.Section{{Name: "Dining room", Tables: []doc.Table{{Name: "1", Seats: 2}, {Name: "12", Seats: 4}, {Name: "B4", Seats: 1}}}}}
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // a plain struct always encodes
	}
	return raw
}

// Open opens the box on its data directory and starts its workers.
func (h *House) Open() {
	h.T.Helper()
	b, err := box.New(h.T.Context(), h.config)
	if err != nil {
		h.T.Fatal(err)
	}
	h.Box = b
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Work(ctx) }()
	h.Server = httptest.NewUnstartedServer(b.API)
	h.Server.Config.BaseContext = nil
	h.Server.Start()
	over := false
	h.stop = func() {
		if over {
			return
		}
		over = true
		h.Server.CloseClientConnections()
		h.Server.Close()
		cancel()
		if err := <-done; err != nil {
			h.T.Errorf("the box ended with: %v", err)
		}
		if err := b.Close(); err != nil {
			h.T.Errorf("close the box: %v", err)
		}
	}
	h.T.Cleanup(h.stop)
	if h.Token, err = box.Token(h.config, "manager", "test", time.Hour); err != nil {
		h.T.Fatal(err)
	}
}

// Stop closes the box.
func (h *House) Stop() { h.stop() }

// Answer is what the box said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON reads the answer.
func (a Answer) JSON(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("%s: %v", a.Body, err)
	}
}

// Do sends a request as the manager; headers are name, value, name, value.
func (h *House) Do(method, path, body string, headers ...string) Answer {
	h.T.Helper()
	r, err := http.NewRequestWithContext(h.T.Context(), method, h.Server.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		h.T.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.Token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		h.T.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		h.T.Fatal(err)
	}
	return Answer{res.StatusCode, res.Header, raw}
}

// Until waits for something that the box does by itself.
func (h *House) Until(what string, ok func() bool) {
	h.T.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for {
		changed := h.Journal.Changed()
		_, states := h.Spool.States()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-states:
		case <-deadline.C:
			h.T.Fatalf("after 20 s still not: %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Mint makes a token of this box.
func (h *House) Mint(role, name string) string {
	h.T.Helper()
	token, err := box.Token(h.config, role, name, time.Hour)
	if err != nil {
		h.T.Fatal(err)
	}
	return token
}

// Tables are all tables that are accounted for.
func (h *House) Tables() []string {
	names := append([]string(nil), box.Projected...)
	for name := range box.NotProjected {
		names = append(names, name)
	}
	return names
}

// Dump is every projected table of the stopped box as text.
func (h *House) Dump() (map[string]string, error) {
	db, err := sqlite.Open(h.T.Context(), filepath.Join(h.config.Dir, "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return dump(h.T.Context(), db)
}

// Replay projects the stopped box's journal into an empty database and dumps that.
func (h *House) Replay() (map[string]string, error) {
	ctx := h.T.Context()
	from, err := sqlite.Open(ctx, filepath.Join(h.config.Dir, "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := sqlite.Open(ctx, filepath.Join(h.T.TempDir(), "replayed.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		return nil, err
	}
	defer to.Close()
	if err := journal.Replay(ctx, from, to, box.Projectors()); err != nil {
		return nil, err
	}
	return dump(ctx, to)
}

func dump(ctx context.Context, db *sqlite.DB) (map[string]string, error) {
	out := map[string]string{}
	return out, db.View(ctx, func(q *sqlite.Snapshot) error {
		for _, table := range box.Projected {
			rows, err := sqlite.Dump(q, table)
			if err != nil {
				return err
			}
			out[table] = rows
		}
		return nil
	})
}

// Edit changes the database of the stopped box.
func (h *House) Edit(fn func(*sqlite.Tx) error) error {
	db, err := sqlite.Open(h.T.Context(), filepath.Join(h.config.Dir, "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(h.T.Context(), fn)
}
