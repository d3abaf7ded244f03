package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/linktest"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// disk is a journal as the sender reads it.
type disk struct{ *storetest.Journal }

func (d disk) Head() (int64, event.Digest, error) {
	return d.Journal.Head(), d.Digests[d.Journal.Head()], nil
}

func (d disk) Digest(seq int64) (event.Digest, bool, error) {
	if seq < 0 || seq > d.Journal.Head() {
		return event.Digest{}, false, nil
	}
	return d.Digests[seq], true, nil
}

func (d disk) Read(after int64, n, _ int) (bodies [][]byte, dg event.Digest, err error) {
	to := min(after+int64(n), after+7, d.Journal.Head())
	for _, e := range d.Events[after:to] {
		bodies = append(bodies, e.Body)
	}
	return bodies, d.Digests[to], nil
}

type seeded struct{ *rand.Rand }

func (s seeded) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}

// replicate sends n facts over a bad line until both ends agree, while ingest is
// killed and started again, and answers how the box ended.
func replicate(t *testing.T, o *office, b store.Box, n int, f linktest.Faults, kills int) *storetest.Journal {
	t.Helper()
	rnd := rand.New(rand.NewPCG(uint64(n), uint64(f.Lose*100)))
	j, net := journal(t, b.ID, 0), linktest.New(rnd, f)
	sender := pipe.NewSender(pipe.Identity{Box: b.ID, Epoch: 1, Boot: j.Boot, Software: "test", Incarnation: "A"}, disk{j}, 0, seeded{rnd}, rnd)
	sender.Connect(o.now())
	o.run()
	deliver := func(whom string, m link.Message) {
		if whom == "box" {
			if a, err := wire.DecodeAck(m.Payload); err == nil {
				if err := sender.Ack(o.now(), a); err != nil {
					t.Fatal(err)
				}
			}
			return
		}
		if kills > 0 && rnd.IntN(20) == 0 {
			kills--
			o.halt()
			_ = o.s.Close()
			o.open()
			o.believe()
			o.run()
			return // the message was in memory
		}
		o.put(m.Topic, m.Payload)
		_, a := o.ack()
		net.Send(o.now(), "box", link.Message{Topic: wire.Topic(b.ID, wire.Ack), Payload: wire.Encode(a)})
	}
	for steps := 0; sender.Acked() < int64(n) || kills > 0; steps++ {
		if steps > 50_000 {
			t.Fatalf("after %d steps %d of %d are acknowledged; the cloud has %d", steps, sender.Acked(), n, o.cursor(b).Last)
		}
		if int(j.Head()) < n {
			j.Add(t, o.now(), storetest.Day, event.StatusChanged{Order: id.New[id.Order](), From: "placed", To: "preparing", Total: 1075})
		} else if sender.Acked() >= int64(n) {
			n++ // until every kill was done
		}
		out, again, err := sender.Step(o.now())
		o.check(err)
		for _, m := range out {
			net.Send(o.now(), "cloud", link.Message{Topic: wire.Topic(b.ID, m.Leaf), Payload: m.Payload})
		}
		if at, ok := net.Next(); ok && at.Before(again) {
			again = at
		}
		if again.After(o.now()) {
			o.set(again)
		} else {
			o.set(o.now().Add(time.Millisecond))
		}
		net.Deliver(o.now(), deliver)
	}
	o.halt()
	return j
}

func TestEveryFactArrivesOnceAndInOrderOverABadLine(t *testing.T) {
	for _, f := range []linktest.Faults{
		{},
		{Lose: .1, Double: .1, Delay: 2 * time.Second},
		{Lose: .5, Double: .3, Delay: 5 * time.Second, Truncate: .02},
	} {
		t.Run(fmt.Sprintf("lost %v, doubled %v, broken %v", f.Lose, f.Double, f.Truncate), func(t *testing.T) {
			o := newOffice(t)
			b, _ := o.box(0)
			o.believe()
			j := replicate(t, o, b, 120, f, 4)
			o.same(b, j, j.Head())
			if c := o.cursor(b); c.Dg != j.Digests[j.Head()] || c.Last != j.Head() {
				t.Errorf("the cursor is %+v", c)
			}
		})
	}
}

func TestTwoBoxesUnderOneNameNeverMix(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(6)
	o.believe()
	o.run()
	clone := twist(t, j, 2, 9)
	clone.Boot = id.New[id.Boot]()
	o.hello(helloOf(j))
	o.batch(batchOf(j, 0, 4))
	o.hello(helloOf(clone)) // it comes later, and owns the epoch from now on
	o.batch(batchOf(j, 4, 6))
	o.batch(batchOf(clone, 2, 6))
	o.batch(batchOf(clone, 4, 8))
	states := ""
	for range 6 {
		_, a := o.ack()
		states += a.State + " "
	}
	if strings.TrimSpace(states) != "ok ok ok gap fork fork" {
		t.Errorf("answered %s", states)
	}
	o.same(b, j, 4)
}
