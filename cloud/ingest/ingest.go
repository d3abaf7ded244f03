// Package ingest takes what boxes say and puts it on the disk: the receiving end
// of the replication, between a transport and the store.
//
// It promises: an ack only after the commit; what one box breaks is kept from the
// others; a batch that cannot be read or stored is answered 'bad' and never
// half stored; the content of facts is none of its business.
package ingest

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// Ingest is one consumer of all boxes.
type Ingest struct {
	store *store.Store
	link  link.Transport
	recv  *pipe.Receiver
	down  *pipe.Dispatcher
	queue *queue
	notes chan note
	call  atomic.Bool // the roll is to be called
	now   func() time.Time
	log   *slog.Logger
	stats Stats

	broken  Defect
	lacking map[id.Box][]string  // documents that are not here; only those of some
	blamed  map[id.Box]time.Time // when the log last said that it sent what cannot be stored

	mu      sync.Mutex
	changed chan struct{}
}

// Stats count since the start.
type Stats struct {
	Events, Batches, Duplicates, Gaps, Forks, Bad, Hellos, Commits, Directives atomic.Int64
	Dropped                                                                    atomic.Int64 // messages that had no room
}

// New makes an ingest; Run starts it.
func New(s *store.Store, l link.Transport, now func() time.Time, log *slog.Logger) *Ingest {
	i := &Ingest{store: s, link: l, recv: pipe.NewReceiver(), down: pipe.NewDispatcher(), notes: make(chan note, noteRoom),
		lacking: map[id.Box][]string{}, blamed: map[id.Box]time.Time{}, now: now, log: log, changed: make(chan struct{})}
	i.queue = newQueue(&i.stats.Dropped)
	return i
}

// Limit sets how much backlog is taken at a time; pipe.Full is what it begins with.
func (i *Ingest) Limit(l pipe.Limits) { i.recv.Limit(l) }

// Stats are the counters since the start.
func (i *Ingest) Stats() *Stats { return &i.stats }

// Changed is closed when facts were stored, or a box came or went.
func (i *Ingest) Changed() <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.changed
}

func (i *Ingest) wake() {
	i.mu.Lock()
	defer i.mu.Unlock()
	close(i.changed)
	i.changed = make(chan struct{})
}

// Run takes messages until ctx ends. It begins by asking who is there.
func (i *Ingest) Run(ctx context.Context) error {
	if err := i.run(ctx); ctx.Err() == nil {
		return err
	}
	return nil // it was to end
}

func (i *Ingest) run(ctx context.Context) error {
	if err := i.Begin(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { i.listen(ctx) })
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-i.notes:
			i.heed(ctx, n)
		case <-look.C:
		case <-i.queue.ready:
		}
		if i.Work(ctx) {
			i.queue.wake()
		}
	}
}

// listen puts what boxes say where it waits for a commit. It never waits itself,
// so that one that floods takes no room from the others.
func (i *Ingest) listen(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-i.link.Events():
			i.hear(e)
			for n, more := 1, true; more && n < groupMost; n++ { // what is there shares a commit
				select {
				case e := <-i.link.Events():
					i.hear(e)
				default:
					more = false
				}
			}
			i.queue.wake()
		}
	}
}

// Begin is what a start begins with: nobody is known to be there.
func (i *Ingest) Begin(ctx context.Context) error { return i.store.AllDark(ctx) }

// hear takes an event. A line that is there begins with a roll call.
func (i *Ingest) hear(e link.Event) {
	switch e.Kind {
	case link.Received:
		i.Offer(e.Message)
	case link.Connected:
		i.call.Store(true)
	case link.Lost:
		i.log.Warn("ingest lost the broker", "err", e.Err)
	}
}

// Offer takes a message that a box said, and never waits.
func (i *Ingest) Offer(m link.Message) { i.queue.put(m) }

// Work stores the next group of messages, answers them, and sends what is due. It
// reports whether more waits. It is not for two goroutines.
func (i *Ingest) Work(ctx context.Context) (more bool) {
	if i.call.Swap(false) {
		if err := i.RollCall(ctx); err != nil && ctx.Err() == nil {
			i.log.Error("call the roll", "err", err)
		}
	}
	if group := i.queue.take(i.now(), nil); len(group) > 0 {
		i.take(ctx, read(group))
	}
	select {
	case n := <-i.notes:
		i.heed(ctx, n)
	default:
	}
	for _, b := range i.recv.Turns(i.now()) {
		i.again(ctx, b)
	}
	i.dispatch(ctx)
	return i.queue.waits()
}

// RollCall asks every shard that has boxes who is there: a cloud that starts has
// forgotten, and an idle box would not speak for minutes.
func (i *Ingest) RollCall(ctx context.Context) error {
	boxes, err := i.store.Boxes(ctx)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, b := range boxes {
		shard := wire.Shard(b.ID)
		if asked[shard] {
			continue
		}
		asked[shard] = true
		if err := i.link.Send(ctx, link.Message{Topic: wire.Rollcall(shard), Payload: []byte("{}")}); err != nil {
			i.log.Warn("call the roll", "shard", shard, "err", err)
		}
	}
	return nil
}
