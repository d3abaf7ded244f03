package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/e2e/rush"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// atCounter is how many of a year's guests order at the counter: a year of whole dinners
// takes an hour to make.
const atCounter = 0.97

// inside is a tablet that asks the box's API in this process.
type inside struct {
	api   http.Handler
	token string
}

// Do asks.
func (i inside) Do(ctx context.Context, method, path string, body []byte, headers ...string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://box"+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Authorization", "Bearer "+i.token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for n := 0; n+1 < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	w := &kept{header: http.Header{}, status: http.StatusOK}
	i.api.ServeHTTP(w, r)
	return w.status, w.body.Bytes(), nil
}

// kept is an answer that is kept.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(b []byte) (int, error) { return k.body.Write(b) }

// lived lets a box live through days of the rush: so many checks a day are ordered,
// printed, cooked, corrected and split, by 64 tablets at once.
func (b *bench) lived(dir string, days, daily int) (err error) {
	const tablets, tables = 64, 120
	var c clock
	today := time.Now().UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	c.set(today.AddDate(0, 0, 1-days).Add(16 * time.Hour)) // a clock that jumps by more than a day is not believed
	x, err := b.diner(dir, c.now, tables)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	place, err := x.Venues.Latest(b.ctx, x.DB)
	if err != nil {
		return err
	}
	token, err := box.Token(config(dir, c.now), "manager", "rush", 2*365*24*time.Hour)
	if err != nil {
		return err
	}
	devices := make([]rush.Device, tablets)
	for i := range devices {
		devices[i] = inside{x.API, token}
	}
	for d := range days {
		opens := today.AddDate(0, 0, d-days+1).Add(17 * time.Hour) // noon in Chicago
		e := rush.Evening{Seed: uint64(d) + 1, Restaurant: place.Restaurant.String(), Tables: tables, Opened: daily, Counter: atCounter, Patience: time.Minute}
		e.Begin = func(n int) { c.set(opens.Add(time.Duration(n) * 9 * time.Hour / time.Duration(daily))) }
		if _, err := e.Serve(b.ctx, devices); err != nil {
			return fmt.Errorf("day %d: %w", d+1, err)
		}
		if err := b.papers(x); err != nil {
			return err
		}
		if d%10 == 9 {
			b.say("history: day %d of %d", d+1, days)
		}
	}
	return nil
}

// diner sets up the house of the rush, with the dishes of the real orders beside its own.
func (b *bench) diner(dir string, now func() time.Time, tables int) (*box.Box, error) {
	v, err := rush.Venue(id.Restaurant{}, "Bench", tables, "tcp://127.0.0.1:1", "tcp://127.0.0.1:2")
	if err != nil {
		return nil, err
	}
	x, err := b.setUp(dir, now, v)
	if err != nil {
		return nil, err
	}
	lunch, err := b.orders.Menu()
	if err == nil {
		var dinner []byte
		if dinner, err = rush.Menu(); err == nil {
			err = b.publish(x, lunch, dinner)
		}
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// publish publishes everything of several menus as one.
func (b *bench) publish(x *box.Box, menus ...[]byte) error {
	var all doc.Menu
	for _, raw := range menus {
		var m doc.Menu
		if err := json.Unmarshal(raw, &m); err != nil {
			return err
		}
		all.Currency, all.Items, all.Groups = m.Currency, append(all.Items, m.Items...), append(all.Groups, m.Groups...)
	}
	raw, err := json.Marshal(all)
	if err == nil {
		_, err = x.Menus.Publish(b.ctx, x.Journal, x.Venues, journal.Meta{Command: id.New[id.Command]()}, raw)
	}
	return err
}

// papers says of every slip that it was printed.
func (b *bench) papers(x *box.Box) error {
	var jobs []event.JobPrinted
	if err := x.DB.View(b.ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT id, ticket, check_id, printer FROM print_job WHERE state = 'queued' ORDER BY seq", nil, func(scan sqlite.Scan) error {
			j := event.JobPrinted{Proven: true}
			err := scan(&j.Job, &j.Ticket, &j.Order, &j.Printer)
			jobs = append(jobs, j)
			return err
		})
	}); err != nil {
		return err
	}
	return each64(len(jobs), func(n int) error {
		_, err := x.Journal.Commit(b.ctx, journal.Meta{Command: id.New[id.Command]()}, func(*sqlite.Tx) ([]event.Payload, error) { return []event.Payload{jobs[n]}, nil })
		return err
	})
}
