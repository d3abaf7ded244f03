package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// stage is where a proof plays.
type stage struct {
	ctx      context.Context
	name     string
	dir      string // for everything that is written
	bin      rig.Bin
	orders   lunch.Orders
	small    bool
	requests int
	rnd      *rand.Rand
	out      io.Writer
	log      io.Writer // of the programs
	promises []*promise
	seek     string // the promise that is enough to see broken; empty: all are looked at to the end
	enough   func() // ends the proof
}

// promise is one row of the table, while it is tried.
type promise struct {
	says   string
	tried  string // what was tried; empty: how often
	found  string // what is said where it was kept
	tries  int
	broken int
	first  string // how it was broken first
	enough func() // called when it is; nil: the proof goes on
}

// promise makes a row, in the order of the table.
func (s *stage) promise(says string) *promise {
	p := &promise{says: says}
	if says == s.seek {
		p.enough = s.enough
	}
	s.promises = append(s.promises, p)
	return p
}

// try counts one try; err says how the promise was broken.
func (p *promise) try(err error) bool {
	p.tries++
	if err != nil {
		if p.broken++; p.broken == 1 {
			p.first = err.Error()
			if p.enough != nil {
				p.enough()
			}
		}
	}
	return err == nil
}

// kept reports whether every promise was kept until now.
func (s *stage) kept() bool {
	for _, p := range s.promises {
		if p.broken > 0 {
			return false
		}
	}
	return true
}

// untried is what is found where a proof ended before.
const untried = "it did not come to that"

// rows are the promises as they stand. One that was never tried is not kept.
func (s *stage) rows() (list []Row) {
	for _, p := range s.promises {
		r := Row{Name: p.tried, Promised: p.says, Found: p.found, OK: p.broken == 0 && p.tries > 0}
		if r.Name == "" {
			r.Name = fmt.Sprintf("%d times", p.tries)
		}
		switch {
		case p.tries == 0:
			r.Found = untried
		case p.broken > 0:
			r.Found = fmt.Sprintf("broken %d of %d times, first: %s", p.broken, p.tries, p.first)
		case r.Found == "":
			r.Found = "kept"
		}
		list = append(list, r)
	}
	return list
}

// size is the one of the tests, or the full one.
func (s *stage) size(small, full int) int {
	if s.small {
		return small
	}
	return full
}

// moment waits for a random while.
func (s *stage) moment(least, most time.Duration) error {
	t := time.NewTimer(least + time.Duration(s.rnd.Int64N(int64(most-least))))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// bar shows how far a part of the proof is.
func (s *stage) bar(n int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(s.out), progressbar.OptionSetDescription(s.name+": "+what), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true), progressbar.OptionOnCompletion(func() { fmt.Fprintln(s.out) }))
}

// once lets several programs write to one log.
type once struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *once) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(b)
}
