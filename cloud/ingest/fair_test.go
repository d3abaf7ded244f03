package ingest_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// backlog puts what a box did in three days without a line: HELLO, and as many
// batches as its window allows.
func (o *office) backlog(j *storetest.Journal) (batches int) {
	o.hello(helloOf(j))
	for n := int64(0); n < j.Head(); n += 400 {
		o.batch(batchOf(j, n, min(n+400, j.Head())))
		batches++
	}
	return batches
}

func TestWhatIsLiveGoesBeforeBacklogs(t *testing.T) {
	o := newOffice(t)
	behind := map[id.Box]int64{}
	batches := 0
	for range 3 {
		b, j := o.box(800)
		behind[b.ID] = j.Head()
		batches += o.backlog(j)
	}
	b, j := o.box(2)
	o.hello(helloOf(j))
	o.batch(batchOf(j, 0, 2)) // it came last
	o.run()
	before, order := 0, 0
	for n := range len(behind) + batches + 2 {
		box, a := o.ack()
		if a.State != wire.OK {
			t.Fatalf("answer %d is %+v", n, a)
		}
		if box == b.ID && a.Re == wire.ReBatch {
			order = n + 1
		} else if box != b.ID && a.Re == wire.ReBatch && order == 0 {
			before++
		}
		if head := behind[box]; head == a.Last {
			delete(behind, box)
		}
	}
	if order == 0 || before > 0 {
		t.Errorf("the live box was answered %dth, after %d batches of backlogs", order, before)
	}
	if len(behind) > 0 {
		t.Errorf("%d backlogs were not stored to their end", len(behind))
	}
}

// TestNobodyKeepsABacklogOut: more live messages than share a commit, without an
// end, and a backlog still gets in, a piece with every commit.
func TestNobodyKeepsABacklogOut(t *testing.T) {
	o := newOffice(t)
	live := map[id.Box]*storetest.Journal{}
	for range 70 {
		_, j := o.box(1)
		live[j.Box] = j
		o.hello(helloOf(j))
	}
	b, j := o.box(1200)
	batches := o.backlog(j)
	o.run()
	for got := 0; got < batches; {
		box, a := o.ack()
		if box == b.ID && a.Re == wire.ReBatch {
			got++
		}
		if k := live[box]; k != nil {
			o.hello(helloOf(k)) // and again
		}
		if c := int(o.in.Stats().Commits.Load()); c > got+20 && c > 3*batches {
			t.Fatalf("after %d commits %d of %d batches of the backlog are stored", c, got, batches)
		}
	}
	if c := o.cursor(b); c.Last != j.Head() {
		t.Errorf("of the backlog %d facts are stored", c.Last)
	}
}

func TestABoxThatFloodsLosesOnlyItsOwn(t *testing.T) {
	o := newOffice(t)
	_, mad := o.box(1)
	b, j := o.box(20)
	var answered atomic.Int64 // the commit before the last answer
	o.look = func(m link.Message) {
		if m.Topic == wire.Topic(b.ID, wire.Ack) {
			answered.Store(o.in.Stats().Commits.Load())
		}
	}
	o.run()
	o.hello(helloOf(j))
	o.ack()
	var said atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		m := link.Message{Topic: wire.Topic(mad.Box, wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: id.New[id.Boot]()})}
		for {
			select {
			case o.line.in <- link.Event{Message: m}:
				said.Add(1)
			case <-stop:
				return
			}
		}
	}()
	for said.Load() < 1000 { // until the flood is there
		o.hello(helloOf(j))
		o.ack()
	}
	for n := int64(0); n < j.Head(); n++ {
		m := batchOf(j, n, n+1)
		o.in.Offer(link.Message{Topic: wire.Topic(b.ID, wire.Up), Payload: m.Encode(wire.Reads)})
		was := o.in.Stats().Commits.Load()
		for {
			if box, a := o.ack(); box == b.ID && a.Last == n+1 {
				break
			}
		}
		if c := answered.Load() - was; c > 2 { // one may have been under way
			t.Fatalf("beside a flood a fact was in the commit %d after it came", c)
		}
	}
	close(stop)
	<-stopped
	if o.in.Stats().Dropped.Load() == 0 {
		t.Error("everything of the flood was kept")
	}
}

// TestABoxThatCannotBeStoredCostsTheOthersOneCommit: whoever said what cannot be
// stored goes alone from then on, until it can.
func TestABoxThatCannotBeStoredCostsTheOthersOneCommit(t *testing.T) {
	o := newOffice(t)
	sick, js := o.box(30)
	o.hello(helloOf(js))
	var well []store.Box
	var journals []*storetest.Journal
	for range 20 {
		b, j := o.box(30)
		well, journals = append(well, b), append(journals, j)
		o.hello(helloOf(j))
	}
	o.sql(fmt.Sprintf("CREATE TRIGGER no BEFORE INSERT ON event WHEN hex(NEW.box) = '%X' BEGIN SELECT RAISE(ABORT, 'no room'); END", js.Box.Bytes()))
	o.run()
	o.answers(21)
	commits := func() int64 { return o.in.Stats().Commits.Load() }
	round := func(n int64) int64 {
		was := commits()
		o.halt()
		o.batch(batchOf(js, 0, 1))
		for _, j := range journals {
			o.batch(batchOf(j, n, n+1))
		}
		o.run()
		o.answers(21)
		return commits() - was
	}
	if c := round(0); c < 20 {
		t.Errorf("the first time every message goes alone: %d commits", c)
	}
	if c := round(1); c > 3 {
		t.Errorf("then the others share theirs again: %d commits", c)
	}
	o.sql("DROP TRIGGER no")
	round(2)
	if c := round(3); c > 1 {
		t.Errorf("once it is stored all share one again: %d commits", c)
	}
	if c := o.cursor(sick); c.Last != 1 {
		t.Errorf("of the box itself %d facts are stored", c.Last)
	}
	for _, b := range well {
		if c := o.cursor(b); c.Last != 4 {
			t.Errorf("of a box that did nothing wrong %d facts are stored", c.Last)
		}
	}
}

// TestAWillIsHeardBehindWhateverWaits: a box that is cut off says nothing again.
func TestAWillIsHeardBehindWhateverWaits(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(1)
	for range 200 {
		o.in.Offer(link.Message{Topic: wire.Topic(j.Box, wire.Hello), Payload: wire.Encode(helloOf(j))})
	}
	if o.in.Stats().Dropped.Load() == 0 {
		t.Error("nothing had to be dropped")
	}
	o.in.Offer(link.Message{Topic: wire.Topic(j.Box, wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: j.Boot})})
	o.run()
	for range 20 { // each is a group more, at least
		if o.settled(); !o.standing(b).Presence.Online && o.standing(b).Known {
			return
		}
	}
	t.Error("a box that is gone is shown as there")
}
