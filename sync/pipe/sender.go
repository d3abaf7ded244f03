// Package pipe is the two ends of the replication pipe as pure state machines:
// messages, commits and the passing of time go in, messages come out. No clock,
// no goroutine, no network is in here, so that a simulation can drive thousands
// of histories through the same code that runs in the box and in the cloud.
//
// The rules are PROTOCOL.md 3: dense numbers, a digest chain, cumulative acks
// after the cloud's commit, and a sender that is level-triggered: nothing that
// is lost on the way is lost.
package pipe

import (
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// Source is the journal that a sender reads.
type Source interface {
	// Head is the last fact and its digest.
	Head() (seq int64, dg event.Digest, err error)
	// Digest is D(seq); ok is false where the journal does not reach so far.
	Digest(seq int64) (dg event.Digest, ok bool, err error)
	// Read is the stored bytes after a seq, at most n facts and about so many bytes,
	// and the digest of the last one.
	Read(after int64, n, bytes int) (bodies [][]byte, dg event.Digest, err error)
}

// Out is a message to publish on a leaf of the box's topics.
type Out struct {
	Leaf    string
	Payload []byte
	QoS     byte
}

// State of the uplink, for people.
type State string

const (
	Offline State = "offline" // no connection
	Online  State = "online"
	Forked  State = "fork"   // the cloud knows another history of this box: sending stopped
	Fenced  State = "fenced" // this epoch is another box's: sending stopped
	Refused State = "bad"    // the cloud cannot read or store what is sent: tried again every 30 s
)

// Timers of the sender.
const (
	linger      = 50 * time.Millisecond // live facts wait so long for company
	lingerMost  = time.Second           // and so long behind batches that are answered slowly
	atOnce      = 2                     // batches of one step
	company     = 64                    // and no longer than until there are so many
	rtoLeast    = time.Second
	rtoMost     = 30 * time.Second
	helloLag    = 30 * time.Second      // while the cloud lacks facts
	helloIdle   = 5 * time.Minute       // at any time
	helloAgain  = time.Second           // after an ack that answers another HELLO
	callDelay   = 10 * time.Second      // a roll call is answered within
	firstWindow = 1                     // until the cloud grants one
	gapQuiet    = 20 * time.Millisecond // all acks of one gap cost one rewind
)

// Identity says who sends.
type Identity struct {
	Box         id.Box
	Epoch       int64
	Boot, Prev  id.Boot
	Software    string
	Incarnation string
	Wall        func() time.Time // the box's time for people; nil: that of Step, which only goes on
}

// Sender is the box's end. It is not for two goroutines.
type Sender struct {
	who    Identity
	src    Source
	random io.Reader
	rnd    *rand.Rand
	broken Defect

	state     State
	connected bool
	acked     int64 // on the cloud's disk
	next      int64 // first fact that is not under way
	win       int
	enc       int // highest encoding that the cloud reads, as its last ack said
	flight    []flight
	nonce     string
	welcomed  bool
	helloAt   time.Time     // when the last HELLO left
	helloDue  time.Time     // zero: not due
	helloWait time.Duration // for an answer to it: doubles until one is heard
	doubtDue  time.Time     // the next HELLO, should the last one stay without an answer; zero: none
	since     time.Time     // the oldest fact that was not sent waits since
	progress  time.Time     // last ack that moved, or the last rewind
	rewound   time.Time     // last rewind
	srtt      time.Duration
	rto       time.Duration
}

// flight is one batch under way.
type flight struct {
	last int64
	at   time.Time
}

// NewSender makes a sender that believes acked until it hears better.
func NewSender(who Identity, src Source, acked int64, random io.Reader, rnd *rand.Rand) *Sender {
	return &Sender{who: who, src: src, random: random, rnd: rnd, state: Offline, acked: acked, next: acked + 1, win: firstWindow, rto: rtoLeast}
}

// Acked is the last fact that is on the cloud's disk.
func (s *Sender) Acked() int64 { return s.acked }

// State is how the uplink is.
func (s *Sender) State() State { return s.state }

// Connect says that there is a connection, and that its subscriptions stand.
func (s *Sender) Connect(now time.Time) {
	s.connected, s.state, s.welcomed = true, Online, false
	s.win, s.rto, s.enc, s.helloWait = firstWindow, rtoLeast, 0, 0
	s.helloDue, s.doubtDue = now, time.Time{}
	s.rewind(now)
}

// Disconnect says that there is none.
func (s *Sender) Disconnect() {
	s.connected, s.state, s.flight = false, Offline, nil
}

// RollCall says that the cloud asks who is there.
func (s *Sender) RollCall(now time.Time) {
	s.hello(now.Add(time.Duration(s.rnd.Int64N(int64(callDelay)))))
}

// hello moves the next HELLO forward to at.
func (s *Sender) hello(at time.Time) {
	if s.helloDue.IsZero() || at.Before(s.helloDue) {
		s.helloDue = at
	}
}

// rewind forgets what is under way: everything after acked is sent again.
func (s *Sender) rewind(now time.Time) {
	s.next, s.flight, s.progress, s.rewound = s.acked+1, nil, now, now
}

// Ack takes an ack of the cloud.
func (s *Sender) Ack(now time.Time, a wire.AckMessage) error {
	if !s.Mine(a.Boot, a.Nonce) {
		if s.connected && s.doubtDue.IsZero() { // it may answer the HELLO before, and the answer to the last one be on its way
			s.doubtDue = maxTime(now, s.helloAt.Add(max(helloAgain, 2*s.srtt, s.helloWait)))
		}
		return nil
	}
	if a.Re == wire.ReHello {
		s.welcomed, s.helloWait, s.doubtDue = true, 0, time.Time{}
	}
	switch a.State {
	case wire.Fenced:
		s.halt(Fenced)
		return nil
	case wire.Bad:
		s.halt(Refused)
		s.hello(now.Add(helloLag))
		return nil
	case wire.Fork:
		s.halt(Forked)
		s.hello(now.Add(helloLag))
		return nil
	}
	if a.Epoch != s.who.Epoch {
		s.halt(Forked)
		return nil
	}
	return s.cursor(now, a)
}

// halt stops sending; service goes on.
func (s *Sender) halt(st State) { s.state, s.flight = st, nil }

// cursor compares the cloud's cursor with the journal.
func (s *Sender) cursor(now time.Time, a wire.AckMessage) error {
	if a.Last < s.acked && a.Re != wire.ReHello {
		return nil // stale
	}
	mine, ok, err := s.src.Digest(a.Last)
	if err != nil {
		return err
	}
	if s.broken != NoChainCheck && (!ok || mine != a.Dg) {
		s.halt(Forked)
		s.hello(now.Add(helloLag))
		return nil
	}
	s.state = Online
	moved := a.Last != s.acked
	lost := a.Last < s.acked // the cloud was restored from an older copy: send again
	s.acked = a.Last
	s.landed(now, a.Last)
	s.grant(now, a)
	switch {
	case lost || a.State == wire.Gap && now.Sub(s.rewound) > 2*s.srtt+gapQuiet:
		s.rewind(now)
	case moved:
		s.progress, s.rto = now, s.timeout()
	}
	s.next = max(s.next, s.acked+1)
	return nil
}

// landed takes batches out of the flight and measures the way.
func (s *Sender) landed(now time.Time, last int64) {
	for len(s.flight) > 0 && s.flight[0].last <= last {
		took := now.Sub(s.flight[0].at)
		if s.srtt == 0 {
			s.srtt = took
		}
		s.srtt += (took - s.srtt) / 8
		s.flight = s.flight[1:]
	}
}

func (s *Sender) timeout() time.Duration { return min(max(rtoLeast, 4*s.srtt), rtoMost) }

func (s *Sender) grant(now time.Time, a wire.AckMessage) {
	s.win, s.enc = a.Win, a.Enc
	if a.Win == 0 {
		s.hello(now.Add(helloLag)) // ask again
	}
}

// Step answers what is to be published now, and when to step again at the latest.
// Call it after every input and at that time.
func (s *Sender) Step(now time.Time) (out []Out, again time.Time, err error) {
	if !s.connected {
		return nil, now.Add(time.Minute), nil
	}
	head, dg, err := s.src.Head()
	if err != nil {
		return nil, now, fmt.Errorf("read the head of the journal: %w", err)
	}
	if due(now, s.helloDue) || due(now, s.doubtDue) || s.overdue(now, head) {
		m, err := s.sayHello(now, head, dg)
		if err != nil {
			return nil, now, err
		}
		out = append(out, m)
	}
	if s.state == Online && s.acked < head && now.Sub(s.progress) >= s.rto && s.next > s.acked+1 {
		s.rto = min(2*s.rto, rtoMost)
		s.rewind(now)
	}
	batches, err := s.fill(now, head)
	if again = s.wake(now, head); len(batches) == atOnce {
		again = now
	}
	return append(out, batches...), again, err
}

// overdue: HELLO has a timer of its own, that no rewind puts off.
func (s *Sender) overdue(now time.Time, head int64) bool {
	age := now.Sub(s.helloAt)
	return age >= helloIdle || s.acked < head && age >= helloLag || !s.welcomed && s.state == Online && age >= max(s.rto, s.helloWait)
}

func due(now, at time.Time) bool { return !at.IsZero() && !now.Before(at) }

func (s *Sender) sayHello(now time.Time, head int64, dg event.Digest) (Out, error) {
	var n [16]byte
	if _, err := io.ReadFull(s.random, n[:]); err != nil {
		return Out{}, fmt.Errorf("make a nonce: %w", err)
	}
	s.nonce = hex.EncodeToString(n[:])
	s.helloAt, s.helloDue, s.doubtDue = now, time.Time{}, time.Time{}
	s.helloWait = min(max(rtoLeast, 2*s.helloWait), rtoMost)
	s.rewind(now) // every HELLO rewinds
	w, wall := s.who, now
	if w.Wall != nil {
		wall = w.Wall()
	}
	return Out{wire.Hello, wire.Encode(wire.HelloMessage{Box: w.Box, Epoch: w.Epoch, Boot: w.Boot, PrevBoot: w.Prev, Nonce: s.nonce, Head: head,
		HeadDg: dg, Acked: s.acked, Now: wall.UnixMilli(), Software: w.Software, Schema: [2]int{1, 2}, Incarnation: w.Incarnation}), 1}, nil
}

// fill sends batches while the window allows, a few at a time: head office stores the
// first while the next are made. A few live facts linger for company.
func (s *Sender) fill(now time.Time, head int64) (out []Out, err error) {
	if s.next > head {
		s.since = time.Time{}
	}
	for s.state == Online && s.next <= head && len(s.flight) < s.win && len(out) < atOnce {
		if waiting := head - s.next + 1; waiting < company {
			if s.since.IsZero() {
				s.since = now
			}
			if now.Sub(s.since) < s.linger() {
				break
			}
		}
		prev, ok, err := s.src.Digest(s.next - 1)
		if err == nil && !ok {
			err = fmt.Errorf("the journal lacks fact %d", s.next-1)
		}
		if err != nil {
			return out, err
		}
		bodies, dg, err := s.src.Read(s.next-1, wire.MaxEvents, wire.MaxBytes)
		if err != nil || len(bodies) == 0 {
			return out, err
		}
		b := wire.Batch{Box: s.who.Box, Epoch: s.who.Epoch, Boot: s.who.Boot, From: s.next, Prev: prev, Dg: dg, Bodies: bodies}
		if len(s.flight) == 0 && s.next == s.acked+1 {
			s.progress = now
		}
		s.next = b.Last() + 1
		s.flight = append(s.flight, flight{b.Last(), now})
		s.since = time.Time{}
		out = append(out, Out{wire.Up, b.Encode(s.enc), 1})
		if s.broken == TrustPuback {
			s.acked, s.flight = b.Last(), nil
		}
	}
	return out, nil
}

// linger is how long live facts wait for company. While something is under way, they
// wait as long as an answer takes: what is slow gets fewer and larger batches.
func (s *Sender) linger() time.Duration {
	if len(s.flight) == 0 {
		return linger
	}
	return min(max(linger, s.srtt), lingerMost)
}

// Waits reports whether another fact would change nothing now: facts wait for
// company, or the window is full. The time that Step said, or an ack, ends it.
func (s *Sender) Waits() bool {
	return s.state == Online && (!s.since.IsZero() || len(s.flight) >= s.win)
}

// wake is when the next timer is due: at most a second away, since a lost wake-up
// must cost a second and not a fact.
func (s *Sender) wake(now time.Time, head int64) time.Time {
	at := now.Add(time.Second)
	for _, due := range []time.Time{s.helloDue, s.doubtDue} {
		if !due.IsZero() && due.Before(at) {
			at = due
		}
	}
	if !s.since.IsZero() && s.next <= head && s.state == Online && len(s.flight) < s.win {
		if t := s.since.Add(s.linger()); t.Before(at) {
			at = t
		}
	}
	return at
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
