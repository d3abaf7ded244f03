package ingest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// twist is the same history up to a seq, and another one after it.
func twist(t testing.TB, j *storetest.Journal, at, more int64) *storetest.Journal {
	k := storetest.NewJournal(j.Box)
	k.Boot, k.Events, k.Digests = j.Boot, append(k.Events, j.Events[:at]...), append(k.Digests[:0], j.Digests[:at+1]...)
	for range more {
		k.Add(t, storetest.Now, storetest.Day, event.DeviceRevoked{Device: id.New[id.Device]()})
	}
	return k
}

func TestOnlyWhatContinuesTheHistoryIsStored(t *testing.T) {
	at := func(change func(*wire.Batch), b *wire.Batch) *wire.Batch { change(b); return b }
	o := newOffice(t)
	o.believe()
	o.run()
	for _, c := range []struct {
		what  string
		state string
		last  int64 // after it; 5 before
		batch func(j *storetest.Journal) *wire.Batch
	}{
		{"the next facts", wire.OK, 8, func(j *storetest.Journal) *wire.Batch { return batchOf(j, 5, 8) }},
		{"an overlap", wire.OK, 8, func(j *storetest.Journal) *wire.Batch { return batchOf(j, 2, 8) }},
		{"everything once more and further", wire.OK, 9, func(j *storetest.Journal) *wire.Batch { return batchOf(j, 0, 9) }},
		{"a stale one", wire.OK, 5, func(j *storetest.Journal) *wire.Batch { return batchOf(j, 1, 4) }},
		{"the last one once more", wire.OK, 5, func(j *storetest.Journal) *wire.Batch { return batchOf(j, 3, 5) }},
		{"a gap", wire.Gap, 5, func(j *storetest.Journal) *wire.Batch { return batchOf(j, 6, 8) }},
		{"another history that continues at our last", wire.Fork, 5, func(j *storetest.Journal) *wire.Batch { return batchOf(twist(t, j, 3, 6), 5, 8) }},
		{"another history that overlaps", wire.Fork, 5, func(j *storetest.Journal) *wire.Batch { return batchOf(twist(t, j, 3, 6), 3, 8) }},
		{"another history from its beginning", wire.Fork, 5, func(j *storetest.Journal) *wire.Batch { return batchOf(twist(t, j, 0, 8), 0, 8) }},
		{"another epoch", wire.Gap, 5, func(j *storetest.Journal) *wire.Batch {
			return at(func(b *wire.Batch) { b.Epoch = 2 }, batchOf(j, 5, 8))
		}},
		{"another boot", wire.Gap, 5, func(j *storetest.Journal) *wire.Batch {
			return at(func(b *wire.Batch) { b.Boot = id.New[id.Boot]() }, batchOf(j, 5, 8))
		}},
		{"a digest that it does not come to", wire.Bad, 5, func(j *storetest.Journal) *wire.Batch {
			return at(func(b *wire.Batch) { b.Dg = j.Digests[9] }, batchOf(j, 5, 8))
		}},
		{"facts that are numbered otherwise", wire.Bad, 5, func(j *storetest.Journal) *wire.Batch {
			return at(func(b *wire.Batch) { b.Bodies[1], b.Bodies[2] = b.Bodies[2], b.Bodies[1] }, batchOf(j, 5, 8))
		}},
		{"a fact that is no JSON", wire.Bad, 5, func(j *storetest.Journal) *wire.Batch {
			return at(func(b *wire.Batch) { b.Bodies[1] = b.Bodies[1][:40] }, batchOf(j, 5, 8))
		}},
		{"another box's facts", wire.Bad, 5, func(j *storetest.Journal) *wire.Batch {
			return at(func(b *wire.Batch) { b.Box = id.New[id.Box]() }, batchOf(j, 5, 8))
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			b, j := o.box(9)
			o.hello(helloOf(j))
			o.batch(batchOf(j, 0, 5))
			o.answers(2)
			o.put(wire.Topic(b.ID, wire.Up), c.batch(j).Encode(wire.Reads))
			if _, a := o.ack(); a.State != c.state || a.Last != c.last || a.Dg != j.Digests[c.last] || a.Epoch != 1 {
				t.Errorf("answered %s, fact %d; want %s, fact %d", a.State, a.Last, c.state, c.last)
			}
			o.same(b, j, c.last)
		})
	}
}

