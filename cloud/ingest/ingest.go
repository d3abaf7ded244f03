// Package ingest takes what boxes say and puts it on the disk: the receiving end
// of the replication, between a transport and the store.
//
// It promises: an ack only after the commit; what one box breaks is kept from the
// others; a batch that cannot be read or stored is answered 'bad' and never
// half stored; the content of facts is none of its business.
package ingest

import (
	"context"
	"errors"
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

// groupMost is how many messages may share one commit.
const groupMost = 64

// Ingest is one consumer of all boxes.
type Ingest struct {
	store *store.Store
	link  link.Transport
	recv  *pipe.Receiver
	down  *pipe.Dispatcher
	notes chan note
	now   func() time.Time
	log   *slog.Logger
	stats Stats

	broken  Defect
	lacking map[id.Box][]string // documents that are not here; only those of some

	mu      sync.Mutex
	changed chan struct{}
}

// Stats count since the start.
type Stats struct {
	Events, Batches, Duplicates, Gaps, Forks, Bad, Hellos, Commits, Directives atomic.Int64
}

// New makes an ingest; Run starts it.
func New(s *store.Store, l link.Transport, now func() time.Time, log *slog.Logger) *Ingest {
	return &Ingest{store: s, link: l, recv: pipe.NewReceiver(), down: pipe.NewDispatcher(), notes: make(chan note, noteRoom),
		lacking: map[id.Box][]string{}, now: now, log: log, changed: make(chan struct{})}
}

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
	look := time.NewTicker(time.Second)
	defer look.Stop()
	group := make([]link.Message, 0, groupMost)
	for {
		group = group[:0]
		select {
		case <-ctx.Done():
			return nil
		case n := <-i.notes:
			i.heed(ctx, n)
		case <-look.C:
		case e := <-i.link.Events():
			for more := true; more; {
				if m, ok := i.hear(ctx, e); ok {
					group = append(group, m)
				}
				if len(group) == groupMost {
					break // what waits is the next group's
				}
				select {
				case e = <-i.link.Events():
				default:
					more = false
				}
			}
		}
		i.Take(ctx, group)
	}
}

// Begin is what a start begins with: nobody is known to be there.
func (i *Ingest) Begin(ctx context.Context) error { return i.store.AllDark(ctx) }

// hear is the message of an event. A line that is there begins with a roll call.
func (i *Ingest) hear(ctx context.Context, e link.Event) (link.Message, bool) {
	switch e.Kind {
	case link.Connected:
		if err := i.RollCall(ctx); err != nil && ctx.Err() == nil {
			i.log.Error("call the roll", "err", err)
		}
	case link.Lost:
		i.log.Warn("ingest lost the broker", "err", e.Err)
	}
	return e.Message, e.Kind == link.Received
}

