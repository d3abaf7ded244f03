package pipe_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/linktest"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// memory is a journal without a disk.
type memory struct {
	bodies  [][]byte
	digests []event.Digest // D(0), D(1), …
}

func newMemory(b id.Box) *memory { return &memory{digests: []event.Digest{event.Genesis(b)}} }

func (m *memory) add(rnd *rand.Rand) {
	seq := len(m.bodies) + 1
	body := fmt.Appendf(nil, `{"seq":%d,"id":"%s","type":"order.sent","v":1,"at":1,"day":"2026-11-24","command":"%s","data":{"n":%d}}`,
		seq, id.New[id.Event](), id.New[id.Command](), rnd.Int())
	m.bodies = append(m.bodies, body)
	m.digests = append(m.digests, m.digests[seq-1].Next(body))
}

func (m *memory) clone(n int) *memory {
	return &memory{append([][]byte(nil), m.bodies[:n]...), append([]event.Digest(nil), m.digests[:n+1]...)}
}

func (m *memory) Head() (int64, event.Digest, error) {
	return int64(len(m.bodies)), m.digests[len(m.bodies)], nil
}

func (m *memory) Digest(seq int64) (event.Digest, bool, error) {
	if seq < 0 || seq >= int64(len(m.digests)) {
		return event.Digest{}, false, nil
	}
	return m.digests[seq], true, nil
}

func (m *memory) Read(after int64, n, size int) ([][]byte, event.Digest, error) {
	to, total := after, 0
	for to < int64(len(m.bodies)) && to-after < int64(n) && (total == 0 || total+len(m.bodies[to]) < size) {
		total += len(m.bodies[to])
		to++
	}
	return m.bodies[after:to], m.digests[to], nil
}

// world is one box, one cloud, and a network that cannot be trusted.
type world struct {
	rnd     *rand.Rand
	now     time.Time
	net     *linktest.Net
	box     id.Box
	journal *memory
	sender  *pipe.Sender
	boot    id.Boot
	cursor  pipe.Cursor // the cloud's disk
	log     [][]byte    // the cloud's disk
	copies  []saved     // older copies of the cloud's disk
	recv    *pipe.Receiver
	defect  pipe.Defect
	restore bool // the cloud was restored: I3 is repaired later
	again   time.Time
	calm    bool // the cloud does not crash
	hellos  int  // said
	carried int  // facts in all batches
}

type saved struct {
	cursor pipe.Cursor
	log    [][]byte
}

func newWorld(seed uint64, f linktest.Faults, d pipe.Defect) *world {
	rnd := rand.New(rand.NewPCG(seed, 1))
	w := &world{rnd: rnd, now: time.UnixMilli(1_795_000_000_000), net: linktest.New(rnd, f), box: id.New[id.Box](), defect: d}
	w.journal = newMemory(w.box)
	w.startCloud()
	w.startBox(0)
	return w
}

type seeded struct{ *rand.Rand }

func (s seeded) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}

func (w *world) startBox(acked int64) {
	was := w.boot
	w.boot = id.New[id.Boot]()
	w.sender = pipe.NewSender(pipe.Identity{Box: w.box, Epoch: 1, Boot: w.boot, Prev: was, Software: "test", Incarnation: "A", Wall: func() time.Time { return w.now }}, w.journal, acked, seeded{w.rnd}, w.rnd)
	w.sender.Break(w.defect)
	w.sender.Connect(w.now)
}

func (w *world) startCloud() {
	w.recv = pipe.NewReceiver()
	w.recv.Break(w.defect)
}

// step lets the box speak.
func (w *world) step() error {
	out, again, err := w.sender.Step(w.now)
	w.again = again
	for _, o := range out {
		switch o.Leaf {
		case wire.Hello:
			w.hellos++
		case wire.Up:
			if b, err := wire.DecodeBatch(o.Payload); err == nil {
				w.carried += len(b.Bodies)
			}
		}
		w.net.Send(w.now, "cloud", link.Message{Topic: wire.Topic(w.box, o.Leaf), Payload: o.Payload, QoS: o.QoS})
	}
	return err
}

