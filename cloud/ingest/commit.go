package ingest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// said is a message as it was read, before any transaction begins.
type said struct {
	topic string
	box   id.Box // zero: the topic is not one of a box
	leaf  string
	hello wire.HelloMessage
	batch *wire.Batch
	will  wire.WillMessage
	err   error // it cannot be read
}

// read reads messages, in their order.
func read(group []link.Message) []said {
	list := make([]said, 0, len(group))
	for _, m := range group {
		s := said{topic: m.Topic}
		if s.box, s.leaf, s.err = wire.ParseTopic(m.Topic); s.err == nil {
			s.err = s.open(m.Payload)
		}
		list = append(list, s)
	}
	return list
}

func (s *said) open(payload []byte) (err error) {
	named := s.box
	switch s.leaf {
	case wire.Hello:
		s.hello, err = wire.DecodeHello(payload)
		named = s.hello.Box
	case wire.Up:
		if s.batch, err = wire.DecodeBatch(payload); err == nil {
			named = s.batch.Box
		}
	case wire.Will:
		s.will, err = wire.DecodeWill(payload)
	default:
		return fmt.Errorf("nothing is expected on %s", s.topic)
	}
	if err == nil && named != s.box {
		err = fmt.Errorf("a %s of another box", s.leaf)
	}
	return err
}

// answer is an ack that waits for the commit, and what is counted then.
type answer struct {
	said    said
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
func (i *Ingest) take(ctx context.Context, group []said) {
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
	if len(group) == 1 && group[0].batch != nil {
		i.queue.doubt(group[0].box, time.Time{})
	}
	i.stats.Commits.Add(1)
	last := make(map[id.Box]pipe.Cursor, len(answers))
	for _, a := range answers {
		if !a.gone && a.said.err == nil {
			last[a.box] = a.cursor
		}
	}
	for _, a := range answers {
		if a.said.err != nil {
			i.refuse(ctx, a.said, a.said.err)
			continue
		}
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
		i.recv.Gone(a.box)
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
func (i *Ingest) refuse(ctx context.Context, m said, why error) {
	i.stats.Bad.Add(1)
	if m.box.IsZero() || m.leaf == wire.Will {
		i.log.Warn("a message cannot be read", "topic", m.topic, "err", why)
		return
	}
	now := i.now()
	if age := now.Sub(i.blamed[m.box]); age >= time.Second || age < 0 { // it may say a thousand of them
		i.blamed[m.box] = now
		i.log.Error("a box's message cannot be stored", "box", m.box, "err", why)
	}
	if m.err == nil {
		i.queue.doubt(m.box, now.Add(doubtFor))
	}
	cur, _ := i.cursor(ctx, m.box) // zero where it cannot be read
	i.send(ctx, m.box, i.recv.Bad(now, cur, m.box))
}

// again tells a box that asked nothing where head office stands: any ack equals
// any other.
func (i *Ingest) again(ctx context.Context, box id.Box) {
	cur, err := i.cursor(ctx, box)
	if err != nil {
		i.log.Warn("tell a box where head office stands", "box", box, "err", err)
		return
	}
	i.send(ctx, box, i.recv.Again(i.now(), cur, box))
}

func (i *Ingest) cursor(ctx context.Context, box id.Box) (cur pipe.Cursor, err error) {
	err = i.store.Read(ctx, func(t *store.Tx) error {
		b, err := t.Box(box)
		if err == nil {
			cur, err = t.Cursor(b)
		}
		return err
	})
	return cur, err
}

// commit handles messages in order of arrival, in one transaction.
func (i *Ingest) commit(ctx context.Context, group []said) (answers []answer, err error) {
	err = i.store.Write(ctx, func(t *store.Tx) error {
		for _, m := range group {
			var a answer
			if m.err == nil {
				var err error
				if a, err = i.one(t, m); err != nil {
					return err
				}
			}
			if a.said = m; m.err != nil || !a.box.IsZero() {
				answers = append(answers, a)
			}
		}
		return nil
	})
	return answers, err
}

func (i *Ingest) one(t *store.Tx, m said) (answer, error) {
	b, err := t.Box(m.box)
	if err != nil {
		return answer{}, err
	}
	switch m.leaf {
	case wire.Hello:
		return i.hello(t, b, m.hello)
	case wire.Up:
		return i.batch(t, b, m.batch)
	}
	boot := m.will.Boot
	if i.broken == WillOfMany {
		boot = i.recv.Boot(b.ID)
	}
	gone, err := t.Dark(b, boot, i.now())
	return answer{box: b.ID, gone: true}.when(gone), err
}

// when is the answer, or none.
func (a answer) when(yes bool) answer {
	if yes {
		return a
	}
	return answer{}
}

func (i *Ingest) hello(t *store.Tx, b store.Box, h wire.HelloMessage) (answer, error) {
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

func (i *Ingest) batch(t *store.Tx, b store.Box, batch *wire.Batch) (answer, error) {
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
