package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// bounds are what a fleet is held to. A machine that others use, too, is slow for a
// moment.
type bounds struct {
	soon time.Duration // from an order's moment to head office's disk, for half of them; for 99 of 100 it is old
	old  time.Duration // from a box's disk to head office's, for every fact
	grow time.Duration // of the facts that are made: what the last third may lack more than the first
}

// bounds at full size have the machine for themselves, in the tests they do not.
func (s *stage) bounds() bounds {
	if s.small {
		return bounds{5 * time.Second, 15 * time.Second, time.Second}
	}
	return bounds{time.Second, 5 * time.Second, 500 * time.Millisecond}
}

// figuresMost is until head office's figures are those of the facts that it has.
const figuresMost = 10 * time.Second

// fleetVerdicts are the promises of a fleet.
type fleetVerdicts struct {
	taken, soon, old, grow, figures, chains, paper, apart, files, cost *promise
}

func (s *stage) fleetVerdicts() *fleetVerdicts {
	return &fleetVerdicts{
		taken:   s.promise("every order is taken, at its first request"),
		soon:    s.promise(fmt.Sprintf("head office has half of the orders within %v, and 99 of 100 within %v", s.bounds().soon, s.bounds().old)),
		old:     s.promise(fmt.Sprintf("no fact waits for head office longer than %v", s.bounds().old)),
		grow:    s.promise("no backlog grows"),
		figures: s.promise("head office's figures are those of the orders, restaurant by restaurant, nothing set aside"),
		chains:  s.promise("head office has the chain of every box to its end"),
		paper:   s.promise("every ticket is on paper"),
		apart:   s.promise("an organisation sees its own restaurants and boxes, and no other's"),
		files:   s.promise("the databases of all are sound, their chains whole and the same"),
		cost:    s.promise("what it costs is told"),
	}
}

// settle waits until head office has everything, and asks it and the boxes.
func (f *fleet) settle(v *fleetVerdicts) {
	for _, x := range []struct {
		p    *promise
		kept func() error
	}{{v.paper, f.printed}, {v.chains, f.chains}, {v.figures, f.figures}} {
		most := f.patience()
		switch {
		case !f.kept():
			most = brokenMost
		case x.p == v.figures: // what it has it has folded soon
			most = figuresMost
		}
		x.p.try(f.within(most, x.kept))
	}
	if n, err := f.counted("tyngo_ingest_batches_total", "tyngo_ingest_commits_total", "tyngo_ingest_duplicates_total", "tyngo_ingest_gaps_total"); err == nil {
		v.chains.tried = fmt.Sprintf(", in %d batches and %d commits; %d batches came twice, %d too early", n...)
	}
	var all rig.Sums
	for _, d := range f.diners {
		s := d.sums()
		all.Orders, all.Cents = all.Orders+s.Orders, all.Cents+s.Cents
	}
	v.figures.tried = fmt.Sprintf("%s in %d restaurants of %d organisations", money(all), len(f.diners), len(f.houses()))
	v.figures.found = "kept, to the cent in each"
	v.taken.tried = fmt.Sprintf("%d orders on %d boxes", v.taken.tries, len(f.diners))
	for _, mine := range f.houses() {
		v.apart.try(f.apart(mine))
	}
	v.paper.tried = fmt.Sprintf("%d orders, two printers a box", all.Orders)
	v.apart.tried = fmt.Sprintf("%d organisations, and the documents of all others", len(f.houses()))
}

// houses are the restaurants of each organisation.
func (f *fleet) houses() (list [][]*diner) {
	at := map[string]int{}
	for _, d := range f.diners {
		i, ok := at[d.organisation]
		if !ok {
			i = len(list)
			at[d.organisation], list = i, append(list, nil)
		}
		list[i] = append(list[i], d)
	}
	return list
}

// chains compares both ends of the replication of every box.
func (f *fleet) chains() error {
	for _, house := range f.houses() {
		var there struct {
			Boxes []struct {
				Box, Digest string
				Last        int64
			}
		}
		if err := house[0].Office.Get(f.ctx, "/api/v1/boxes", &there); err != nil {
			return err
		}
		if len(there.Boxes) != len(house) {
			return fmt.Errorf("%s has %d boxes, head office shows %d", house[0].organisation, len(house), len(there.Boxes))
		}
		for _, d := range house {
			here, err := d.End(f.ctx)
			if err != nil {
				return err
			}
			found := false
			for _, b := range there.Boxes {
				if b.Box == here.Box {
					if found = b.Last == here.Head && b.Digest == here.Digest && here.Acked == here.Head; !found {
						return fmt.Errorf("box %+v, head office %+v", here, b)
					}
				}
			}
			if !found {
				return fmt.Errorf("head office does not know box %s", here.Box)
			}
		}
	}
	return nil
}

