package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// afterwards are the promises about what is left of box and head office.
type afterwards struct {
	served, lean, sound, made, office *promise
}

func (s *stage) afterwards() *afterwards {
	return &afterwards{
		served: s.promise("afterwards a manager puts things right, and orders are taken in the usual time and are on paper"),
		lean:   s.promise("memory and open files of both programs do not grow without bounds"),
		sound:  s.promise("both databases are sound, and their chains are whole"),
		made:   s.promise("the facts of the box, projected into empty tables, make the tables that are there, and whoever sits or orders is somewhere"),
		office: s.promise("head office has every fact, and could fold each"),
	}
}

// Bounds of what a restaurant may feel afterwards.
const (
	usualTimes  = 3                     // as long as before
	usualMore   = 25 * time.Millisecond // and so much longer
	rssTimes    = 3
	rssMore     = 96 << 20
	handlesMore = 40
	usualOrders = 60
	foldMost    = 5 * time.Minute
)

// standing is how the programs were before.
type standing struct {
	order        time.Duration // the median of some orders
	rss          [2]int64
	handles      [2]int
	firstOrdered int
}

func (s *stage) processes(r *rig.Restaurant) [2]*rig.Process {
	return [2]*rig.Process{r.Box.Process, r.Cloud.Process}
}

func (v *afterwards) begin(s *stage, r *rig.Restaurant) (b standing, err error) {
	b.firstOrdered = 1_000_000 // far from the orders of the rounds
	if b.order, err = s.usual(r, b.firstOrdered); err != nil {
		return b, err
	}
	for i, p := range s.processes(r) {
		if b.rss[i], err = p.RSS(); err != nil {
			return b, err
		}
		if b.handles[i], err = p.Handles(); err != nil {
			return b, err
		}
	}
	return b, nil
}

// usual is the median time of some orders, one after the other.
func (s *stage) usual(r *rig.Restaurant, from int) (time.Duration, error) {
	var took []time.Duration
	for n := range usualOrders {
		began := time.Now()
		if _, _, err := r.Place(s.ctx, from+n); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

func (v *afterwards) judge(s *stage, f *field, r *rig.Restaurant, at rig.Places, before standing) error {
	if !v.served.try(f.restore(r)) {
		return nil
	}
	now, err := s.usual(r, before.firstOrdered+usualOrders)
	if v.served.try(err); err == nil && now > usualTimes*before.order+usualMore {
		v.served.try(fmt.Errorf("an order took %v before, and takes %v now", before.order, now))
	}
	v.served.try(s.within(paperMost, func() error {
		var list struct {
			Orders []rig.Order
		}
		if err := r.Client.Get(s.ctx, "/api/v1/orders?status=placed&limit=500", &list); err != nil {
			return err
		}
		for _, o := range list.Orders {
			for _, k := range o.Tickets {
				if k.State == "waiting" {
					return fmt.Errorf("check %s at %s is %s", o.Number, k.Station, k.State)
				}
			}
		}
		return nil
	}))
	v.served.tried = fmt.Sprintf("%d orders", usualOrders)
	v.served.found = fmt.Sprintf("kept: the median order took %.1f ms before and %.1f ms now", ms(before.order), ms(now))
	v.office.try(s.within(foldMost, func() error { return r.Chains(s.ctx) }))
	v.office.try(s.within(s.patience(), func() error { _, err := r.AtOffice(s.ctx); return err }))
	end, err := r.End(s.ctx)
	if err != nil {
		return err
	}
	v.office.tried = fmt.Sprintf("%d facts", end.Head)
	v.grown(s, r, before)
	if err := r.Box.Stop(); err != nil {
		return err
	}
	seen, err := r.Box.Doctor(s.ctx)
	v.made.try(err)
	v.made.tried = fmt.Sprintf("%d facts, %d rows of %d tables", seen.Facts, seen.Rows, seen.Tables)
	if err := r.Cloud.Stop(); err != nil {
		return err
	}
	box, err := s.lookBox(at.Box, nil)
	if !v.sound.try(err) {
		return nil
	}
	cloud, err := s.lookCloud(at.Cloud, box.box, nil)
	if !v.sound.try(err) {
		return nil
	}
	if !box.begins(cloud) {
		err = fmt.Errorf("the box has %d facts, and the %d of head office are not the first of them", box.last, cloud.last)
	}
	v.sound.try(err)
	v.sound.tried = fmt.Sprintf("integrity_check, and SHA-256 over %d facts of the box and %d of head office", box.last, cloud.last)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (v *afterwards) grown(s *stage, r *rig.Restaurant, before standing) {
	v.lean.tried, v.lean.found = "before and after", "kept:"
	for i, p := range s.processes(r) {
		rss, err := p.RSS()
		v.lean.try(err)
		handles, err := p.Handles()
		v.lean.try(err)
		if rss > rssTimes*before.rss[i]+rssMore {
			v.lean.try(fmt.Errorf("%s had %d MiB, and has %d", p.Name, before.rss[i]>>20, rss>>20))
		}
		if handles > before.handles[i]+handlesMore {
			v.lean.try(fmt.Errorf("%s had %d files open, and has %d", p.Name, before.handles[i], handles))
		}
		v.lean.found += fmt.Sprintf(" %s %d to %d MiB, %d to %d files;", p.Name, before.rss[i]>>20, rss>>20, before.handles[i], handles)
	}
}
