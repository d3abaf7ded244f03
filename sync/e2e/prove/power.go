package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/powercut"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// outage is box and head office on disks that lose their power.
type outage struct {
	s            *stage
	r            *rig.Restaurant
	l            *load
	box, cloud   *powercut.Disk
	lastB        *look // of the box's disk, after its last cut
	lastC        *look
	lost         powercut.Lost
	cuts         struct{ box, cloud, both, torn, starting int }
	back         *promise
	kept, sound  *promise
	told, caught *promise
	longest      time.Duration
}

// catchMost is how long head office may take until it has what the box had.
const catchMost = 30 * time.Second

// power cuts the power of box and head office under load, then lets the disk
// of the box run full.
func power(s *stage) (err error) {
	if err := powercut.Usable(); err != nil {
		return err
	}
	p := &outage{s: s}
	if p.box, err = powercut.Open(s.dir+"/box.safe", s.dir+"/box"); err != nil {
		return err
	}
	defer p.box.Abandon()
	if p.cloud, err = powercut.Open(s.dir+"/cloud.safe", s.dir+"/cloud"); err != nil {
		return err
	}
	defer p.cloud.Abandon()
	at := rig.Places{Box: p.box.At(), Cloud: p.cloud.At(), Paper: s.dir}
	if p.r, p.l, err = s.restaurant(at); err != nil {
		return err
	}
	defer p.r.Kill()
	p.back = s.promise("a program is back by itself when the power is")
	p.kept = s.promise("an acknowledged order is on the box's disk")
	p.sound = s.promise("a disk holds a sound database, whose chain of facts goes on from the last cut")
	p.told = s.promise("a fact that the box was told is safe at head office is on head office's disk")
	p.caught = s.promise("head office catches up")
	v := s.verdicts()
	p.l.begin(s, 8*time.Millisecond)
	if err := p.play(); err != nil || !s.kept() {
		return err
	}
	if err := p.full(); err != nil || !s.kept() {
		return err
	}
	if err := v.judge(s, p.r, p.l, at); err != nil {
		return err
	}
	return errors.Join(p.box.Close(), p.cloud.Close())
}

// play cuts and cuts.
func (p *outage) play() error {
	cuts := p.s.size(6, 200)
	bar := p.s.bar(cuts, "cuts")
	var turn []int // which of them, each as often as the others
	for range cuts {
		p.l.allow(calmOrders)
		if err := p.s.moment(calmLeast, calmMost); err != nil {
			return err
		}
		if len(turn) == 0 {
			turn = p.s.rnd.Perm(3)
		}
		which := turn[0]
		turn = turn[1:]
		if err := p.round(which != 1, which != 0); err != nil || !p.s.kept() {
			return err
		}
		_ = bar.Add(1) // a bar that cannot be drawn stops nothing
	}
	c := p.cuts
	p.back.tried = fmt.Sprintf("%d power cuts: the box %d, head office %d, both %d times; %d more while the box started", cuts, c.box, c.cloud, c.both, c.starting)
	p.back.found = fmt.Sprintf("kept, after %d ms at most", p.longest.Milliseconds())
	p.kept.found = fmt.Sprintf("kept; lost were %d pages of 4 KiB and %d names that nobody had synced", p.lost.Pages, p.lost.Names)
	p.kept.tried = fmt.Sprintf("%d cuts of it, at the last one %d orders", p.kept.tries, len(p.lastB.orders))
	p.told.tried = fmt.Sprintf("%d cuts of it, at the last one %d facts", p.told.tries, p.lastC.last)
	p.caught.tried = fmt.Sprintf("after each of %d cuts", p.caught.tries)
	p.sound.tried = fmt.Sprintf("integrity_check and SHA-256 after each of %d cuts, %d with a torn disk", p.sound.tries, c.torn)
	return nil
}

// round is one cut: of the box, of head office, or of both.
func (p *outage) round(box, cloud bool) error {
	s := p.s
	told := int64(0)
	if end, err := p.r.End(s.ctx); err == nil {
		told = end.Acked
	}
	switch {
	case box && cloud:
		p.cuts.both++
	case box:
		p.cuts.box++
	default:
		p.cuts.cloud++
	}
	if box {
		p.r.Box.Kill()
	}
	if cloud {
		p.r.Cloud.Kill()
		if err := p.cutCloud(told); err != nil || !s.kept() {
			return err
		}
	}
	if box {
		if err := p.cutBox(); err != nil || !s.kept() {
			return err
		}
		if s.rnd.IntN(4) == 0 { // and once more while it starts
			if !p.back.try(p.r.Box.Begin(s.ctx)) {
				return nil
			}
			if err := s.moment(0, startMost); err != nil {
				return err
			}
			p.r.Box.Kill()
			p.cuts.starting++
			if err := p.cutBox(); err != nil || !s.kept() {
				return err
			}
		}
	}
	began := time.Now()
	if cloud && !p.back.try(p.r.Cloud.Again(s.ctx)) || box && !p.back.try(p.r.Box.Again(s.ctx)) {
		return nil
	}
	p.longest = max(p.longest, time.Since(began))
	return p.catchUp()
}

