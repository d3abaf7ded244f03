// Package sim plays whole histories of boxes and their head office in one thread:
// the real journal on real SQLite, the real sender, receiver, ingest, directives
// and store, and between them a broker that breaks every promise, a clock that
// jumps, crashes, clones, and copies of yesterday. A seed is a history; the same
// seed is the same history. What must hold is checked all the time (PROTOCOL.md 9).
package sim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"github.com/tyngo/tyngo/cloud/catalog"
	"github.com/tyngo/tyngo/cloud/ingest"
	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	cloudsqlite "github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// Broken is a rule that is broken on purpose, so that the simulation shows that it
// notices.
type Broken string

const (
	Whole        Broken = ""
	NoChainCheck Broken = "no chain check"
	TrustPuback  Broken = "a PUBACK trusted"
	AckEarly     Broken = "an ack before the commit"
	WillOfMany   Broken = "a will without its check"
	NoMemory     Broken = "a directive without its memory"
	NoFence      Broken = "no fencing"
	ReceiptsOnly Broken = "receipts without the journal"
)

// World is one history.
type World struct {
	Seed     uint64
	Covered  map[string]int
	broken   Broken
	dir      string
	rnd      *rand.Rand
	now      time.Time
	tick     time.Duration // what happens within one happens at its end, together
	net      *broker
	org      id.Organisation
	place    id.Restaurant
	boxes    []*box
	boots    map[id.Boot]*box // whose starts these are
	cloud    *cloud
	second   *cloud         // another ingest that sees the same stream
	copies   []string       // older copies of head office
	old      []link.Message // acks from the past
	fail     bool           // the next commit of head office fails
	wished   int
	called   time.Time // when a head office began that knew nobody
	restored bool      // head office lost facts: I3 is repaired as soon as a box hears
	known    map[id.Box]standing
	stale    bool // head office committed since known was read
	dim      bool // and who is online may have changed
}

// cloud is one run of head office.
type cloud struct {
	store   *store.Store
	ingest  *ingest.Ingest
	book    *catalog.Book
	answers *rollup.Follower
	folded  map[id.Box]standing // when nothing was left to fold
}

var ctx = context.Background()

var start = time.UnixMilli(1_795_000_000_000)

func (w *World) clock() time.Time { return w.now }

// chance is true so many times of 1,000.
func (w *World) chance(n int) bool { return n > 0 && w.rnd.IntN(1000) < n }

// noise is random bytes, the same for a seed.
type noise struct{ *rand.Rand }

func (b noise) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b.Uint32())
	}
	return len(p), nil
}

func newWorld(seed uint64, b Broken, dir string, t Templates) (*World, error) {
	w := &World{Seed: seed, Covered: map[string]int{}, boots: map[id.Boot]*box{}, broken: b, dir: dir, rnd: rand.New(rand.NewPCG(seed, 7)), now: start, tick: time.Nanosecond}
	w.net = &broker{w: w, faults: faults{Delay: 20 * time.Millisecond}}
	if err := copyFile(t.cloud, w.cloudPath()); err != nil {
		return nil, err
	}
	w.org, w.place = t.org, t.place
	var err error
	if w.cloud, err = w.openCloud(); err != nil {
		return nil, err
	}
	for n := range 2 {
		x, err := w.newBox(fmt.Sprintf("box%d", n), t)
		if err != nil {
			return nil, err
		}
		w.boxes = append(w.boxes, x)
	}
	return w, nil
}

func (w *World) cloudPath() string { return filepath.Join(w.dir, "cloud.db") }

func (w *World) openCloud() (*cloud, error) {
	s, err := cloudsqlite.Open(ctx, w.cloudPath())
	if err != nil {
		return nil, err
	}
	return w.run(s)
}

// run starts an ingest on a store.
func (w *World) run(s *store.Store) (*cloud, error) {
	s.BeforeCommit = w.commit
	w.look()
	quiet := slog.New(slog.DiscardHandler)
	c := &cloud{store: s, ingest: ingest.New(s, cloudLink{w}, w.clock, quiet)}
	switch w.broken {
	case AckEarly:
		c.ingest.Break(ingest.AckEarly)
	case WillOfMany:
		c.ingest.Break(ingest.WillOfMany)
	}
	c.ingest.BreakPipe(defects[w.broken])
	c.ingest.Limit(pipe.Limits{Window: 4, Boxes: 1, Batches: 3}) // a box waits for its turn now and then
	c.book = catalog.New(s, w.clock, c.ingest)
	c.answers = c.book.Follow(func() <-chan struct{} { return nil }, quiet)
	if err := c.ingest.Begin(ctx); err != nil {
		return nil, err
	}
	w.called = w.now
	for _, x := range w.boxes {
		x.welcome = false
	}
	return c, c.ingest.RollCall(ctx)
}