// deliver brings a message to its end. The cloud may crash around its commit.
func (w *world) deliver(whom string, m link.Message) error {
	if whom == "box" {
		if a, err := wire.DecodeAck(m.Payload); err == nil {
			return w.sender.Ack(w.now, a)
		}
		return nil
	}
	_, leaf, err := wire.ParseTopic(m.Topic)
	if err != nil {
		return err
	}
	var v pipe.Verdict
	switch leaf {
	case wire.Hello:
		h, err := wire.DecodeHello(m.Payload)
		if err != nil {
			return nil
		}
		v = w.recv.Hello(w.now, w.cursor, h)
	case wire.Up:
		b, err := wire.DecodeBatch(m.Payload)
		if err == nil {
			v, err = w.recv.Batch(w.now, w.cursor, b)
		}
		if err != nil {
			v = pipe.Verdict{Cursor: w.cursor, Ack: w.recv.Bad(w.now, w.cursor, w.box)}
			if w.net.Faults.Truncate > 0 {
				return nil // a broken message says nothing about the box
			}
		}
	}
	crash := w.rnd.IntN(200)
	if w.calm {
		crash = 2
	}
	if crash == 0 { // before the commit
		w.startCloud()
		return nil
	}
	w.cursor = v.Cursor
	for _, e := range v.Store {
		w.log = append(w.log, e.Body)
	}
	if crash == 1 { // after the commit, before the ack
		w.startCloud()
		return nil
	}
	w.net.Send(w.now, "box", link.Message{Topic: wire.Topic(w.box, wire.Ack), Payload: wire.Encode(v.Ack)})
	return nil
}

// pass lets time pass until the next thing happens.
func (w *world) pass() error {
	next := w.again
	if at, ok := w.net.Next(); ok && at.Before(next) {
		next = at
	}
	if next.After(w.now) {
		w.now = next
	}
	var err error
	w.net.Deliver(w.now, func(whom string, m link.Message) { err = errors.Join(err, w.deliver(whom, m)) })
	return errors.Join(err, w.step())
}

// holds checks the invariants that hold at every moment.
func (w *world) holds() error {
	if int(w.cursor.Last) != len(w.log) {
		return fmt.Errorf("I1: the cloud says %d and has %d", w.cursor.Last, len(w.log))
	}
	if len(w.log) > len(w.journal.bodies) {
		return fmt.Errorf("I1: the cloud has %d facts, the box %d", len(w.log), len(w.journal.bodies))
	}
	if w.cursor.Dg != w.journal.digests[w.cursor.Last] && w.cursor.Epoch > 0 {
		return fmt.Errorf("I5: two histories up to %d", w.cursor.Last)
	}
	if w.sender.Acked() > w.cursor.Last && !w.restore {
		return fmt.Errorf("I3: acked %d, the cloud has %d", w.sender.Acked(), w.cursor.Last)
	}
	return nil
}

// same compares every byte.
func (w *world) same() error {
	for i, body := range w.log {
		if !bytes.Equal(body, w.journal.bodies[i]) {
			return fmt.Errorf("I1: fact %d differs", i+1)
		}
	}
	return nil
}

// live runs a history with faults, then lets the line heal: I7.
func (w *world) live(steps int, mischief func(w *world)) error {
	for range steps {
		for range w.rnd.IntN(4) {
			w.journal.add(w.rnd)
		}
		if mischief != nil {
			mischief(w)
		}
		if err := errors.Join(w.pass(), w.holds()); err != nil {
			return err
		}
	}
	w.net.Cut(false)
	w.sender.Connect(w.now)
	w.net.Faults = linktest.Faults{Delay: w.net.Faults.Delay}
	for until := w.now.Add(20 * time.Minute); w.now.Before(until); {
		if err := errors.Join(w.pass(), w.holds()); err != nil {
			return err
		}
		if head, _, _ := w.journal.Head(); w.sender.Acked() == head && w.cursor.Last == head {
			return w.same()
		}
	}
	return fmt.Errorf("I7: %d facts, acked %d, the cloud has %d, after 20 minutes with a good line; the box says %s",
		len(w.journal.bodies), w.sender.Acked(), w.cursor.Last, w.sender.State())
}

