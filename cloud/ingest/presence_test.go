package ingest_test

import (
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// settled waits until everything that was put on the line is handled: it puts a
// HELLO behind it.
func (o *office) settled() {
	o.t.Helper()
	_, j := o.box(0)
	o.hello(helloOf(j))
	for b, _ := o.ack(); b != j.Box; b, _ = o.ack() {
	}
}

func TestABoxIsOnlineFromItsHelloToItsWill(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(9)
	if s := o.standing(b); s.Known {
		t.Errorf("a box that never spoke is known: %+v", s.Presence)
	}
	o.run()
	start := o.now()
	is := func(when string, online bool, since time.Duration, head int64) {
		t.Helper()
		o.settled()
		if p := o.standing(b).Presence; p.Online != online || !p.Since.Equal(start.Add(since)) || p.Head != head {
			t.Errorf("%s: online %v since %v, head %d", when, p.Online, p.Since.Sub(start), p.Head)
		}
	}
	step := func(m time.Duration) { o.settled(); o.set(start.Add(m)) }
	h := helloOf(j)
	h.Now -= 4000
	o.hello(h)
	is("after its HELLO", true, 0, 9)
	if p := o.standing(b).Presence; p.Clock != 4*time.Second || p.Boot != j.Boot || p.Software != "1.2" {
		t.Errorf("%+v", p)
	}
	step(time.Minute)
	next := h
	next.PrevBoot, next.Boot, next.Head, next.HeadDg = h.Boot, id.New[id.Boot](), 9, j.Digests[9]
	o.hello(next)
	is("after its next boot", true, 0, 9)
	step(2 * time.Minute)
	o.will(b.ID, h.Boot) // of the old connection: it comes late
	is("after the old boot's will", true, 0, 9)
	step(3 * time.Minute)
	o.will(b.ID, next.Boot)
	is("after its will", false, 3*time.Minute, 9)
	if s := o.standing(b); s.Presence.Head-s.Cursor.Last != 9 {
		t.Errorf("a dark box is %d behind at least", s.Presence.Head-s.Cursor.Last)
	}
	step(5 * time.Minute)
	o.will(b.ID, next.Boot)
	is("after the same will again", false, 3*time.Minute, 9)
	step(6 * time.Minute)
	o.hello(next)
	is("when it is back", true, 6*time.Minute, 9)
	step(7 * time.Minute)
	j.Boot = next.Boot
	for range 3 {
		j.Add(t, o.now(), "2026-11-25", event.DeviceRevoked{Device: id.New[id.Device]()})
	}
	o.batch(batchOf(j, 0, 12))
	is("after a batch that goes further than its HELLO", true, 6*time.Minute, 12)
	if p := o.standing(b).Presence; !p.Heard.Equal(o.now()) {
		t.Errorf("it was heard %v", p.Heard.Sub(start))
	}
}

func TestAWillThatCannotBeReadIsNobodysMatter(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(1)
	o.run()
	o.hello(helloOf(j))
	o.ack()
	o.put(wire.Topic(b.ID, wire.Will), []byte("gone"))
	o.put(wire.Topic(id.New[id.Box](), wire.Will), wire.Encode(wire.WillMessage{Boot: j.Boot}))
	o.put(wire.Topic(b.ID, "surprise"), nil)
	if _, a := o.ack(); a.State != wire.Bad {
		t.Errorf("a topic that nobody knows is answered %+v", a) // wills are answered nothing
	}
	o.settled()
	if !o.standing(b).Presence.Online {
		t.Error("the box is dark")
	}
}

func TestHeadOfficeThatStartsKnowsNobodyAndCallsTheRoll(t *testing.T) {
	o := newOffice(t)
	var first wire.HelloMessage
	for range 5 {
		_, j := o.box(1)
		if first.Box.IsZero() {
			first = helloOf(j)
		}
	}
	twin := store.Box{ID: id.New[id.Box](), Organisation: o.c.Organisation(), Restaurant: o.r} // of the same shard as another
	for wire.Shard(twin.ID) != wire.Shard(first.Box) {
		twin.ID = id.New[id.Box]()
	}
	o.check(o.s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddBox(twin, o.now()) }))
	o.run()
	o.hello(first)
	o.ack()
	o.halt()
	o.check(o.s.Close())
	heard := o.now()
	o.open() // an hour later
	o.c = o.s.In(o.c.Organisation())
	o.set(heard.Add(time.Hour))
	o.run()
	o.settled()
	for _, s := range must(o.c.Standings(t.Context())) {
		if p := s.Presence; s.ID == first.Box && (p.Online || !p.Since.Equal(heard)) {
			t.Errorf("after the start: online %v, since %v after it was heard last", p.Online, p.Since.Sub(heard))
		}
	}
	shards := map[string]bool{}
	for _, b := range must(o.s.Boxes(t.Context())) {
		shards[wire.Shard(b.ID)] = true
	}
	for range 2 { // each new connection to the broker
		o.connected()
		o.hello(first)
		called := map[string]int{}
		for acked := false; !acked; {
			select {
			case m := <-o.out:
				if _, _, err := wire.ParseTopic(m.Topic); err != nil {
					called[m.Topic]++
				} else {
					acked = true
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("the roll was called on %v", called)
			}
		}
		for shard := range shards {
			if called[wire.Rollcall(shard)] != 1 {
				t.Errorf("the roll was called %d times on shard %s", called[wire.Rollcall(shard)], shard)
			}
		}
		if len(called) != len(shards) {
			t.Errorf("the roll was called on %v", called)
		}
	}
	o.tell(link.Event{Kind: link.Lost}) // a lost broker is no news about boxes
	o.hello(first)
	o.ack()
	o.tell(link.Event{Kind: link.Lost})
	o.settled()
	for _, s := range must(o.c.Standings(t.Context())) {
		if s.ID == first.Box && !s.Presence.Online {
			t.Error("the box that answered is dark")
		}
	}
}

func (o *office) tell(e link.Event) { o.line.in <- e }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A box that made a new connection within the same boot may be outrun by the will of
// the old one. It is asked, so that it is not dark until it speaks by itself.
func TestABoxWhoseWillCameIsAskedWhetherItIsThere(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(3)
	o.run()
	o.hello(helloOf(j))
	o.ack()
	o.will(b.ID, j.Boot) // of the connection before
	for asked := false; !asked; {
		select {
		case m := <-o.line.out:
			asked = m.Topic == wire.Rollcall(wire.Shard(b.ID))
		case <-time.After(10 * time.Second):
			t.Fatal("nobody asks")
		}
	}
	o.hello(helloOf(j))
	o.ack()
	if !o.standing(b).Presence.Online {
		t.Error("a box that answered is dark")
	}
}
