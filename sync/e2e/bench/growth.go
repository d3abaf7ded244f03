package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

func mkdirFor(path string) error { return os.MkdirAll(filepath.Dir(path), 0o700) }

// growth is (g): what a history costs: memory, the start, and an order, with one day
// behind it and with a year.
func (b *bench) growth() error {
	dir := filepath.Join(b.dir, "growth")
	day, year := filepath.Join(dir, "day"), filepath.Join(dir, "year")
	if err := b.lived(day, 1, b.size.daily); err != nil {
		return err
	}
	if err := b.year(year); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(year, "box.db"))
	if err != nil {
		return err
	}
	gigabytes := float64(info.Size()) / 1e9
	long := fmt.Sprintf("%d days", b.size.days)
	row := figure("the database after "+long, "GB", gigabytes)
	if b.size.bytes > 0 {
		row = row.least(float64(b.size.bytes) / 1e9)
	}
	b.add(row)
	short, err := b.aged(day)
	if err != nil {
		return err
	}
	defer short.close()
	old, err := b.aged(year)
	if err != nil {
		return err
	}
	defer old.close()
	b.add(figure("start to ready, 1 day of history", "s", short.ready...).most(1))
	b.add(figure("start to ready, "+long+" of history", "s", old.ready...).most(1))
	return errors.Join(b.cost(long, short, old), b.reads(long, old))
}

// year is the long history; it is made once and kept where that is asked for.
func (b *bench) year(dir string) error {
	kept := ""
	if b.keep != "" {
		kept = filepath.Join(b.keep, fmt.Sprintf("rush-%d-%d", b.size.days, b.size.daily))
		if _, err := os.Stat(filepath.Join(kept, "done")); err == nil {
			return copyDir(b.ctx, kept, dir)
		}
		if err := os.RemoveAll(kept); err != nil {
			return err
		}
	}
	if err := b.lived(dir, b.size.days, b.size.daily); err != nil || kept == "" {
		return err
	}
	if err := copyDir(b.ctx, dir, kept); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(kept, "done"), nil, 0o600)
}

// aged is a box with a history behind it.
type aged struct {
	box       *rig.Box
	hot, cold *rig.Printer
	client    *client
	ready     []float64 // seconds from the start to ready, one a start
}

func (a *aged) close() {
	for _, p := range []*rig.Printer{a.hot, a.cold} {
		if p != nil {
			p.Kill()
		}
	}
	if a.box != nil {
		a.box.Kill()
	}
}

// aged starts the box of a directory as often as there are rounds, gives it printers
// and leaves it running.
func (b *bench) aged(dir string) (a *aged, err error) {
	a = &aged{}
	defer func(begun *aged) {
		if err != nil {
			begun.close()
		}
	}(a)
	for range b.size.rounds {
		began := time.Now()
		x, err := rig.StartBox(b.ctx, b.bin, dir, nil, "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		a.ready = append(a.ready, time.Since(began).Seconds())
		if err := x.Stop(); err != nil {
			return nil, err
		}
	}
	for name, p := range map[string]**rig.Printer{"Hot": &a.hot, "Cold": &a.cold} {
		if *p, err = rig.StartPrinter(b.ctx, b.bin, name, filepath.Join(dir, name), "127.0.0.1:0", "", 0); err != nil {
			return a, err
		}
	}
	if a.box, a.client, err = b.open(dir); err != nil {
		return a, err
	}
	v, err := venueFor(b.ctx, &a.client.Client, a.hot.URL, a.cold.URL)
	if err != nil {
		return a, err
	}
	status, raw, err := a.client.Do(b.ctx, "PUT", "/api/v1/venue", v)
	if err == nil && status != 200 {
		err = fmt.Errorf("publish the venue: %d %s", status, raw)
	}
	return a, err
}

// cost compares orders of both boxes, in turn.
func (b *bench) cost(long string, short, old *aged) error {
	const callers = 8
	side := func(a *aged) func(time.Duration) (burst, error) {
		return func(span time.Duration) (burst, error) {
			last := make([]string, callers)
			r, err := drive(callers, 2*span, func(c, n int) (err error) { last[c], err = a.order(b, n); return err })
			for _, o := range last {
				err = errors.Join(err, a.printed(b, o))
			}
			return r, err
		}
	}
	day, year, err := b.inTurn(side(short), side(old))
	if err != nil {
		return err
	}
	b.add(pair("an order with "+long+" of history, 8 callers, p99", "ms", "1 day of history", tails(year), tails(day)).atMost(1.25))
	for _, x := range []struct {
		name string
		*aged
	}{{"1 day", short}, {long, old}} {
		rss, err := x.box.RSS()
		if err != nil {
			return err
		}
		b.add(figure("memory of the box after these orders, "+x.name+" of history", "MiB", float64(rss)/(1<<20)))
	}
	return nil
}

func (a *aged) order(b *bench, n int) (string, error) {
	raw, err := a.client.order(b.ctx, n)
	if err != nil {
		return "", err
	}
	var o struct{ OrderID string }
	return o.OrderID, json.Unmarshal(raw, &o)
}

// printed waits until an order is on paper, so that nothing is left for the other's turn.
func (a *aged) printed(b *bench, order string) error {
	return rig.Within(2*time.Minute, func() error {
		var o struct{ Tickets []struct{ State string } }
		if err := a.client.Get(b.ctx, "/api/v1/orders/"+order, &o); err != nil {
			return err
		}
		for _, t := range o.Tickets {
			if t.State != "printed" && t.State != "sent" {
				return fmt.Errorf("a ticket is still %s", t.State)
			}
		}
		return nil
	})
}