// today is what head office shows of an organisation.
type today struct {
	Restaurants []struct {
		ID            string
		Orders, Sales int64
		Boxes         []struct{ ID string }
	}
	Quarantined int
}

// figures compares what head office shows of every restaurant with its orders.
func (f *fleet) figures() error {
	for _, house := range f.houses() {
		var t today
		if err := house[0].Office.Get(f.ctx, "/api/v1/today", &t); err != nil {
			return err
		}
		if t.Quarantined > 0 {
			return fmt.Errorf("%d facts were set aside", t.Quarantined)
		}
		have := map[string]rig.Sums{}
		for _, r := range t.Restaurants {
			have[r.ID] = rig.Sums{Orders: r.Orders, Cents: r.Sales}
		}
		for _, d := range house {
			if err := differ(have[d.Claim.RestaurantID], d.sums()); err != nil {
				return fmt.Errorf("%s: %w", d.at.Box, err)
			}
		}
	}
	return nil
}

// printed compares the orders of every box with those that it was given, and says
// which ticket is not on paper.
func (f *fleet) printed() error {
	return f.each(func(d *diner) error {
		list, have, err := d.OnBox(f.ctx)
		if err == nil {
			err = differ(have, d.sums())
		}
		for _, o := range list {
			for _, k := range o.Tickets {
				if k.State != "printed" {
					return fmt.Errorf("check %s at %s is %s", o.Number, k.Station, k.State)
				}
			}
		}
		return err
	})
}

// apart holds what an organisation is shown: its own, all of it, and nothing else.
func (f *fleet) apart(mine []*diner) error {
	var t today
	if err := mine[0].Office.Get(f.ctx, "/api/v1/today", &t); err != nil {
		return err
	}
	own := map[string]bool{}
	for _, d := range mine {
		own[d.Claim.RestaurantID] = true
	}
	for _, r := range t.Restaurants {
		if !own[r.ID] || len(r.Boxes) != 1 {
			return fmt.Errorf("%s is shown restaurant %s with %d boxes", mine[0].organisation, r.ID, len(r.Boxes))
		}
	}
	if len(t.Restaurants) != len(mine) {
		return fmt.Errorf("%s is shown %d of %d restaurants", mine[0].organisation, len(t.Restaurants), len(mine))
	}
	var shown []byte
	for _, path := range []string{"/api/v1/restaurants", "/api/v1/boxes", "/api/v1/today", "/api/v1/quarantine"} {
		_, raw, err := mine[0].Office.Do(f.ctx, "GET", path, nil)
		if err != nil {
			return err
		}
		shown = append(shown, raw...)
	}
	for _, d := range f.diners {
		if d.organisation == mine[0].organisation {
			continue
		}
		end, err := d.End(f.ctx)
		if err != nil {
			return err
		}
		if bytes.Contains(shown, []byte(d.Claim.RestaurantID)) || bytes.Contains(shown, []byte(end.Box)) {
			return fmt.Errorf("%s is shown restaurant %s or box %s of %s", mine[0].organisation, d.Claim.RestaurantID, end.Box, d.organisation)
		}
		path := "/api/v1/restaurants/" + url.PathEscape(d.Claim.RestaurantID) + "/documents/venue"
		if status, raw, err := mine[0].Office.Do(f.ctx, "GET", path, nil); err != nil || status < 400 {
			return errors.Join(err, fmt.Errorf("GET %s of %s is answered %d to %s: %.200s", path, d.organisation, status, mine[0].organisation, raw))
		}
	}
	return nil
}