// trouble is everything that may go wrong but a restore.
func trouble(w *world) {
	switch w.rnd.IntN(120) {
	case 0:
		w.net.Cut(true)
		w.sender.Disconnect()
	case 1, 2:
		w.net.Cut(false)
		w.sender.Connect(w.now)
	case 3:
		w.startBox(w.sender.Acked() * int64(w.rnd.IntN(2))) // the box is killed; acked is only a cache
	case 4:
		w.startCloud()
	case 5:
		w.sender.RollCall(w.now)
	case 6:
		w.now = w.now.Add(time.Duration(w.rnd.IntN(3600)) * time.Second)
	}
}

// oldCopies restores the cloud from an older copy now and then.
func oldCopies(w *world) {
	trouble(w)
	switch w.rnd.IntN(150) {
	case 0:
		w.copies = append(w.copies, saved{w.cursor, append([][]byte(nil), w.log...)})
	case 1:
		if n := len(w.copies); n > 0 {
			c := w.copies[w.rnd.IntN(n)]
			w.cursor, w.log, w.restore = c.cursor, append([][]byte(nil), c.log...), true
			w.startCloud()
		}
	}
}

var weather = []struct {
	name   string
	seeds  uint64
	faults linktest.Faults
}{
	{"calm", 40, linktest.Faults{Delay: 30 * time.Millisecond}},
	{"10 %", 40, linktest.Faults{Lose: .1, Double: .1, Truncate: .02, Delay: 300 * time.Millisecond}},
	{"90 %", 10, linktest.Faults{Lose: .9, Double: .5, Delay: 3 * time.Second}},
}

func TestFactsArriveOnceAndInOrderWhateverHappens(t *testing.T) {
	for _, we := range weather {
		for _, m := range []struct {
			name     string
			mischief func(*world)
		}{{"trouble", trouble}, {"and older copies of the cloud", oldCopies}} {
			t.Run(we.name+" "+m.name, func(t *testing.T) {
				t.Parallel()
				var sum linktest.Count
				for seed := range we.seeds {
					w := newWorld(seed, we.faults, pipe.NoDefect)
					if err := w.live(150, m.mischief); err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
					c := w.net.Count
					sum.Sent, sum.Delivered, sum.Lost, sum.Doubled, sum.Truncated, sum.Overtook, sum.Cut =
						sum.Sent+c.Sent, sum.Delivered+c.Delivered, sum.Lost+c.Lost, sum.Doubled+c.Doubled, sum.Truncated+c.Truncated, sum.Overtook+c.Overtook, sum.Cut+c.Cut
				}
				t.Logf("%+v", sum)
				if sum.Lost == 0 && we.faults.Lose > 0 || sum.Cut == 0 || sum.Overtook == 0 {
					t.Error("a fault never occurred")
				}
			})
		}
	}
}

func TestTrustingAPubackIsNoticed(t *testing.T) {
	for seed := range uint64(60) {
		if err := newWorld(seed, weather[1].faults, pipe.TrustPuback).live(150, trouble); err != nil {
			t.Logf("seed %d: %v", seed, err)
			return
		}
	}
	t.Error("60 histories and nothing was noticed")
}

// forked is a box whose history parts from what the cloud has.
func forked(d pipe.Defect) *world {
	w := newWorld(1, linktest.Faults{}, d)
	for range 20 {
		w.journal.add(w.rnd)
	}
	for range 40 {
		if err := w.pass(); err != nil {
			panic(err)
		}
	}
	w.journal = w.journal.clone(12) // the box is restored from a copy, and goes on otherwise
	for range 10 {
		w.journal.add(w.rnd)
	}
	w.startBox(0)
	for range 60 {
		if err := w.pass(); err != nil {
			panic(err)
		}
	}
	return w
}

func TestAForkStopsTheUplinkAndMixesNothing(t *testing.T) {
	w := forked(pipe.NoDefect)
	if w.sender.State() != pipe.Forked {
		t.Errorf("the box says %s", w.sender.State())
	}
	if len(w.log) != 20 {
		t.Errorf("the cloud has %d facts of a history of 20", len(w.log))
	}
}

