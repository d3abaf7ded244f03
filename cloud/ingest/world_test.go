package ingest_test

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/ingest"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// line is a transport of one process: what is put on it arrives, and what head
// office says comes out, after look has seen it.
type line struct {
	in   chan link.Event
	out  chan link.Message
	look func(link.Message)
}

func (*line) Run(context.Context) error   { return nil }
func (l *line) Events() <-chan link.Event { return l.in }
func (l *line) put(topic string, p []byte) {
	l.in <- link.Event{Message: link.Message{Topic: topic, Payload: p}}
}
func (l *line) connected()                { l.in <- link.Event{Kind: link.Connected} }
func (l *line) hello(h wire.HelloMessage) { l.put(wire.Topic(h.Box, wire.Hello), wire.Encode(h)) }
func (l *line) batch(b *wire.Batch)       { l.put(wire.Topic(b.Box, wire.Up), b.Encode(wire.Reads)) }
func (l *line) will(b id.Box, boot id.Boot) {
	l.put(wire.Topic(b, wire.Will), wire.Encode(wire.WillMessage{Boot: boot}))
}

func (l *line) Send(_ context.Context, m link.Message) error {
	if l.look != nil {
		l.look(m)
	}
	l.out <- m
	return nil
}

// office is a real store with an ingest, on a line.
type office struct {
	*line
	t    *testing.T
	s    *store.Store
	path string
	c    store.Scope
	r    id.Restaurant
	in   *ingest.Ingest
	time atomic.Int64 // Unix ns; read by the ingest at any moment
	stop func()
}

const room = 4096

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, path: filepath.Join(t.TempDir(), "cloud.db")}
	o.set(storetest.Now)
	o.open()
	o.c = storetest.Organisation(t, o.s, "Taquería")
	o.r = storetest.Restaurant(t, o.c, "Riverside")
	return o
}

func (o *office) open() {
	o.t.Helper()
	s, err := sqlite.Open(o.t.Context(), o.path)
	o.check(err)
	o.t.Cleanup(func() { o.halt(); s.Close() })
	o.s = s
	o.line = &line{in: make(chan link.Event, room), out: make(chan link.Message, room)}
	o.in = ingest.New(s, o.line, o.now, slog.New(slog.DiscardHandler))
	o.stop = func() {}
}

func (o *office) now() time.Time   { return time.Unix(0, o.time.Load()).UTC() }
func (o *office) set(to time.Time) { o.time.Store(to.UnixNano()) }

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// run starts the ingest. What was put on the line before comes in one go.
func (o *office) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.in.Run(ctx) }()
	o.stop = func() {
		cancel()
		if err := <-done; err != nil {
			o.t.Errorf("ingest ended with %v", err)
		}
	}
}

func (o *office) halt() { o.stop(); o.stop = func() {} }

// box joins, and has n facts in its journal.
func (o *office) box(n int) (store.Box, *storetest.Journal) {
	o.t.Helper()
	b := storetest.Box(o.t, o.s, o.c, o.r)
	return b, journal(o.t, b.ID, n)
}

func journal(t testing.TB, b id.Box, n int) *storetest.Journal {
	j := storetest.NewJournal(b)
	for range n {
		j.Add(t, storetest.Now, storetest.Day, event.StatusChanged{Order: id.New[id.Order](), From: "placed", To: "preparing", Total: 1075})
	}
	return j
}

func helloOf(j *storetest.Journal) wire.HelloMessage {
	return wire.HelloMessage{Box: j.Box, Epoch: 1, Boot: j.Boot, Nonce: strings.Repeat("0", 32), Head: j.Head(), HeadDg: j.Digests[j.Head()],
		Now: storetest.Now.UnixMilli(), Software: "1.2", Schema: [2]int{1, 2}, Incarnation: "A"}
}

// batchOf is the facts of a journal after one seq up to another.
func batchOf(j *storetest.Journal, after, through int64) *wire.Batch {
	b := &wire.Batch{Box: j.Box, Epoch: 1, Boot: j.Boot, From: after + 1, Prev: j.Digests[after], Dg: j.Digests[through]}
	for _, e := range j.Events[after:through] {
		b.Bodies = append(b.Bodies, e.Body)
	}
	return b
}

// ack waits for the next answer.
func (o *office) ack() (id.Box, wire.AckMessage) {
	o.t.Helper()
	for {
		select {
		case m := <-o.out:
			b, leaf, err := wire.ParseTopic(m.Topic)
			if err != nil || leaf != wire.Ack {
				continue // a roll call
			}
			a, err := wire.DecodeAck(m.Payload)
			o.check(err)
			return b, a
		case <-time.After(10 * time.Second):
			o.t.Fatal("no answer in 10 s")
		}
	}
}

// answers waits for n of them, by box.
func (o *office) answers(n int) map[id.Box]wire.AckMessage {
	o.t.Helper()
	all := map[id.Box]wire.AckMessage{}
	for range n {
		b, a := o.ack()
		all[b] = a
	}
	return all
}

func (o *office) cursor(b store.Box) (c pipe.Cursor) {
	o.t.Helper()
	o.check(o.s.Read(context.Background(), func(t *store.Tx) (err error) { c, err = t.Cursor(b); return err }))
	return c
}

func (o *office) stored(b store.Box) (list []event.Event) {
	o.t.Helper()
	o.check(o.s.Read(context.Background(), func(t *store.Tx) (err error) { list, err = t.Events(b, 1, 0, 10_000); return err }))
	return list
}

func (o *office) standing(b store.Box) store.Standing {
	o.t.Helper()
	list, err := o.c.Standings(context.Background())
	o.check(err)
	for _, s := range list {
		if s.ID == b.ID {
			return s
		}
	}
	o.t.Fatal("the box is not known")
	return store.Standing{}
}

// sql does something to the file that no program of ours would do.
func (o *office) sql(queries ...string) {
	o.t.Helper()
	db, err := sql.Open("sqlite", o.path+"?_pragma=busy_timeout(5000)")
	o.check(err)
	defer db.Close()
	for _, q := range queries {
		if _, err := db.Exec(q); err != nil {
			o.t.Fatalf("%s: %v", q, err)
		}
	}
}
