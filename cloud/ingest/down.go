package ingest

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// noteRoom is how many notes may wait. A note that finds no room is not missed:
// directives are looked for every 30 s, and documents at every HELLO.
const noteRoom = 4096

// note is what somebody else tells ingest of a box.
type note struct {
	box      id.Box
	answered id.Directive // zero: there is a new one
	lacks    bool         // look again what documents of it are not here
}

func (i *Ingest) note(n note) {
	select {
	case i.notes <- n:
	default:
	}
}

// Wished says that there is a new directive for a box.
func (i *Ingest) Wished(b id.Box) { i.note(note{box: b}) }

// Answered says that the answer to a directive is stored.
func (i *Ingest) Answered(b id.Box, d id.Directive) { i.note(note{box: b, answered: d}) }

// Lacks says that a box named a document that may not be here, or that one came.
func (i *Ingest) Lacks(b id.Box) { i.note(note{box: b, lacks: true}) }

// heed takes notes, all that are there.
func (i *Ingest) heed(ctx context.Context, n note) {
	for {
		switch {
		case n.lacks:
			i.ask(ctx, n.box)
		case n.answered.IsZero():
			i.down.New(n.box)
		default:
			i.down.Answered(n.box, n.answered)
		}
		select {
		case n = <-i.notes:
		default:
			return
		}
	}
}

// ask looks which documents of a box are not here; where some are not, an ack asks
// for them. Any ack equals any other, so one more does no harm.
func (i *Ingest) ask(ctx context.Context, box id.Box) {
	var sums []string
	err := i.store.Read(ctx, func(t *store.Tx) error {
		b, err := t.Box(box)
		if err == nil {
			sums, err = t.Lacking(b)
		}
		return err
	})
	if err != nil {
		i.log.Warn("look for documents that are not here", "box", box, "err", err)
		return
	}
	if i.lacking[box] = sums; len(sums) == 0 {
		delete(i.lacking, box)
		return
	}
	i.again(ctx, box)
}

// dispatch sends the boxes whose turn it is their oldest unanswered directives.
func (i *Ingest) dispatch(ctx context.Context) {
	for _, box := range i.down.Due(i.now()) {
		if err := i.direct(ctx, box); err != nil && ctx.Err() == nil {
			i.log.Warn("send directives", "box", box, "err", err)
		}
	}
}

func (i *Ingest) direct(ctx context.Context, box id.Box) error {
	var stored []store.Directive
	if err := i.store.Read(ctx, func(t *store.Tx) error {
		b, err := t.Box(box)
		if err == nil {
			stored, err = t.Unanswered(b, wire.MaxDirectives)
		}
		return err
	}); err != nil {
		return err
	}
	list := make([]wire.Directive, 0, len(stored))
	for _, s := range stored {
		d := wire.Directive{ID: s.ID, Made: s.Made.UnixMilli(), Kind: s.Kind, Body: s.Body}
		if !s.Expires.IsZero() {
			d.Expires = s.Expires.UnixMilli()
		}
		if s.Precondition != nil {
			if err := json.Unmarshal(s.Precondition, &d.Precondition); err != nil {
				return fmt.Errorf("precondition of %s: %w", s.ID, err)
			}
		}
		list = append(list, d)
	}
	m, ok := i.down.Message(i.now(), box, list)
	if !ok {
		return nil
	}
	i.stats.Directives.Add(int64(len(m.Directives)))
	return i.link.Send(ctx, link.Message{Topic: wire.Topic(box, wire.Down), Payload: wire.Encode(m), QoS: 1})
}
