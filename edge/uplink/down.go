package uplink

import (
	"context"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// Directive is one kind of wish of head office: the facts that it comes to. A
// fault of the kinds Conflict, Invalid and NotFound refuses it for good; facts
// beside a refusal are kept. Any other error is tried again. Like Decide it may
// run twice, and writes nothing.
type Directive func(tx *sqlite.Tx, d wire.Directive) ([]event.Payload, error)

const (
	downRoom   = 4 // messages of directives that may wait; head office repeats them
	failedMost = 5 // after so many failures a directive is refused: it must not hold up those behind it
)

// Follower does what head office wishes, in order, each wish once: the id of a
// directive is its command, so the journal is the memory (PROTOCOL.md 4).
type Follower struct {
	c      Config
	online func() bool
	in     chan wire.DownMessage
	failed map[id.Directive]int
	broken bool
}

// NewFollower makes a follower; online says that the history of the box is in no
// doubt.
func NewFollower(c Config, online func() bool) *Follower {
	return &Follower{c: c, online: online, in: make(chan wire.DownMessage, downRoom), failed: map[id.Directive]int{}}
}

// Break makes it forget what it did: the proofs show that they notice.
func (f *Follower) Break() { f.broken = true }

func (f *Follower) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-f.in:
			f.Take(ctx, m)
		}
	}
}

// Take does the directives of a message in order.
func (f *Follower) Take(ctx context.Context, m wire.DownMessage) {
	for _, d := range m.Directives {
		if !f.online() || !f.follow(ctx, d) {
			return // what is left comes again
		}
	}
}

// follow answers one directive; false where that has to be tried again.
func (f *Follower) follow(ctx context.Context, d wire.Directive) bool {
	m := journal.Meta{Command: id.Must[id.Command](d.ID.String())}
	if f.broken {
		m.Command = id.New[id.Command]()
	}
	_, err := f.c.Journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if d.Expires > 0 && f.c.OfficeNow().UnixMilli() > d.Expires {
			return []event.Payload{event.DirectiveExpired{Directive: d.ID, Type: d.Kind}}, nil
		}
		facts, err := f.decide(tx, d)
		if err == nil {
			return append(facts, event.DirectiveApplied{Directive: d.ID, Type: d.Kind}), nil
		}
		switch k := fault.KindOf(err); {
		case k == fault.Conflict || k == fault.Invalid || k == fault.NotFound:
		case k == fault.Unavailable || f.failed[d.ID] < failedMost:
			return nil, err
		}
		why := fault.Of(err)
		return append(facts, event.DirectiveRefused{Directive: d.ID, Type: d.Kind, Code: why.Code, Reason: why.Message}), nil
	})
	if err != nil {
		if ctx.Err() == nil {
			f.failed[d.ID]++
			f.c.Log.Error("a directive of head office", "directive", d.ID, "kind", d.Kind, "err", err)
		}
		return false
	}
	delete(f.failed, d.ID)
	return true
}

// decide says what a directive comes to. A kind that panics has a bug: the wish
// fails, and not the box.
func (f *Follower) decide(tx *sqlite.Tx, d wire.Directive) (facts []event.Payload, err error) {
	defer func() {
		if v := recover(); v != nil {
			facts, err = nil, fmt.Errorf("directive %s: panic: %v", d.Kind, v)
		}
	}()
	for kind, sum := range d.Precondition.InForce {
		have, err := f.c.InForce(tx, kind)
		if err != nil {
			return nil, err
		}
		if have != sum {
			return nil, fault.Newf(fault.Conflict, "changed_meanwhile", "The %s of this restaurant was changed meanwhile. Look at it again.", kind)
		}
	}
	kind, ok := f.c.Directives[d.Kind]
	if !ok {
		return nil, fault.Newf(fault.Invalid, "directive_unknown", "This box does not know how to do %q. Update it.", d.Kind)
	}
	return kind(tx, d)
}
