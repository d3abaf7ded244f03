package main

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// verdicts are the promises about orders, which are the same whatever was broken.
type verdicts struct {
	taken, there, once, again, money, office, chains, files *promise
}

// orders makes the rows of verdicts.
func (s *stage) verdicts() *verdicts {
	return &verdicts{
		taken:  s.promise("every order is taken in the end"),
		there:  s.promise("an acknowledged order is on the box"),
		once:   s.promise("no order is on the box twice, and none that nobody made"),
		again:  s.promise("an order that is posted again is answered the same, and is no new one"),
		money:  s.promise("the money on the box is that of the orders"),
		office: s.promise("head office has the same orders and money, nothing set aside"),
		chains: s.promise("head office has the box's chain of facts to its end"),
		files:  s.promise("both databases are sound, and their chains are whole"),
	}
}

const (
	settleMost = 60 * time.Second // until head office has everything
	brokenMost = 5 * time.Second  // where a promise is broken already
	differMost = 20               // differences that are counted one by one
)

// judge compares everything when the load has ended, and stops the restaurant.
func (v *verdicts) judge(s *stage, r *rig.Restaurant, l *load, at rig.Places) error {
	acked, want := l.so(), l.sums()
	v.taken.tried = fmt.Sprintf("%d orders by %d tablets in %d requests", len(acked)+len(l.refused), clients, l.asked)
	v.taken.try(errors.Join(l.refused[:min(len(l.refused), differMost)]...))
	list, have, err := r.OnBox(s.ctx)
	if err != nil {
		return err
	}
	times := map[string]int{}
	for _, o := range list {
		times[o.OrderID]++
	}
	v.there.tried, v.once.tried = fmt.Sprintf("%d acknowledged orders", len(acked)), fmt.Sprintf("%d orders on the box", len(list))
	mine := map[string]int{}
	for n, o := range acked {
		if mine[o]++; mine[o] > 1 {
			v.once.try(fmt.Errorf("order %s answers two keys, one of them %s", o, r.Key(n)))
		}
		if times[o] == 0 {
			v.there.try(fmt.Errorf("order %s (%s) is missing", o, r.Key(n)))
		} else {
			v.there.try(nil)
		}
	}
	for o, n := range times {
		switch {
		case n > 1:
			v.once.try(fmt.Errorf("order %s is there %d times", o, n))
		case mine[o] == 0:
			v.once.try(fmt.Errorf("nobody was told of order %s", o))
		default:
			v.once.try(nil)
		}
	}
	v.money.found = money(have)
	v.money.tried = money(want)
	v.money.try(differ(have, want))
	if err := v.repeat(s, r, acked); err != nil {
		return err
	}
	most := s.patience()
	if !s.kept() {
		most = brokenMost
	}
	var there rig.Sums
	v.office.tried = money(have)
	if !v.office.try(s.within(most, func() (err error) {
		if there, err = r.AtOffice(s.ctx); err == nil {
			err = differ(there, have)
		}
		return err
	})) {
		return nil
	}
	v.office.found = money(there)
	v.chains.try(s.within(most, func() error { return r.Chains(s.ctx) }))
	end, err := r.End(s.ctx)
	if err != nil {
		return err
	}
	v.chains.tried = fmt.Sprintf("%d facts", end.Head)
	return v.ends(s, r, l, at)
}

// patience is how long head office may take, where nothing is known to be broken yet. A
// proof that is to see something broken does not wait for what cannot come.
func (s *stage) patience() time.Duration {
	if s.seek != "" {
		return settleMost / 4
	}
	return settleMost
}

// repeatMost is how many orders are posted again.
const repeatMost = 200

// repeat posts orders again, the last ones and some of all.
func (v *verdicts) repeat(s *stage, r *rig.Restaurant, acked map[int]string) error {
	for i, n := range s.rnd.Perm(len(acked)) {
		if i == repeatMost {
			break
		}
		want, ok := acked[n]
		if !ok {
			continue
		}
		raw, _, err := r.Place(s.ctx, n)
		if err == nil && !bytes.Contains(raw, []byte(`"`+want+`"`)) {
			err = fmt.Errorf("%s was order %s, and is answered %s", r.Key(n), want, raw)
		}
		v.again.try(err)
	}
	v.again.tried = fmt.Sprintf("%d of them, chosen at random", v.again.tries)
	list, _, err := r.OnBox(s.ctx)
	if err == nil && len(list) != len(acked) {
		v.again.try(fmt.Errorf("%d orders on the box, %d were made", len(list), len(acked)))
	}
	return err
}

// ends stops the programs and looks into their files.
func (v *verdicts) ends(s *stage, r *rig.Restaurant, l *load, at rig.Places) error {
	if err := errors.Join(r.Box.Stop(), r.Cloud.Stop()); err != nil {
		return err
	}
	box, err := s.lookBox(at.Box, nil)
	v.files.try(err)
	var of []byte
	if box != nil {
		of = box.box
	}
	cloud, err2 := s.lookCloud(at.Cloud, of, nil)
	v.files.try(err2)
	if err != nil || err2 != nil {
		return nil
	}
	err = nil
	if !box.begins(cloud) { // a ticket may have come onto paper since they were compared
		err = fmt.Errorf("the box has %d facts, and the %d of head office are not the first of them", box.last, cloud.last)
	}
	v.files.try(err)
	v.files.try(box.missing(l.so()))
	v.files.tried = fmt.Sprintf("integrity_check, and SHA-256 over %d facts of the box and %d of head office", box.last, cloud.last)
	return nil
}

func differ(have, want rig.Sums) error {
	if have != want {
		return fmt.Errorf("%s, want %s", money(have), money(want))
	}
	return nil
}

// within waits for something that the system does by itself.
func (s *stage) within(most time.Duration, ok func() error) error {
	return rig.Within(most, func() error {
		if s.ctx.Err() != nil {
			return nil
		}
		return ok()
	})
}
