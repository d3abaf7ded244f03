package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

const (
	parties  = 4                // organisations of the fleet
	joinAt   = 4                // restaurants that are built at once
	idleMost = 60 * time.Second // until everything of the joining is at head office
)

// diner is one restaurant of the fleet, with the orders that it was given.
type diner struct {
	*rig.Restaurant
	organisation string
	at           rig.Places
	printers     []*printersim.Printer // in this process: two hundred more would be its load
	mu           sync.Mutex
	placed       []placement
}

// placement is one order: when it was due, what it came to, and how long after it
// was due the box answered.
type placement struct {
	due   time.Time
	took  time.Duration
	cents int64
	order string // empty: it was not taken
}

// fleet is one head office with the boxes of several organisations.
type fleet struct {
	*stage
	cloud  *rig.Cloud
	dir    string // of head office
	diners []*diner
}

// boxes joins a fleet and gives each box an order a second, as the clock says and
// not as the answers come, for a minute: no backlog may grow.
func boxes(s *stage) (err error) {
	n, seconds := s.size(4, 100), s.size(5, 60)
	f, err := s.fleet(n)
	defer f.kill()
	if err != nil {
		return err
	}
	v := s.fleetVerdicts()
	quiet, err := f.idle(time.Duration(s.size(1, 10)) * time.Second)
	if err != nil {
		return err
	}
	w, err := watch(s.ctx, f.dir)
	if err != nil {
		return err
	}
	before, err := f.cpu()
	began := time.Now().Add(100 * time.Millisecond).Truncate(time.Millisecond)
	f.orders(began, seconds, v.taken)
	after, err2 := f.cpu()
	memory, err3 := f.rss()
	if err := errors.Join(err, err2, err3); err != nil {
		return errors.Join(err, w.end())
	}
	v.cost.try(nil)
	v.cost.tried = fmt.Sprintf("%d boxes for %v without an order, then %d s with one a second each", n, quiet.over.Round(time.Second), seconds)
	v.cost.found = fmt.Sprintf("of one core: idle %s; with orders %s; resident: %s", quiet, after.since(before, time.Since(began)), memory)
	f.settle(v)
	if err := w.end(); err != nil {
		return err
	}
	if err := f.stop(); err != nil {
		return err
	}
	return f.judge(v, w, began, seconds)
}

// fleet starts head office and n boxes, and waits until what they said of
// themselves is there.
func (s *stage) fleet(n int) (f *fleet, err error) {
	f = &fleet{stage: s, dir: filepath.Join(s.dir, "cloud"), diners: make([]*diner, n)}
	if f.cloud, err = rig.StartCloud(s.ctx, s.bin, f.dir, s.log, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"); err != nil {
		return f, err
	}
	line := &http.Transport{MaxIdleConnsPerHost: 8}
	bar := s.bar(n, "boxes joined")
	failed := make([]error, n)
	var wg sync.WaitGroup
	next := make(chan int)
	for range joinAt {
		wg.Go(func() {
			for i := range next {
				if f.diners[i], failed[i] = f.join(i); failed[i] == nil {
					f.diners[i].Client.HTTP = &http.Client{Transport: line, Timeout: 20 * time.Second}
				}
				_ = bar.Add(1) // a bar that cannot be drawn stops nothing
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	if err := errors.Join(failed...); err != nil {
		return f, err
	}
	return f, s.within(idleMost, f.chains)
}

// join builds restaurant i. Each begins elsewhere in the file of orders, so that no
// two have the same figures.
func (f *fleet) join(i int) (*diner, error) {
	dir := filepath.Join(f.stage.dir, fmt.Sprintf("restaurant-%03d", i+1))
	d := &diner{organisation: fmt.Sprintf("House %d", i%parties+1), at: rig.Below(dir)}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return d, err
	}
	turn := i * 37 % len(f.stage.orders)
	orders := append(slices.Clone(f.stage.orders[turn:]), f.stage.orders[:turn]...)
	urls := make([]string, 2)
	for k := range urls {
		p, err := printersim.Start(printersim.Config{})
		if err != nil {
			return d, err
		}
		d.printers, urls[k] = append(d.printers, p), p.URL()
	}
	var err error
	d.Restaurant, err = rig.JoinPlain(f.ctx, f.bin, d.at, lunch.Orders(orders), f.log, f.cloud, d.organisation, fmt.Sprintf("Restaurant %d", i+1), urls[0], urls[1])
	return d, err
}

// orders gives every box an order a second, and waits for the answers. The boxes'
// moments are spread over the second.
func (f *fleet) orders(began time.Time, seconds int, taken *promise) {
	bar := f.bar(seconds*len(f.diners), "orders")
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i, d := range f.diners {
		offset := time.Duration(i) * time.Second / time.Duration(len(f.diners))
		wg.Go(func() {
			for k := range seconds {
				due := began.Add(time.Duration(k)*time.Second + offset)
				select {
				case <-time.After(time.Until(due)):
				case <-f.ctx.Done():
					return
				}
				wg.Go(func() {
					err := d.order(f.stage, k, due)
					mu.Lock()
					defer mu.Unlock()
					taken.try(err)
					_ = bar.Add(1)
				})
			}
		})
	}
	wg.Wait()
}

// order places order k, once.
func (d *diner) order(s *stage, k int, due time.Time) error {
	o := d.Orders[k%len(d.Orders)]
	body, err := o.Body(k, d.Claim.RestaurantID)
	if err != nil {
		return err
	}
	status, raw, err := d.Client.Do(s.ctx, "POST", "/api/v1/orders", body, "Idempotency-Key", d.Key(k))
	p := placement{due: due, took: time.Since(due), cents: int64(o.Total())}
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("%d %s", status, raw)
	}
	if err == nil {
		var said struct{ OrderID string }
		err = json.Unmarshal(raw, &said)
		p.order = said.OrderID
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.placed = append(d.placed, p)
	if err != nil {
		err = fmt.Errorf("%s, order %s: %w", d.at.Box, o.ID, err)
	}
	return err
}

// sums are what the orders that were taken come to.
func (d *diner) sums() (s rig.Sums) {
	for _, p := range d.placed {
		if p.order != "" {
			s.Orders++
			s.Cents += p.cents
		}
	}
	return s
}

// each asks one after the other; the first error ends it.
func (f *fleet) each(do func(d *diner) error) error {
	for _, d := range f.diners {
		if err := do(d); err != nil {
			return fmt.Errorf("%s: %w", d.at.Box, err)
		}
	}
	return nil
}

// stop ends the programs that have databases, the boxes before their head office.
func (f *fleet) stop() error {
	failed := make([]error, len(f.diners))
	var wg sync.WaitGroup
	for i, d := range f.diners {
		wg.Go(func() { failed[i] = d.Box.Stop() })
	}
	wg.Wait()
	return errors.Join(append(failed, f.cloud.Stop())...)
}

func (f *fleet) kill() {
	for _, d := range f.diners {
		if d == nil {
			continue
		}
		if d.Restaurant != nil {
			d.Kill()
		}
		for _, p := range d.printers {
			_ = p.Close() // nobody prints any more
		}
	}
	if f.cloud != nil {
		f.cloud.Kill()
	}
}