// torn is nil for a cut that forgets everything, and a source of luck otherwise.
func (p *outage) torn() *rand.Rand {
	if p.s.rnd.IntN(2) == 0 {
		return nil
	}
	p.cuts.torn++
	return p.s.rnd
}

func (p *outage) add(l powercut.Lost) {
	p.lost.Pages += l.Pages
	p.lost.Names += l.Names
}

// cutBox takes the power of a box that is dead, looks at its disk, and gives the
// power back.
func (p *outage) cutBox() error {
	lost, err := p.box.Cut(p.torn())
	if err != nil {
		return err
	}
	p.add(lost)
	l, err := p.s.lookBox(p.box.Safe(), p.lastB)
	if p.sound.try(err) {
		p.lastB = l
		err = l.missing(p.l.so())
	}
	p.kept.try(err) // nothing is on a disk that cannot be read
	return p.box.Mount()
}

func (p *outage) cutCloud(told int64) error {
	lost, err := p.cloud.Cut(p.torn())
	if err != nil {
		return err
	}
	p.add(lost)
	l, err := p.s.lookCloud(p.cloud.Safe(), nil, p.lastC)
	if p.sound.try(err) {
		if p.lastC = l; l.last < told {
			err = fmt.Errorf("the box was told of fact %d, head office has %d", told, l.last)
		}
	}
	p.told.try(err)
	return p.cloud.Mount()
}

// catchUp waits until head office has what the box has now.
func (p *outage) catchUp() error {
	var now rig.End
	if err := p.s.within(catchMost, func() (err error) { now, err = p.r.End(p.s.ctx); return err }); err != nil {
		return err
	}
	p.caught.try(p.s.within(catchMost, func() error {
		end, err := p.r.End(p.s.ctx)
		if err == nil && end.Acked < now.Head {
			err = fmt.Errorf("after %v head office has %d facts of %d", catchMost, end.Acked, now.Head)
		}
		return err
	}))
	return p.s.ctx.Err()
}

// Times of a full disk.
const (
	nextMost = 20 * time.Second // until one further order is taken
	roomMost = 30 * time.Second // until a box has seen that there is room again
	pause    = 50 * time.Millisecond
)

// full lets the box's disk run full under load.
func (p *outage) full() error {
	s, l := p.s, p.l
	orders := s.size(200, 1000)
	taken := s.promise("a box whose disk runs full takes orders, and refuses none")
	says := s.promise("it refuses documents then, and says why")
	again := s.promise("it is back by itself after a power cut with its disk full, and takes orders")
	over := s.promise("where there is room again, documents are taken")
	menu, err := s.orders.Menu()
	if err != nil {
		return err
	}
	publish := func(want int, word string) error {
		menu = append(menu, ' ') // another document
		status, raw, err := p.r.Client.Do(s.ctx, "PUT", "/api/v1/menu/document", menu)
		if err == nil && (status != want || !strings.Contains(string(raw), word)) {
			err = fmt.Errorf("a document is answered %d %s", status, raw)
		}
		return err
	}
	l.end()
	asked, before := l.asked, len(l.so())
	l.allow(3 * orders)
	l.begin(s, 2*time.Millisecond)
	if err := s.moment(pause, 2*pause); err != nil {
		return err
	}
	p.box.SetRoom(0)
	if err := p.further(orders, "orders on a full disk"); err != nil {
		taken.try(err)
		l.giveUp()
		return nil
	}
	says.tried, over.tried = "a menu is published", "a menu is published"
	says.try(s.within(roomMost, func() error { return publish(503, "disk") }))
	l.end()
	n, requests := len(l.so())-before, l.asked-asked
	taken.tried = fmt.Sprintf("%d further orders with 0 bytes free", n)
	taken.found = "kept by the reserve; every order was taken at the first request"
	if err = nil; requests != n {
		err = fmt.Errorf("%d orders took %d requests", n, requests)
	}
	taken.try(err)

	l.allow(orders)
	l.begin(s, 2*time.Millisecond)
	if err := s.moment(pause, 2*pause); err != nil {
		return err
	}
	p.r.Box.Kill()
	if err := p.cutBox(); err != nil || !s.kept() {
		l.end()
		return err
	}
	if again.try(p.r.Box.Again(s.ctx)) {
		again.tried = fmt.Sprintf("a cut, and %d further orders", orders/10)
		again.try(p.further(orders/10, "orders after a cut on a full disk"))
	}
	p.box.SetRoom(-1)
	over.try(s.within(roomMost, func() error { return publish(200, "") }))
	l.end()
	return s.ctx.Err()
}

// further waits until so many more orders are taken.
func (p *outage) further(orders int, what string) error {
	from, n := len(p.l.so()), 0
	bar := p.s.bar(orders, what)
	for n < orders {
		if err := p.s.within(nextMost, func() error {
			had := n
			if n = len(p.l.so()) - from; n == had {
				return fmt.Errorf("%d orders of %d were taken, and no other in %v", n, orders, nextMost)
			}
			return nil
		}); err != nil || p.s.ctx.Err() != nil {
			return errors.Join(err, p.s.ctx.Err())
		}
		_ = bar.Set(min(n, orders)) // a bar that cannot be drawn stops nothing
	}
	return nil
}