// commit fails now and then, as a disk does.
func (w *World) commit() error {
	w.stale = true
	if !w.fail {
		return nil
	}
	w.fail = false
	w.Covered["commit failed"]++
	return errors.New("the disk did not take it")
}

// close ends everything that is open.
func (w *World) close() error {
	err := w.cloud.store.Close()
	for _, x := range w.boxes {
		err = errors.Join(err, x.db.Close())
	}
	return err
}

// fromCloud is a message of head office on its way to whoever subscribed.
func (w *World) fromCloud(m link.Message) {
	if strings.HasSuffix(m.Topic, "/rollcall") {
		for _, x := range w.boxes {
			if x.up && m.Topic == wire.Rollcall(wire.Shard(x.id)) {
				w.net.send(x.session, m)
			}
		}
		return
	}
	b, leaf, err := wire.ParseTopic(m.Topic)
	if err != nil {
		panic(err) // our own topics
	}
	if leaf == wire.Ack {
		if a, err := wire.DecodeAck(m.Payload); err == nil && a.State == wire.Slow {
			w.Covered["waited for its turn"]++
		}
		if len(w.old) < 50 {
			w.old = append(w.old, m)
		}
	}
	for _, x := range w.boxes {
		if x.up && x.id == b {
			w.net.send(x.session, m)
		}
	}
}

// pass lets time pass until a moment: messages arrive, timers go.
func (w *World) pass(d time.Duration) error {
	for end := w.now.Add(d); ; {
		next := end
		if at, ok := w.net.next(); ok && at.Before(next) {
			next = at
		}
		for _, x := range w.boxes {
			if x.up && x.again.Before(next) {
				next = x.again
			}
		}
		if next = w.ends(next); next.After(end) {
			next = end
		}
		if next.After(w.now) {
			w.now = next
		}
		if err := w.deliver(); err != nil {
			return err
		}
		if !w.now.Before(end) {
			return nil
		}
	}
}

// ends is when the tick of a moment ends.
func (w *World) ends(at time.Time) time.Time {
	d := at.Sub(start)
	if r := d % w.tick; r > 0 {
		d += w.tick - r
	}
	return start.Add(d)
}

// deliver hands over what arrives now and lets everybody speak.
func (w *World) deliver() error {
	var group []link.Message
	for _, f := range w.net.due() {
		if f.to == toCloud {
			group = append(group, f.m)
			continue
		}
		for _, x := range w.boxes {
			if x.up && x.session == f.to {
				if err := x.hear(f.m); err != nil {
					return err
				}
			}
		}
	}
	was, err := w.standings()
	if err != nil {
		return err
	}
	if err := w.take(w.cloud, group); err != nil {
		return err
	}
	if w.second != nil {
		if err := w.take(w.second, group); err != nil {
			return err
		}
	}
	for _, x := range w.boxes {
		if err := x.step(); err != nil {
			return err
		}
	}
	if len(group) == 0 {
		return nil
	}
	if err := w.owners(was, group); err != nil {
		return err
	}
	return w.check()
}

// take lets an ingest work, and what follows it. Now and then the disk of head
// office does not take a commit.
func (w *World) take(c *cloud, group []link.Message) error {
	w.fail = len(group) > 0 && w.chance(w.net.faults.Lost/4)
	for _, m := range group {
		if !strings.HasSuffix(m.Topic, "/"+wire.Up) {
			w.look()
		}
		c.ingest.Offer(m)
	}
	for c.ingest.Work(ctx) {
	}
	w.fail = false
	if len(group) == 0 {
		return nil
	}
	if err := w.fold(c); err != nil {
		return err
	}
	c.ingest.Work(ctx) // what it was told
	return nil
}

// fold lets what follows the facts work, where there are new ones.
func (w *World) fold(c *cloud) error {
	now, err := w.standings()
	if err != nil {
		return err
	}
	fresh := c.folded == nil
	for b, s := range now {
		fresh = fresh || s.cur != c.folded[b].cur
	}
	if !fresh {
		return nil
	}
	for more := true; more; {
		if more, err = c.answers.Round(ctx); err != nil {
			return err
		}
	}
	c.folded, w.stale = now, false // folding moves no cursor
	return nil
}