// same checks that the disk has exactly the first facts of a journal.
func (o *office) same(b store.Box, j *storetest.Journal, last int64) {
	o.t.Helper()
	list := o.stored(b)
	if int64(len(list)) != last {
		o.t.Fatalf("%d facts are stored, want %d", len(list), last)
	}
	for i, e := range list {
		if !bytes.Equal(e.Body, j.Events[i].Body) {
			o.t.Errorf("fact %d is stored as %s", i+1, e.Body)
		}
	}
}

func TestWithoutTheChainTheTestsNotice(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(9)
	o.in.BreakPipe(pipe.NoChainCheck)
	o.run()
	o.hello(helloOf(j))
	o.batch(batchOf(j, 0, 5))
	o.answers(2)
	other := twist(t, j, 3, 6)
	o.batch(batchOf(other, 5, 8))
	if _, a := o.ack(); a.State == wire.Fork {
		t.Error("the defect has no effect")
	}
	if e := o.stored(b)[5]; bytes.Equal(e.Body, j.Events[5].Body) || !bytes.Equal(e.Body, other.Events[5].Body) {
		t.Error("the defect mixed nothing")
	}
}

func TestHelloSaysWhoseTurnItIs(t *testing.T) {
	o := newOffice(t)
	o.believe()
	o.run()
	for _, c := range []struct {
		what, state string
		epoch       int64 // of the cloud
		hello       func(*wire.HelloMessage)
	}{
		{"the same boot again", wire.OK, 1, func(*wire.HelloMessage) {}},
		{"the next boot of the box", wire.OK, 1, func(h *wire.HelloMessage) { h.PrevBoot, h.Boot = h.Boot, id.New[id.Boot]() }},
		{"a box that is behind us: it compares itself", wire.OK, 1, func(h *wire.HelloMessage) { h.Head = 2 }},
		{"another history of the same length", wire.Fork, 1, func(h *wire.HelloMessage) { h.HeadDg[0] ^= 1 }},
		{"an epoch that we never granted", wire.Fork, 1, func(h *wire.HelloMessage) { h.Epoch = 2 }},
		{"an older epoch of somebody else", wire.Fenced, 7, func(h *wire.HelloMessage) { h.Boot = id.New[id.Boot]() }},
		{"an older epoch of the owner", wire.OK, 7, func(*wire.HelloMessage) {}},
	} {
		t.Run(c.what, func(t *testing.T) {
			b, j := o.box(5)
			j.Upload(t, o.s, b, 5)
			if c.epoch != 1 {
				o.check(o.s.Write(t.Context(), func(tx *store.Tx) error {
					return tx.Append(b, j.Cursor(1, 5), j.Verdict(c.epoch, 0, 5), storetest.Now)
				}))
			}
			was := o.cursor(b)
			h := helloOf(j)
			c.hello(&h)
			o.hello(h)
			_, a := o.ack()
			if a.State != c.state || a.Epoch != c.epoch || a.Last != 5 || a.Dg != j.Digests[5] || a.Boot != h.Boot || a.Nonce != h.Nonce {
				t.Errorf("answered %+v", a)
			}
			now := o.cursor(b)
			if now.Last != was.Last || now.Dg != was.Dg || now.Epoch != was.Epoch {
				t.Errorf("a HELLO moved the cursor to %+v", now)
			}
			want := was.Boot
			if c.state == wire.OK {
				want = h.Boot
			}
			if now.Boot != want {
				t.Errorf("answered %s, and the owner of the epoch is another", a.State)
			}
		})
	}
	t.Run("a restored cloud that knows nothing of a later epoch", func(t *testing.T) {
		b, j := o.box(5)
		h := helloOf(j)
		h.Epoch = 2
		o.hello(h)
		if _, a := o.ack(); a.State != wire.Fork || o.cursor(b) != (pipe.Cursor{}) {
			t.Errorf("answered %+v", a)
		}
	})
}

