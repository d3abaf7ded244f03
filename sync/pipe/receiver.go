package pipe

import (
	"fmt"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// Cursor is what the cloud has of one box, as it is on the disk.
type Cursor struct {
	Epoch int64 // current branch; 0: the box was never heard
	Last  int64 // last fact stored
	Dg    event.Digest
	Boot  id.Boot // owner of the epoch: the last boot of its chain
}

// Verdict is what to do with one message of a box: store, move the cursor, commit,
// and only then answer.
type Verdict struct {
	Ack    wire.AckMessage
	Store  []event.Event // to append after the old cursor; Body set, Data not decoded
	Cursor Cursor        // after the commit
	Moved  bool          // Cursor differs from the old one
}

// Receiver is the cloud's end. What it remembers is what a box said last; it may
// be forgotten at any time. It is not for two goroutines.
type Receiver struct {
	heard  map[id.Box]heard
	turns  turns
	broken Defect
}

// heard is the last HELLO of a box.
type heard struct {
	boot  id.Boot
	nonce string
	head  int64
}

// NewReceiver makes a receiver that has heard nothing.
func NewReceiver() *Receiver {
	return &Receiver{heard: map[id.Box]heard{}, turns: turns{Limits: Full, sending: map[id.Box]time.Time{}}}
}

// Limit sets other limits than Full.
func (r *Receiver) Limit(l Limits) { r.turns.Limits = l }

// Turns are the boxes that waited to send their backlog and may now: each is to be
// told, with Again.
func (r *Receiver) Turns(now time.Time) []id.Box { return r.turns.next(now) }

// Gone notes that a box is dark: what it waited for is another's.
func (r *Receiver) Gone(b id.Box) { r.turns.gone(b) }

// Boot is the boot that said HELLO last.
func (r *Receiver) Boot(b id.Box) id.Boot { return r.heard[b].boot }

// Hello answers where the cloud stands. genesis is D(0) of the box.
func (r *Receiver) Hello(now time.Time, cur Cursor, h wire.HelloMessage) Verdict {
	r.heard[h.Box] = heard{h.Boot, h.Nonce, h.Head}
	v := Verdict{Cursor: cur}
	state := wire.OK
	owner := cur.Boot.IsZero() || h.Boot == cur.Boot || h.PrevBoot == cur.Boot
	switch {
	case cur.Epoch == 0 && h.Epoch == 1: // a new box
		v.Cursor = Cursor{Epoch: 1, Dg: event.Genesis(h.Box), Boot: h.Boot}
	case cur.Epoch == 0 || h.Epoch > cur.Epoch: // the cloud was restored from an older copy
		state = wire.Fork
	case h.Epoch < cur.Epoch && !owner:
		state = wire.Fenced
	case h.Head == cur.Last && h.HeadDg != cur.Dg:
		state = wire.Fork
	default: // the box compares the digest at our last with its own
		v.Cursor.Boot = h.Boot
	}
	v.Moved = v.Cursor != cur
	v.Ack = r.ack(now, v.Cursor, h.Box, state, wire.ReHello)
	return v
}

// Batch checks a batch against the cursor. It never reads data: only size, JSON
// form, seq and digest. An error means that it cannot be read: answer Bad.
func (r *Receiver) Batch(now time.Time, cur Cursor, b *wire.Batch) (Verdict, error) {
	v := Verdict{Cursor: cur}
	answer := func(state string) (Verdict, error) {
		v.Ack = r.ack(now, v.Cursor, b.Box, state, wire.ReBatch)
		return v, nil
	}
	switch {
	case cur.Epoch != b.Epoch || cur.Boot != b.Boot && r.broken != NoFence:
		return answer(wire.Gap) // nothing stored: the box says HELLO
	case b.From > cur.Last+1:
		return answer(wire.Gap)
	case b.Last() <= cur.Last:
		return answer(wire.OK)
	}
	dg := b.Prev
	if b.From == cur.Last+1 && dg != cur.Dg && r.broken != NoChainCheck {
		return answer(wire.Fork)
	}
	for i, body := range b.Bodies {
		e, err := event.Head(body)
		if err != nil {
			return v, err
		}
		if e.Seq != b.From+int64(i) {
			return v, fmt.Errorf("fact %d stands where %d belongs", e.Seq, b.From+int64(i))
		}
		dg = dg.Next(body)
		switch {
		case e.Seq < cur.Last:
		case e.Seq == cur.Last:
			if dg != cur.Dg && r.broken != NoChainCheck {
				return answer(wire.Fork)
			}
		default:
			v.Store = append(v.Store, e)
		}
	}
	if dg != b.Dg {
		v.Store = nil
		return v, fmt.Errorf("the batch from %d does not come to the digest that it says", b.From)
	}
	v.Cursor.Last, v.Cursor.Dg, v.Moved = b.Last(), dg, true
	return answer(wire.OK)
}

// Bad answers a message that could not be read or stored.
func (r *Receiver) Bad(now time.Time, cur Cursor, b id.Box) wire.AckMessage {
	return r.ack(now, cur, b, wire.Bad, wire.ReBatch)
}

// Again is an ack that answers nothing: any ack equals any other.
func (r *Receiver) Again(now time.Time, cur Cursor, b id.Box) wire.AckMessage {
	return r.ack(now, cur, b, wire.OK, wire.ReBatch)
}

func (r *Receiver) ack(now time.Time, cur Cursor, b id.Box, state, re string) wire.AckMessage {
	h := r.heard[b]
	lacks := h.head - cur.Last
	if state != wire.OK && state != wire.Gap {
		lacks = 0 // it sends nothing now, and takes nobody's turn
	}
	win := r.turns.window(now, b, lacks)
	if win == 0 && state == wire.OK {
		state = wire.Slow
	}
	return wire.AckMessage{Epoch: cur.Epoch, Boot: h.boot, Last: cur.Last, Dg: cur.Dg, State: state, Win: win, Nonce: h.nonce, Re: re, Now: now.UnixMilli(), Enc: wire.Reads}
}