// judge reads the files of all, and what was seen of them while they worked.
func (f *fleet) judge(v *fleetVerdicts, w *watcher, began time.Time, seconds int) error {
	most := f.bounds()
	var all []fact
	var answers, soon, waits []time.Duration
	total := make([]int, seconds*looksASecond)
	looks := make([]*look, 0, len(f.diners))
	for _, d := range f.diners {
		l, list, err := f.read(d, w)
		if !v.files.try(err) {
			return nil
		}
		looks = append(looks, l)
		a, b := d.waits(list)
		answers, soon = append(answers, a...), append(soon, b...)
		each := lacks(list, began, seconds)
		for k, x := range each {
			total[k] += x
		}
		under := underWay(list, began)
		waits = append(waits, under...)
		longest := quantile(under, 1)
		v.old.try(over(longest, most.old, "%s waited %d ms for head office", d.at.Box, longest.Milliseconds()))
		v.grow.try(grows(d.at.Box, each, during(list, began, seconds)/seconds))
		all = append(all, list...)
	}
	made := during(all, began, seconds) / seconds
	v.grow.try(grows("all boxes", total, made*int(most.grow)/int(time.Second)))
	v.soon.try(over(quantile(soon, .5), most.soon, "%s", spread(soon)))
	v.soon.try(over(quantile(soon, .99), most.old, "%s", spread(soon)))
	v.soon.tried = fmt.Sprintf("%d orders, from the moment each was due to the disk of head office", len(soon))
	v.soon.found = "kept: " + spread(soon)
	v.taken.found = "kept; answered after " + spread(answers)
	v.old.tried = fmt.Sprintf("%d facts that were made since the first order, from the box's disk to that of head office", len(waits))
	v.old.found = "kept: " + spread(waits)
	v.grow.tried = fmt.Sprintf("%d facts a second; how many of them head office lacked, %d times a second", made, looksASecond)
	v.grow.found = fmt.Sprintf("kept; medians of the thirds of the time: %v facts of all boxes, at most %d", thirds(total), quantile(total, 1))
	v.chains.tried = fmt.Sprintf("%d facts of %d boxes", len(all), len(looks)) + v.chains.tried
	v.files.tried = fmt.Sprintf("integrity_check, and SHA-256 over %d facts, of %d boxes and of head office", len(all), len(looks))
	return f.office(v, looks)
}

// over is an error where a time is more than it may be.
func over(have, most time.Duration, format string, args ...any) error {
	if have <= most {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// grows is an error where the last third lacks more than the first third and some.
func grows(who string, list []int, some int) error {
	m := thirds(list)
	if m[2] <= m[0]+some {
		return nil
	}
	return fmt.Errorf("%s: head office lacked %d, %d, %d facts in the thirds of the time (medians)", who, m[0], m[1], m[2])
}

// underWay are how long the facts were that were made since a moment.
func underWay(list []fact, began time.Time) (waits []time.Duration) {
	for _, x := range list {
		if !x.made.Before(began) {
			waits = append(waits, max(0, x.there.Sub(x.made)))
		}
	}
	return waits
}

// during counts the facts that were made while there were orders.
func during(list []fact, began time.Time, seconds int) (n int) {
	for _, x := range list {
		if !x.made.Before(began) && x.made.Before(began.Add(time.Duration(seconds)*time.Second)) {
			n++
		}
	}
	return n
}

// waits are how long the orders took: to the box's answer, and to head office.
func (d *diner) waits(list []fact) (answers, soon []time.Duration) {
	there := map[string]time.Time{}
	for _, x := range list {
		if x.order != "" {
			there[x.order] = x.there
		}
	}
	for _, p := range d.placed {
		answers = append(answers, p.took)
		if at, ok := there[p.order]; ok {
			soon = append(soon, at.Sub(p.due))
		}
	}
	return answers, soon
}

// read checks the file of a box that was stopped.
func (f *fleet) read(d *diner, w *watcher) (l *look, list []fact, err error) {
	db, err := f.open(d.at.Box, "box.db")
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var box []byte
	if err := db.QueryRow("SELECT id FROM box").Scan(&box); err != nil {
		return nil, nil, fmt.Errorf("read the box: %w", err)
	}
	if l, err = follow(db, box, nil, boxChain); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", d.at.Box, err)
	}
	list, err = w.facts(db, box)
	return l, list, err
}

// office compares the file of head office with those of the boxes.
func (f *fleet) office(v *fleetVerdicts, looks []*look) (err error) {
	db, err := f.open(f.dir, "cloud.db")
	if !v.files.try(err) {
		return nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, box := range looks {
		there, err := follow(db, box.box, nil, cloudChain)
		if err == nil && !box.begins(there) {
			err = fmt.Errorf("box %x has %d facts, and the %d of head office are not the first of them", box.box, box.last, there.last)
		}
		v.files.try(err)
	}
	return nil
}
