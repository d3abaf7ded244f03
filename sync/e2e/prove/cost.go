package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// cost is the processor time of a fleet until a moment, or over a while.
type cost struct {
	cloud, boxes, proof time.Duration
	n                   int // boxes
	over                time.Duration
}

// cpu is what the fleet has used since it started.
func (f *fleet) cpu() (c cost, err error) {
	c.n = len(f.diners)
	add := func(to *time.Duration, p *rig.Process) {
		used, e := p.CPU()
		*to, err = *to+used, errors.Join(err, e)
	}
	add(&c.cloud, f.cloud.Process)
	for _, d := range f.diners {
		add(&c.boxes, d.Box.Process)
	}
	var mine syscall.Rusage
	err = errors.Join(err, syscall.Getrusage(syscall.RUSAGE_SELF, &mine))
	c.proof = time.Duration(mine.Utime.Nano() + mine.Stime.Nano())
	return c, err
}

// since is what was used after another moment, over a while.
func (c cost) since(was cost, over time.Duration) cost {
	return cost{c.cloud - was.cloud, c.boxes - was.boxes, c.proof - was.proof, c.n, over}
}

// String says it in percent of one core.
func (c cost) String() string {
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / c.over.Seconds() }
	return fmt.Sprintf("head office %.1f %%, a box %.2f %%, all boxes %.0f %%, guests and printers %.0f %%",
		percent(c.cloud), percent(c.boxes)/float64(c.n), percent(c.boxes), percent(c.proof))
}

// idle is what a fleet uses that waits for guests.
func (f *fleet) idle(over time.Duration) (cost, error) {
	was, err := f.cpu()
	began := time.Now()
	select {
	case <-time.After(over):
	case <-f.ctx.Done():
		return cost{}, f.ctx.Err()
	}
	is, err2 := f.cpu()
	return is.since(was, time.Since(began)), errors.Join(err, err2)
}

// counted are figures that head office counts of itself.
func (f *fleet) counted(names ...string) (list []any, err error) {
	_, raw, err := f.diners[0].Office.Do(f.ctx, "GET", "/metrics", nil)
	for _, name := range names {
		n := int64(-1) // it is not there
		for line := range strings.Lines(string(raw)) {
			var v float64
			if _, err := fmt.Sscanf(line, name+" %g", &v); err == nil {
				n = int64(v)
			}
		}
		list = append(list, n)
	}
	return list, err
}

// rss says what is resident.
func (f *fleet) rss() (string, error) {
	office, err := f.cloud.RSS()
	var all, most int64
	for _, d := range f.diners {
		n, e := d.Box.RSS()
		err = errors.Join(err, e)
		all, most = all+n, max(most, n)
	}
	return fmt.Sprintf("head office %d MiB, a box %d MiB, at most %d MiB", office>>20, all/int64(len(f.diners))>>20, most>>20), err
}