func TestWhatIsTooLargeIsRefusedWhileItIsRead(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(3)
	many := &wire.Batch{Box: b.ID, Epoch: 1, Boot: j.Boot, From: 1, Prev: j.Digests[0]}
	for range wire.MaxEvents + 1 {
		many.Bodies = append(many.Bodies, []byte("{}"))
	}
	bomb := batchOf(j, 0, 1) // 4 MB of spaces in a few hundred bytes
	for range 200 {
		bomb.Bodies = append(bomb.Bodies, bytes.Repeat([]byte(" "), 20<<10))
	}
	large := batchOf(j, 0, 1)
	large.Bodies[0] = append(bytes.Repeat([]byte(" "), event.MaxBytes), large.Bodies[0]...)
	unknown := append([]byte("T1\x09\x00"), batchOf(j, 0, 1).Encode(wire.Reads)[4:]...)
	o.believe()
	o.run()
	o.hello(helloOf(j))
	o.ack()
	if n := len(bomb.Encode(wire.Reads)); n > 16<<10 {
		t.Errorf("the bomb has %d bytes: it proves nothing", n)
	}
	for what, p := range map[string][]byte{"too many facts": many.Encode(wire.Reads), "a bomb": bomb.Encode(wire.Reads), "a fact that is too large": large.Encode(wire.Reads),
		"an unknown encoding": unknown, "nothing": {}, "another protocol": []byte("T2\x00\x00{}")} {
		o.put(wire.Topic(b.ID, wire.Up), p)
		if _, a := o.ack(); a.State != wire.Bad || a.Last != 0 || len(o.stored(b)) != 0 {
			t.Errorf("%s is answered %+v", what, a)
		}
	}
	for what, p := range map[string][]byte{"no JSON": []byte("hello"), "nothing": {}, "another box": wire.Encode(helloOf(journal(t, id.New[id.Box](), 0))),
		"a HELLO that is too large": []byte(`{"sw":"` + strings.Repeat("x", 100<<10) + `"}`)} {
		o.put(wire.Topic(b.ID, wire.Hello), p)
		if _, a := o.ack(); a.State != wire.Bad {
			t.Errorf("%s for a HELLO is answered %+v", what, a)
		}
	}
	o.batch(batchOf(j, 0, 3))
	if _, a := o.ack(); a.State != wire.OK || a.Last != 3 {
		t.Errorf("after all that the good batch is answered %+v", a)
	}
}

func TestTheContentOfFactsIsNoneOfItsBusiness(t *testing.T) {
	o := newOffice(t)
	b, j := o.box(1)
	for _, data := range []string{`null`, `[]`, `"text"`, `-1e400`, `{"order":7,"lines":{"a":[[[[]]]]},"total":"free"}`, `{"":"\u0000\ud800"}`,
		`{"a":1,"a":2}`, `{"deep":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, `"` + strings.Repeat("x", 30<<10) + `"`} {
		j.Append(t, storetest.Now, storetest.Day, event.Event{ID: id.New[id.Event](), Type: "order.sent", V: 1, Data: []byte(data)})
	}
	j.Append(t, storetest.Now, "no day", event.Event{ID: id.New[id.Event](), Type: "table.danced_upon", V: 99, Data: []byte(`{}`)})
	o.run()
	o.hello(helloOf(j))
	o.batch(batchOf(j, 0, j.Head()))
	o.answers(2)
	o.same(b, j, j.Head())
}
