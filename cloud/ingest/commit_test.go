package ingest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// believe checks, at the moment an ack leaves, that a reader of the disk finds
// what it says.
func (o *office) believe() {
	o.look = func(m link.Message) {
		b, leaf, err := wire.ParseTopic(m.Topic)
		if err != nil || leaf != wire.Ack {
			return
		}
		a, err := wire.DecodeAck(m.Payload)
		if err != nil {
			o.t.Error(err)
		}
		box, err := o.s.Box(context.Background(), b)
		if err != nil {
			return // it never joined
		}
		if c := o.cursor(box); a.Last != c.Last || a.Dg != c.Dg || a.Epoch != c.Epoch {
			o.t.Errorf("an ack says epoch %d, fact %d (%s), while the disk has epoch %d, fact %d", a.Epoch, a.Last, a.State, c.Epoch, c.Last)
		}
	}
}

func TestAnAckLeavesOnlyAfterTheCommit(t *testing.T) {
	o := newOffice(t)
	_, j := o.box(60)
	o.believe()
	o.run()
	o.hello(helloOf(j))
	if _, a := o.ack(); a.State != wire.OK || a.Epoch != 1 || a.Last != 0 || a.Dg != j.Digests[0] || a.Boot != j.Boot || a.Re != wire.ReHello || a.Win < 1 {
		t.Errorf("the first HELLO is answered %+v", a)
	}
	for n := int64(0); n < 60; n += 5 {
		o.batch(batchOf(j, n, n+5))
		if _, a := o.ack(); a.State != wire.OK || a.Last != n+5 || a.Dg != j.Digests[n+5] || a.Re != wire.ReBatch || a.Nonce != helloOf(j).Nonce {
			t.Fatalf("the batch after %d is answered %+v", n, a)
		}
	}
}

// The disk takes every statement, and then refuses the COMMIT.
const refuseCommits = `
	CREATE TABLE absent (id INTEGER PRIMARY KEY);
	CREATE TABLE broken (n INTEGER REFERENCES absent (id) DEFERRABLE INITIALLY DEFERRED);
	CREATE TRIGGER refuse AFTER INSERT ON event BEGIN INSERT INTO broken VALUES (1); END`

func TestAFailedCommitIsNeverAcknowledgedAndTheNextOneIs(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(4)
	_, k := o.box(2)
	o.believe()
	o.run()
	o.hello(helloOf(j))
	o.hello(helloOf(k))
	o.answers(2)
	o.batch(batchOf(j, 0, 2))
	o.ack()
	o.sql(refuseCommits)
	for range 3 {
		o.batch(batchOf(j, 2, 4))
		if _, a := o.ack(); a.State != wire.Bad || a.Last != 2 || a.Dg != j.Digests[2] || a.Epoch != 1 {
			t.Errorf("a commit that failed is answered %+v", a)
		}
	}
	if n := len(o.stored(b)); n != 2 {
		t.Errorf("%d facts are stored", n)
	}
	o.hello(helloOf(k)) // it writes no fact, and the disk takes it
	if _, a := o.ack(); a.State != wire.OK {
		t.Errorf("after a failed commit another box is answered %+v", a)
	}
	o.sql("DROP TRIGGER refuse")
	o.batch(batchOf(j, 2, 4))
	if _, a := o.ack(); a.State != wire.OK || a.Last != 4 {
		t.Errorf("once the disk is well: %+v", a)
	}
	if got := o.in.Stats(); got.Events.Load() != 4 || got.Batches.Load() != 2 || got.Hellos.Load() != 3 || got.Bad.Load() != 3 {
		t.Errorf("counted are %d facts, %d batches, %d hellos, %d bad", got.Events.Load(), got.Batches.Load(), got.Hellos.Load(), got.Bad.Load())
	}
}

func TestBoxesShareACommit(t *testing.T) {
	o := newOffice(t)
	const n = 20
	want := map[id.Box]int64{}
	var boxes []store.Box
	for k := range n {
		b, j := o.box(2 + k%3)
		boxes, want[b.ID] = append(boxes, b), j.Head()
		o.hello(helloOf(j))
		o.batch(batchOf(j, 0, 1))
		o.batch(batchOf(j, 1, j.Head()))
	}
	o.believe()
	o.run()
	last := o.answers(3 * n)
	for _, b := range boxes {
		if a := last[b.ID]; a.State != wire.OK || a.Last != want[b.ID] || len(o.stored(b)) != int(want[b.ID]) {
			t.Errorf("%+v, want %d", a, want[b.ID])
		}
	}
	if c := o.in.Stats().Commits.Load(); c != 1 {
		t.Errorf("%d messages of %d boxes took %d commits", 3*n, n, c)
	}
}

func TestWhatOneBoxBreaksIsKeptFromTheOthers(t *testing.T) {
	for name, broken := range map[string]func(o *office, j *storetest.Journal) []byte{
		"what cannot be read": func(*office, *storetest.Journal) []byte { return []byte("T1\x01\x00nonsense") },
		"what cannot be stored": func(o *office, j *storetest.Journal) []byte {
			o.sql(fmt.Sprintf("CREATE TRIGGER no BEFORE INSERT ON event WHEN hex(NEW.box) = '%X' BEGIN SELECT RAISE(ABORT, 'no room'); END", j.Box.Bytes()))
			return batchOf(j, 0, 3).Encode(wire.Reads)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			sick, js := o.box(3)
			o.hello(helloOf(js))
			var well []store.Box
			for k := range 6 {
				b, j := o.box(3)
				well = append(well, b)
				o.hello(helloOf(j))
				o.batch(batchOf(j, 0, 3))
				if k == 3 {
					o.put(wire.Topic(sick.ID, wire.Up), broken(o, js))
				}
			}
			stranger := journal(t, id.New[id.Box](), 1) // it never joined
			o.batch(batchOf(stranger, 0, 1))
			o.put("t/v1/00/not-a-box/up", []byte("x"))
			o.run()
			last := o.answers(1 + 2*6 + 2)
			for _, b := range well {
				if a := last[b.ID]; a.State != wire.OK || a.Last != 3 || len(o.stored(b)) != 3 {
					t.Errorf("a box that did nothing wrong is answered %+v", a)
				}
			}
			if a := last[sick.ID]; a.State != wire.Bad || a.Last != 0 || a.Epoch != 1 || a.Dg != js.Digests[0] || a.Boot != js.Boot || len(o.stored(sick)) != 0 {
				t.Errorf("the box itself is answered %+v", a)
			}
			if a := last[stranger.Box]; a.State != wire.Bad {
				t.Errorf("a box that never joined is answered %+v", a)
			}
		})
	}
}

// TestNoMessageIsDroppedBetweenTwoGroups: more messages than share one commit are
// all answered.
func TestNoMessageIsDroppedBetweenTwoGroups(t *testing.T) {
	o := newOffice(t)
	const n = 200
	for range 5 {
		_, j := o.box(3)
		for range n / 5 {
			o.hello(helloOf(j))
		}
	}
	o.run()
	for range n {
		o.ack()
	}
}