// Take stores messages in order of arrival, answers them, and sends what is due.
func (i *Ingest) Take(ctx context.Context, group []link.Message) {
	if len(group) > 0 {
		i.take(ctx, group)
	}
	select {
	case n := <-i.notes:
		i.heed(ctx, n)
	default:
	}
	i.dispatch(ctx)
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

// answer is an ack that waits for the commit, and what is counted then.
type answer struct {
	box     id.Box
	ack     wire.AckMessage
	cursor  pipe.Cursor
	welcome id.Boot       // who said HELLO; zero: nobody
	gone    bool          // the box is dark
	count   *atomic.Int64 // hellos, batches
	what    *atomic.Int64 // gaps, forks, duplicates; nil: none of them
	events  int
}

// take stores a group in one commit; where that fails, each message alone.
func (i *Ingest) take(ctx context.Context, group []link.Message) {
	answers, err := i.commit(ctx, group)
	if i.broken == AckEarly {
		err = nil
	}
	if err != nil && len(group) > 1 && ctx.Err() == nil {
		i.log.Warn("a group of messages failed; each goes alone", "messages", len(group), "err", err)
		for k := range group {
			i.take(ctx, group[k:k+1])
		}
		return
	}
	if err != nil {
		if ctx.Err() == nil {
			i.refuse(ctx, group[0], err)
		}
		return
	}
	i.stats.Commits.Add(1)
	last := make(map[id.Box]pipe.Cursor, len(answers))
	for _, a := range answers {
		if !a.gone {
			last[a.box] = a.cursor
		}
	}
	for _, a := range answers {
		i.count(a)
		if !a.gone {
			c := last[a.box] // every ack carries the cursor that is on the disk
			a.ack.Epoch, a.ack.Last, a.ack.Dg = c.Epoch, c.Last, c.Dg
		}
		i.reply(ctx, a)
	}
	i.wake()
}

// reply answers a message whose commit is on the disk.
func (i *Ingest) reply(ctx context.Context, a answer) {
	if a.gone {
		i.down.Gone(a.box)
		// It may be there over a new connection, whose HELLO came before the old one's
		// will: then it answers, and is not dark for the minutes until its next HELLO.
		if err := i.link.Send(ctx, link.Message{Topic: wire.Rollcall(wire.Shard(a.box)), Payload: []byte("{}")}); err != nil {
			i.log.Debug("call the roll", "box", a.box, "err", err)
		}
		return
	}
	switch {
	case a.ack.State == wire.Fork || a.ack.State == wire.Fenced: // nothing is sent while a history is in doubt
		i.down.Gone(a.box)
	case !a.welcome.IsZero():
		i.down.Welcome(a.box, a.welcome, a.ack.Nonce)
		i.note(note{box: a.box, lacks: true})
	}
	i.send(ctx, a.box, a.ack)
}

func (i *Ingest) count(a answer) {
	if a.count == nil {
		return
	}
	a.count.Add(1)
	if a.what != nil {
		a.what.Add(1)
	}
	i.stats.Events.Add(int64(a.events))
}

func (i *Ingest) send(ctx context.Context, b id.Box, a wire.AckMessage) {
	a.Want = i.lacking[b]
	if err := i.link.Send(ctx, link.Message{Topic: wire.Topic(b, wire.Ack), Payload: wire.Encode(a)}); err != nil {
		i.log.Debug("ack", "box", b, "err", err) // the box asks again
	}
}

// refuse answers a message that cannot be read or stored: the box shows a light
// and tries again, and its neighbours go on.
func (i *Ingest) refuse(ctx context.Context, m link.Message, why error) {
	i.stats.Bad.Add(1)
	box, leaf, err := wire.ParseTopic(m.Topic)
	if err != nil || leaf == wire.Will {
		i.log.Warn("a message cannot be read", "topic", m.Topic, "err", errors.Join(why, err))
		return
	}
	i.log.Error("a box's message cannot be stored", "box", box, "err", why)
	var cur pipe.Cursor
	if b, err := i.store.Box(ctx, box); err == nil {
		_ = i.store.Read(ctx, func(t *store.Tx) (err error) { cur, err = t.Cursor(b); return err }) // zero where it cannot be read
	}
	i.send(ctx, box, i.recv.Bad(i.now(), cur, box))
}

// commit handles messages in order of arrival, in one transaction.
func (i *Ingest) commit(ctx context.Context, group []link.Message) (answers []answer, err error) {
	err = i.store.Write(ctx, func(t *store.Tx) error {
		for _, m := range group {
			a, err := i.one(t, m)
			if err != nil {
				return err
			}
			if !a.box.IsZero() {
				answers = append(answers, a)
			}
		}
		return nil
	})
	return answers, err
}

func (i *Ingest) one(t *store.Tx, m link.Message) (answer, error) {
	box, leaf, err := wire.ParseTopic(m.Topic)
	if err != nil {
		return answer{}, err
	}
	b, err := t.Box(box)
	if err != nil {
		return answer{}, err
	}
	switch leaf {
	case wire.Hello:
		return i.hello(t, b, m.Payload)
	case wire.Up:
		return i.batch(t, b, m.Payload)
	case wire.Will:
		w, err := wire.DecodeWill(m.Payload)
		if err != nil {
			return answer{}, err
		}
		if i.broken == WillOfMany {
			w.Boot = i.recv.Boot(b.ID)
		}
		gone, err := t.Dark(b, w.Boot, i.now())
		return answer{box: b.ID, gone: true}.when(gone), err
	}
	return answer{}, errors.New("nothing is expected on " + m.Topic)
}

// when is the answer, or none.
func (a answer) when(yes bool) answer {
	if yes {
		return a
	}
	return answer{}
}

func (i *Ingest) hello(t *store.Tx, b store.Box, payload []byte) (answer, error) {
	h, err := wire.DecodeHello(payload)
	if err != nil {
		return answer{}, err
	}
	if h.Box != b.ID {
		return answer{}, errors.New("hello of another box")
	}
	cur, err := t.Cursor(b)
	if err != nil {
		return answer{}, err
	}
	now := i.now()
	v := i.recv.Hello(now, cur, h)
	if v.Moved {
		if err := t.Append(b, cur, v, now); err != nil {
			return answer{}, err
		}
	}
	a := answer{box: b.ID, ack: v.Ack, cursor: v.Cursor, count: &i.stats.Hellos}
	if v.Ack.State == wire.Fork {
		a.what = &i.stats.Forks
		i.log.Warn("two histories of one box", "box", b.ID, "box head", h.Head, "our last", cur.Last, "box epoch", h.Epoch, "our epoch", cur.Epoch)
	}
	err = t.SetPresence(b, store.Presence{Online: true, Since: now, Boot: h.Boot, Head: h.Head, Heard: now,
		Clock: now.Sub(time.UnixMilli(h.Now)), Software: h.Software})
	a.welcome = h.Boot
	return a, err
}

func (i *Ingest) batch(t *store.Tx, b store.Box, payload []byte) (answer, error) {
	batch, err := wire.DecodeBatch(payload)
	if err != nil {
		return answer{}, err
	}
	if batch.Box != b.ID {
		return answer{}, errors.New("batch of another box")
	}
	cur, err := t.Cursor(b)
	if err != nil {
		return answer{}, err
	}
	now := i.now()
	v, err := i.recv.Batch(now, cur, batch)
	if err != nil {
		return answer{}, err
	}
	a := answer{box: b.ID, ack: v.Ack, cursor: v.Cursor, count: &i.stats.Batches, events: len(v.Store)}
	switch {
	case v.Ack.State == wire.Gap:
		a.what = &i.stats.Gaps
	case v.Ack.State == wire.Fork:
		a.what = &i.stats.Forks
		i.log.Warn("two histories of one box", "box", b.ID, "from", batch.From, "our last", cur.Last)
	case !v.Moved:
		a.what = &i.stats.Duplicates
	}
	if v.Moved {
		if err := t.Append(b, cur, v, now); err != nil {
			return answer{}, err
		}
		if err := t.Heard(b, batch.Last(), now); err != nil {
			return answer{}, err
		}
	}
	return a, nil
}
