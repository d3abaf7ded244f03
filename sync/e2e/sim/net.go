package sim

import (
	"context"
	"slices"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
)

// faults are chances of one message, of 1,000, and how long it may take.
type faults struct {
	Lost, Doubled, Truncated, Late int
	Delay, VeryLate                time.Duration
}

// broker is a broker that promises nothing: it loses what it said it has,
// doubles, cuts short, delays and reorders, and forgets sessions.
type broker struct {
	w      *World
	faults faults
	flying []flying
	n      int
}

type flying struct {
	at   time.Time
	n    int // order of sending, where times are equal
	to   string
	m    link.Message
	will id.Boot // of whom this is the will; none: no will
}

// toCloud is whoever reads all boxes.
const toCloud = "cloud"

// send takes a message for a session.
func (b *broker) send(to string, m link.Message) {
	f, w := b.faults, b.w
	copies := 1
	switch {
	case w.chance(f.Lost):
		w.Covered["lost"]++
		return
	case w.chance(f.Doubled):
		w.Covered["doubled"]++
		copies = 2
	}
	for range copies {
		d := time.Millisecond + time.Duration(w.rnd.Int64N(int64(f.Delay)+1))
		if w.chance(f.Late) {
			w.Covered["late"]++
			d += time.Duration(w.rnd.Int64N(int64(f.VeryLate) + 1))
		}
		x := m
		if w.chance(f.Truncated) && len(m.Payload) > 0 {
			w.Covered["truncated"]++
			// Lengths differ with the ids, which are of no seed: the draw must not.
			x.Payload = slices.Clone(m.Payload[:int(w.rnd.Float64()*float64(len(m.Payload)))])
		}
		b.n++
		for _, f := range b.flying {
			if f.to == to && f.at.After(w.now.Add(d)) && f.will.IsZero() {
				w.Covered["reordered"]++
				break
			}
		}
		b.flying = append(b.flying, flying{at: w.now.Add(d), n: b.n, to: to, m: x})
	}
}

// due takes out what arrives by now, in order of arrival.
func (b *broker) due() (list []flying) {
	rest := b.flying[:0]
	for _, f := range b.flying {
		if f.at.After(b.w.now) {
			rest = append(rest, f)
		} else {
			list = append(list, f)
		}
	}
	b.flying = rest
	slices.SortFunc(list, func(x, y flying) int {
		if c := x.at.Compare(y.at); c != 0 {
			return c
		}
		return x.n - y.n
	})
	return list
}

// next is when the next message arrives.
func (b *broker) next() (at time.Time, ok bool) {
	for _, f := range b.flying {
		if !ok || f.at.Before(at) {
			at, ok = f.at, true
		}
	}
	return at, ok
}

// forget drops what is on its way to a session, or to all.
func (b *broker) forget(to string) {
	b.flying = slices.DeleteFunc(b.flying, func(f flying) bool { return to == "" || f.to == to })
}

// cloudLink is the transport of ingest: everything that it says is sent at once.
type cloudLink struct{ w *World }

func (l cloudLink) Run(context.Context) error { return nil }
func (l cloudLink) Events() <-chan link.Event { return nil }

func (l cloudLink) Send(_ context.Context, m link.Message) error {
	l.w.fromCloud(m)
	return nil
}