func TestWithoutTheChainTwoHistoriesMix(t *testing.T) {
	if w := forked(pipe.NoChainCheck); errors.Join(w.holds(), w.same()) == nil {
		t.Error("two histories were mixed and nothing was noticed")
	}
}

func TestOnlyTheOwnerOfAnEpochMayWrite(t *testing.T) {
	for _, d := range []pipe.Defect{pipe.NoDefect, pipe.NoFence} {
		w := newWorld(1, linktest.Faults{}, d)
		for range 5 {
			w.journal.add(w.rnd)
		}
		for range 40 {
			if err := w.pass(); err != nil {
				t.Fatal(err)
			}
		}
		w.journal.add(w.rnd)
		bodies, dg, _ := w.journal.Read(5, 1, 1000)
		prev, _, _ := w.journal.Digest(5)
		b := &wire.Batch{Box: w.box, Epoch: 1, Boot: id.New[id.Boot](), From: 6, Prev: prev, Dg: dg, Bodies: bodies}
		v, err := w.recv.Batch(w.now, w.cursor, b)
		if err != nil {
			t.Fatal(err)
		}
		if stored := len(v.Store) > 0; stored != (d == pipe.NoFence) {
			t.Errorf("defect %d: another boot's batch was stored: %v", d, stored)
		}
	}
}

func TestReceiverStoresOnlyWhatContinues(t *testing.T) {
	w := newWorld(1, linktest.Faults{}, pipe.NoDefect)
	for range 10 {
		w.journal.add(w.rnd)
	}
	at := func(seq int64) event.Digest { d, _, _ := w.journal.Digest(seq); return d }
	batch := func(from, to int64) *wire.Batch {
		return &wire.Batch{Box: w.box, Epoch: 1, Boot: w.boot, From: from, Prev: at(from - 1), Dg: at(to), Bodies: w.journal.bodies[from-1 : to]}
	}
	cur := pipe.Cursor{Epoch: 1, Last: 4, Dg: at(4), Boot: w.boot}
	for _, c := range []struct {
		name   string
		batch  *wire.Batch
		state  string
		last   int64
		stored int
	}{
		{"the next ones", batch(5, 8), wire.OK, 8, 4},
		{"a gap", batch(6, 8), wire.Gap, 4, 0},
		{"known ones", batch(1, 4), wire.OK, 4, 0},
		{"an overlap", batch(2, 7), wire.OK, 7, 3},
	} {
		v, err := w.recv.Batch(w.now, cur, c.batch)
		if err != nil || v.Ack.State != c.state || v.Cursor.Last != c.last || len(v.Store) != c.stored || v.Cursor.Dg != at(c.last) {
			t.Errorf("%s: %v, %s at %d, %d stored", c.name, err, v.Ack.State, v.Cursor.Last, len(v.Store))
		}
	}
	other := newMemory(w.box)
	for range 10 {
		other.add(w.rnd)
	}
	for name, b := range map[string]*wire.Batch{
		"a history that parts earlier": {Box: w.box, Epoch: 1, Boot: w.boot, From: 5, Prev: other.digests[4], Dg: other.digests[8], Bodies: other.bodies[4:8]},
		"an overlap that parts":        {Box: w.box, Epoch: 1, Boot: w.boot, From: 2, Prev: other.digests[1], Dg: other.digests[8], Bodies: other.bodies[1:8]},
	} {
		if v, err := w.recv.Batch(w.now, cur, b); err != nil || v.Ack.State != wire.Fork || len(v.Store) > 0 || v.Moved {
			t.Errorf("%s: %v, %s, %d stored", name, err, v.Ack.State, len(v.Store))
		}
	}
	bad := batch(5, 8)
	bad.Dg = at(7)
	if v, err := w.recv.Batch(w.now, cur, bad); err == nil || len(v.Store) > 0 {
		t.Error("a batch that does not come to its digest was taken")
	}
	swapped := batch(5, 8)
	swapped.Bodies = append([][]byte(nil), swapped.Bodies...)
	swapped.Bodies[0], swapped.Bodies[1] = swapped.Bodies[1], swapped.Bodies[0]
	if _, err := w.recv.Batch(w.now, cur, swapped); err == nil {
		t.Error("facts out of order were taken")
	}
}
