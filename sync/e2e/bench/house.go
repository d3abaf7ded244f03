package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// linesOf is how many lines the orders of the figures have.
const linesOf = 3

// threes are the real orders of three lines.
func threes(all lunch.Orders) (list lunch.Orders) {
	for _, o := range all {
		if len(o.Lines) == linesOf {
			list = append(list, o)
		}
	}
	return list
}

// clock is the time of a history that is being made.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time { return time.UnixMilli(c.ms.Load()) }

func (c *clock) set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// venueOf is the restaurant; without printers its stations print nothing, and an
// order costs what it costs without paper.
func venueOf(printers bool) ([]byte, error) {
	raw, err := lunch.Venue("", "Bench", "tcp://127.0.0.1:1", "tcp://127.0.0.1:2")
	if err != nil || printers {
		return raw, err
	}
	var v doc.Venue
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	v.Printers = nil
	for i := range v.Stations {
		v.Stations[i].Printer, v.Stations[i].Fallback = "", ""
	}
	return json.Marshal(v)
}

func config(dir string, now func() time.Time) box.Config {
	return box.Config{Dir: dir, Now: now, Log: slog.New(slog.DiscardHandler), SQLite: sqlite.Config{ReserveBytes: -1}}
}

// house sets a box up in a directory, with the menu of the real orders, and opens it
// without its workers.
func (b *bench) house(dir string, now func() time.Time, printers bool) (*box.Box, error) {
	v, err := venueOf(printers)
	if err != nil {
		return nil, err
	}
	x, err := b.setUp(dir, now, v)
	if err != nil {
		return nil, err
	}
	menu, err := b.orders.Menu()
	if err == nil {
		err = b.publish(x, menu)
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// setUp sets a box up as this venue and opens it.
func (b *bench) setUp(dir string, now func() time.Time, venue []byte) (*box.Box, error) {
	c := config(dir, now)
	if _, _, err := box.SetUp(b.ctx, c, box.Setup{Venue: venue}); err != nil {
		return nil, err
	}
	return box.New(b.ctx, c)
}

// placing is an order as the box's own code takes it.
func placing(o lunch.Order, n int) order.Place {
	p := order.Place{Open: order.Open{Source: "api"}}
	if n%3 != 2 {
		p.Table = strconv.Itoa(n%24 + 1)
	}
	for _, l := range o.Lines {
		p.Lines = append(p.Lines, order.NewLine{Item: l.ItemID(), Quantity: l.Quantity, Modifications: l.Choices})
	}
	return p
}

// place places the n-th order once, under a new key.
func (b *bench) place(x *box.Box, n int) (journal.Receipt, error) {
	m := journal.Meta{Command: id.New[id.Command]()}
	c := m.Command
	sum := sha256.Sum256(c.Bytes())
	m.Body = &sum
	return x.Orders.Do(b.ctx, m, id.Made[id.Order](m.Command, 0), placing(b.three[n%len(b.three)], n))
}

// backlogOf is a box that lived through so many facts without a line.
func (b *bench) backlogOf(dir string) (facts int64, err error) {
	const factsOfOrder = 9 // placed with three lines, routed, cooked, served
	x, err := b.house(dir, time.Now, false)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if err := each64(int(b.size.backlog/factsOfOrder)+1, func(n int) error { return b.visit(x, n) }); err != nil {
		return 0, err
	}
	facts, _, err = x.Journal.Head(b.ctx)
	return facts, err
}

// forgotten: of so many orders one is never moved on after it was sent.
const forgotten = 4

// visit is an order from the first line to the table, by the box's own code.
func (b *bench) visit(x *box.Box, n int) error {
	r, err := b.place(x, n)
	if err != nil {
		return err
	}
	var o id.Order
	for _, e := range r.Events {
		switch p := e.Payload.(type) {
		case event.OrderOpened:
			o = p.Order
		case event.TicketRouted:
			if p.Job.IsZero() {
				continue
			}
			say := func(*sqlite.Tx) ([]event.Payload, error) {
				return []event.Payload{event.JobPrinted{Job: p.Job, Ticket: p.Ticket, Order: p.Order, Printer: p.Printer, Proven: true}}, nil
			}
			if _, err := x.Journal.Commit(b.ctx, journal.Meta{Command: id.New[id.Command]()}, say); err != nil {
				return err
			}
		}
	}
	if n%forgotten == 0 {
		return nil
	}
	for _, to := range []order.Status{order.StatusPreparing, order.StatusReady, order.StatusServed} {
		if _, err := x.Orders.Do(b.ctx, journal.Meta{Command: id.New[id.Command]()}, o, order.SetStatus{To: to}); err != nil {
			return err
		}
	}
	return nil
}

// each64 does something so many times, 64 at once.
func each64(times int, op func(n int) error) error {
	var wg sync.WaitGroup
	errs := make([]error, 64)
	for i := range errs {
		wg.Go(func() {
			for n := i; n < times && errs[i] == nil; n += len(errs) {
				errs[i] = op(n)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// venueFor is the venue in force with its printers elsewhere.
func venueFor(ctx context.Context, c *rig.Client, hot, cold string) ([]byte, error) {
	var v doc.Venue
	if err := c.Get(ctx, "/api/v1/venue", &v); err != nil {
		return nil, err
	}
	for i := range v.Printers {
		v.Printers[i].URL = map[string]string{"Hot": hot, "Cold": cold}[v.Printers[i].Name]
	}
	return json.Marshal(v)
}

// copyDir copies the files of a box that is not running.
func copyDir(ctx context.Context, from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return errors.Join(ctx.Err(), copyFile(path, filepath.Join(to, rel)))
	})
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return out.Sync()
}
