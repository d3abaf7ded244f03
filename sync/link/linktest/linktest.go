// Package linktest is a link in memory between one box and one cloud that loses,
// doubles, delays, reorders and cuts, by a seed. Time is given, not read, so that
// a history can be played again exactly.
package linktest

import (
	"container/heap"
	"math/rand/v2"
	"time"

	"github.com/tyngo/tyngo/sync/link"
)

// Faults are probabilities of each message, 0 to 1, and the longest delay.
type Faults struct {
	Lose, Double, Truncate float64
	Least                  time.Duration // what every message takes
	Delay                  time.Duration // and 0 to Delay more, at random: messages overtake each other
}

// Net is a set of messages under way.
type Net struct {
	Faults  Faults
	Count   Count
	rnd     *rand.Rand
	pending queue
	n       int
	cut     bool
}

// Count is how often each fault was done.
type Count struct{ Sent, Delivered, Lost, Doubled, Truncated, Overtook, Cut int }

// New makes a network.
func New(rnd *rand.Rand, f Faults) *Net { return &Net{Faults: f, rnd: rnd} }

// Cut takes the line away, or gives it back; what is under way is lost.
func (n *Net) Cut(cut bool) {
	if cut && !n.cut {
		n.Count.Cut++
		n.Count.Lost += len(n.pending)
		n.pending = nil
	}
	n.cut = cut
}

// Send puts a message on the way.
func (n *Net) Send(now time.Time, to string, m link.Message) {
	n.Count.Sent++
	if n.cut || n.rnd.Float64() < n.Faults.Lose {
		n.Count.Lost++
		return
	}
	copies := 1
	if n.rnd.Float64() < n.Faults.Double {
		copies++
		n.Count.Doubled++
	}
	for range copies {
		c := m
		if len(c.Payload) > 0 && n.rnd.Float64() < n.Faults.Truncate {
			n.Count.Truncated++
			c.Payload = append([]byte(nil), c.Payload[:n.rnd.IntN(len(c.Payload))]...)
		}
		at := now.Add(n.Faults.Least)
		if n.Faults.Delay > 0 {
			at = at.Add(time.Duration(n.rnd.Int64N(int64(n.Faults.Delay))))
		}
		n.n++
		heap.Push(&n.pending, parcel{at, n.n, to, c})
	}
}

// Next is when the next message arrives; ok is false where none is under way.
func (n *Net) Next() (at time.Time, ok bool) {
	if len(n.pending) == 0 {
		return at, false
	}
	return n.pending[0].at, true
}

// Deliver takes what arrived until now, in order of arrival.
func (n *Net) Deliver(now time.Time, to func(whom string, m link.Message)) {
	for len(n.pending) > 0 && !n.pending[0].at.After(now) {
		p := heap.Pop(&n.pending).(parcel)
		for _, q := range n.pending {
			if q.n < p.n {
				n.Count.Overtook++
				break
			}
		}
		n.Count.Delivered++
		to(p.to, p.m)
	}
}

type parcel struct {
	at time.Time
	n  int
	to string
	m  link.Message
}

type queue []parcel

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(parcel)) }
func (q *queue) Pop() any {
	old := *q
	p := old[len(old)-1]
	*q = old[:len(old)-1]
	return p
}
