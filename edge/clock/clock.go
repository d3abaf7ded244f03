// Package clock is the time of a box that may have no clock: a battery that is
// flat, a network that is away, somebody who set the date by hand.
//
// A clock that cannot be right is doubted: the box goes on from its last fact by
// the time that passed since, and says so, until head office, NTP or a manager
// confirms a time. Only then may the time of facts go back (PROTOCOL.md 1).
package clock

import (
	"sync"
	"time"
)

const (
	behindMost = 2 * time.Minute // that the clock may be behind the last fact at the start
	aheadMost  = 36 * time.Hour  // that it may be ahead of it: a box that was off for longer asks
	partMost   = 5 * time.Minute // that the clock and the passing of time may part while running
)

// Earliest is before any box was made: a clock that says less is no clock.
var Earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Doubt is why a clock is not believed.
type Doubt string

const (
	None   Doubt = ""
	Behind Doubt = "behind" // the last fact is later than now
	Ahead  Doubt = "ahead"  // the last fact is long ago
	Jumped Doubt = "jumped" // the clock was set while the box was running
)

// Clock tells the time. Its zero value is of no use.
type Clock struct {
	wall    func() time.Time
	elapsed func() time.Duration

	mu    sync.Mutex
	ahead time.Duration // that the true time is ahead of the wall's, as was confirmed
	seen  reading       // the last look
	doubt Doubt
	base  reading // while in doubt: the time goes on from here
	since time.Time
	hq    reading // what head office said last
	heard bool
}

// reading is a time, and how long the box had been running then.
type reading struct {
	at      time.Time
	elapsed time.Duration
}

// New makes a clock that believes the wall. elapsed is the time that passed since
// some moment, however the wall is set.
func New(wall func() time.Time, elapsed func() time.Duration) *Clock {
	return &Clock{wall: wall, elapsed: elapsed, seen: reading{wall(), elapsed()}}
}

// Start compares the wall with the last fact of the box; zero: there is none yet.
func (c *Clock) Start(last time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.wall()
	switch {
	case last.IsZero() && now.Before(Earliest):
		c.doubts(Behind, Earliest)
	case last.IsZero():
	case now.Before(last.Add(-behindMost)):
		c.doubts(Behind, last)
	case now.After(last.Add(aheadMost)):
		c.doubts(Ahead, last)
	}
}

// doubts goes on from a time.
func (c *Clock) doubts(why Doubt, from time.Time) {
	c.doubt, c.base, c.since = why, reading{from, c.elapsed()}, from
}

// Now is the time, as far as it is known.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	look := reading{c.wall(), c.elapsed()}
	passed := look.elapsed - c.seen.elapsed
	if c.doubt == None {
		if part := look.at.Sub(c.seen.at) - passed; part > partMost || part < -partMost {
			c.doubts(Jumped, c.seen.at.Add(c.ahead).Add(passed))
			c.base.elapsed = look.elapsed
		}
	}
	c.seen = look
	if c.doubt != None {
		return c.base.at.Add(look.elapsed - c.base.elapsed)
	}
	return look.at.Add(c.ahead)
}

// Steady is a time that only goes on, for what waits and measures; it need not be
// the time of day.
func (c *Clock) Steady() time.Time { return Earliest.Add(c.elapsed()) }

// Doubted says why the clock is not believed, and since when.
func (c *Clock) Doubted() (Doubt, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now()
	return c.doubt, c.since
}

// Wall is what the machine's own clock says.
func (c *Clock) Wall() time.Time { return c.wall() }

// Confirm ends a doubt: it is this time now.
func (c *Clock) Confirm(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = reading{c.wall(), c.elapsed()}
	c.doubt, c.ahead = None, to.Sub(c.seen.at)
}

// Hear notes what time it is at head office.
func (c *Clock) Hear(hq time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hq, c.heard = reading{hq, c.elapsed()}, true
}

// Office is what time it is at head office; ok is false before it was heard.
func (c *Clock) Office() (at time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hq.at.Add(c.elapsed() - c.hq.elapsed), c.heard
}
