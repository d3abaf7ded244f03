// Package rollup folds facts into sums: by restaurant, business day, local hour
// and item. It follows every box by a cursor of its own, in a transaction of its
// own, and is woken by the append; head office's figures are read from here.
//
// A sum is only ever added to: a correction is a negative cell, and a fact that
// comes late counts for its own day. A fact that cannot be folded is set aside,
// and the line goes on.
package rollup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
)

// Fold takes one fact into a page of its consumer.
type Fold func(p *Page, e event.Event) error

// Follower drives one consumer over all boxes.
type Follower struct {
	store    *store.Store
	consumer string
	fold     Fold
	Emit     func(ctx context.Context, out []Out) error // where facts go outside; nil: nowhere
	Only     []string                                   // types of facts that mean something to it; none: all
	changed  func() <-chan struct{}                     // closed by the next append
	now      func() time.Time
	log      *slog.Logger
	Folded   atomic.Int64 // facts since the start
	Aside    atomic.Int64 // facts that were set aside

	turn  sync.Mutex // held while facts are folded: what is remembered of a box has one writer
	mu    sync.Mutex
	moved chan struct{}
}

// page is how many facts are folded in one transaction.
const page = 500

// restMost is how long nothing is folded after a round, at most; else as long as it took.
const restMost = 100 * time.Millisecond

// insurance is how often work is looked for without being woken.
const insurance = 5 * time.Second

// Follow makes a follower; Run starts it.
func Follow(s *store.Store, consumer string, f Fold, changed func() <-chan struct{}, now func() time.Time, log *slog.Logger) *Follower {
	return &Follower{store: s, consumer: consumer, fold: f, changed: changed, now: now, log: log, moved: make(chan struct{})}
}

// Moved is closed when sums changed.
func (f *Follower) Moved() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.moved
}

// Run folds until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		changed := f.changed()
		began := time.Now()
		more, err := f.Round(ctx)
		if err != nil && ctx.Err() == nil {
			f.log.Error("fold", "consumer", f.consumer, "err", err)
		}
		rest := time.After(min(time.Since(began), restMost)) // the one writer is ingest's as often as ours
		select {
		case <-ctx.Done():
		case <-rest:
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(insurance):
		}
	}
	return nil
}

// Round folds a page of every box that is behind; more says that there may be more.
func (f *Follower) Round(ctx context.Context) (more bool, err error) {
	boxes, err := f.store.Behind(ctx, f.consumer)
	if err != nil {
		return false, fmt.Errorf("find what is to be folded: %w", err)
	}
	woken := len(boxes) > 0
	for len(boxes) > 0 {
		n, most, e := f.some(ctx, boxes)
		boxes, err = boxes[n:], errors.Join(err, e)
		more = more || most >= page
	}
	if woken {
		f.wake()
	}
	return more, err
}

// some folds a page of each of the first boxes in one transaction, as many as have
// a page of facts together. Where that fails each goes alone, and another's turn
// comes all the same. It answers how many boxes had theirs, and the longest page.
func (f *Follower) some(ctx context.Context, boxes []store.Box) (n, most int, err error) {
	f.turn.Lock()
	defer f.turn.Unlock()
	var pages []*Page
	err = f.store.Read(ctx, func(t *store.Tx) error {
		for facts := 0; n < len(boxes) && facts < page; {
			p := f.newPage(boxes[n])
			n++
			if err := f.read(t, p, page); err != nil {
				return err
			}
			pages = append(pages, p)
			facts += p.n
			most = max(most, p.n)
		}
		return nil
	})
	if err == nil {
		err = f.land(ctx, pages...)
	}
	if err == nil || n == 0 {
		return max(n, 1), most, err
	}
	most, err = 0, nil
	for _, b := range boxes[:n] {
		k, e := f.box(ctx, b)
		if e != nil {
			err = errors.Join(err, fmt.Errorf("fold box %s: %w", b.ID, e))
		}
		most = max(most, k)
	}
	return n, most, err
}

func (f *Follower) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.moved)
	f.moved = make(chan struct{})
}

// box folds a page of one box: sums, memory and cursor move together. A fact that
// cannot be folded takes its page back; then those before it are folded, and it is
// set aside. Where it is the store or the outside that fails, nothing is wrong with
// the facts: they wait.
func (f *Follower) box(ctx context.Context, b store.Box) (n int, err error) {
	for most := page; n < page; {
		k, err := f.page(ctx, b, most)
		wrong := (*factError)(nil)
		switch {
		case errors.As(err, &wrong) && wrong.before > 0:
			most = wrong.before
			continue
		case wrong != nil:
			k, err = 1, f.aside(ctx, b, wrong)
		}
		if err != nil {
			return n, err
		}
		if n += k; k < most && wrong == nil {
			return n, nil // there are no more
		}
		most = min(2*most, page)
	}
	return n, nil
}

func (f *Follower) newPage(b store.Box) *Page {
	return &Page{Box: b, consumer: f.consumer, kept: map[string]*kept{}, cells: map[store.Cell]int64{}}
}

// page folds on a state of the database that others go on writing, hands over
// what goes outside, and then moves sums, memory and cursor together. A crash in
// between hands over once more: at least once.
func (f *Follower) page(ctx context.Context, b store.Box, most int) (n int, err error) {
	p := f.newPage(b)
	if err := f.store.Read(ctx, func(t *store.Tx) error { return f.read(t, p, most) }); err != nil {
		return 0, err
	}
	err = f.land(ctx, p)
	if errors.Is(err, store.ErrRefused) {
		err = &factError{p.epoch, p.first, p.n / 2, err} // one of them: it is found by halves
	}
	if err != nil {
		return 0, err
	}
	return p.n, nil
}

// read folds what follows the cursor into a page, at most so many facts.
func (f *Follower) read(t *store.Tx, p *Page, most int) error {
	epoch, seq, err := t.Folded(f.consumer, p.Box)
	if err != nil {
		return err
	}
	epoch = max(epoch, 1)
	events, last, err := t.EventsOf(p.Box, epoch, seq, most, f.Only)
	if err != nil || last == seq {
		return err
	}
	p.n, p.epoch, p.first = int(last-seq), epoch, event.Event{Seq: last}
	p.with = func(t *store.Tx) error { return t.SetFolded(f.consumer, p.Box, epoch, last) }
	if len(events) == 0 {
		return nil
	}
	p.first = events[0]
	again := map[int64]bool{} // facts whose id stands at an earlier place: with the same bytes or not
	known, err := t.Duplicates(p.Box, epoch, p.first.Seq-1, events[len(events)-1].Seq)
	if err != nil {
		return err
	}
	for _, d := range known {
		again[d.Seq] = d.Same
	}
	p.read = t
	for _, e := range events {
		before := int(e.Seq - seq - 1)
		if same, ok := again[e.Seq]; ok { // an id counts once
			if !same {
				return &factError{epoch, e, before, errClaimed}
			}
			continue
		}
		if err := f.one(p, e); err != nil {
			if p.unread != nil {
				return p.unread
			}
			return &factError{epoch, e, before, err}
		}
	}
	return nil
}

// land hands over what goes outside, and then writes pages with what moves with them.
func (f *Follower) land(ctx context.Context, pages ...*Page) error {
	var out []Out
	facts := 0
	for _, p := range pages {
		out = append(out, p.out...)
		facts += p.n
	}
	if facts == 0 {
		return nil
	}
	if f.Emit != nil && len(out) > 0 {
		if err := f.Emit(ctx, out); err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
	}
	if err := f.store.Write(ctx, func(t *store.Tx) error {
		for _, p := range pages {
			if p.n == 0 {
				continue
			}
			if err := p.flush(t); err != nil {
				return err
			}
			if err := p.with(t); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	f.Folded.Add(int64(facts))
	for _, p := range pages {
		for _, do := range p.after {
			do()
		}
	}
	return nil
}

// ErrGone says that a fact is not set aside any more.
var ErrGone = errors.New("this fact is not set aside")

// Again folds a fact that was set aside, after a repair of this program. It counts
// for its own day, as every late fact does, and leaves the quarantine in the same
// transaction; where it cannot be folded still, it stays, with the new reason.
func (f *Follower) Again(ctx context.Context, b store.Box, epoch, seq int64) error {
	f.turn.Lock()
	defer f.turn.Unlock()
	p := f.newPage(b)
	p.epoch = epoch
	var wrong error
	if err := f.store.Read(ctx, func(t *store.Tx) error {
		events, err := t.Events(b, epoch, seq-1, 1)
		if err != nil {
			return err
		}
		if len(events) == 0 || events[0].Seq != seq {
			return ErrGone
		}
		p.read = t
		if known, err := t.Duplicates(b, epoch, seq-1, seq); err != nil {
			return err
		} else if len(known) > 0 {
			wrong = errClaimed
			return nil
		}
		wrong = f.one(p, events[0])
		return p.unread
	}); err != nil {
		return err
	}
	if wrong == nil {
		p.n, p.with = 1, func(t *store.Tx) error {
			there, err := t.Release(f.consumer, b, epoch, seq)
			if err == nil && !there {
				err = ErrGone
			}
			return err
		}
		if wrong = f.land(ctx, p); wrong == nil {
			f.wake()
			return nil
		}
		if !errors.Is(wrong, store.ErrRefused) {
			return wrong
		}
	}
	return errors.Join(fmt.Errorf("fact %d: %w", seq, wrong), f.store.Write(ctx, func(t *store.Tx) error {
		there, err := t.Release(f.consumer, b, epoch, seq)
		if err == nil && there {
			err = t.Quarantine(f.consumer, b, epoch, seq, wrong.Error(), f.now())
		}
		return err
	}))
}

// factError says that one fact cannot be folded, whatever is tried.
type factError struct {
	epoch  int64
	fact   event.Event
	before int // facts of the page before it; they are to be folded first
	why    error
}

func (e *factError) Error() string {
	return fmt.Sprintf("fact %d, %s: %v", e.fact.Seq, e.fact.Type, e.why)
}
func (e *factError) Unwrap() error { return e.why }

var errClaimed = errors.New("another fact of this box has its id")

// one folds a fact; a fold that panics has a bug, and the fact is set aside.
func (f *Follower) one(p *Page, e event.Event) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	if _, known := event.Known()[e.Type]; known && e.Payload == nil {
		return fmt.Errorf("version %d of it cannot be read", e.V)
	}
	if err := f.fold(p, e); err != nil {
		return err
	}
	return p.over
}

// aside puts a fact into quarantine and steps over it.
func (f *Follower) aside(ctx context.Context, b store.Box, wrong *factError) error {
	e := wrong.fact
	f.log.Error("a fact was set aside", "consumer", f.consumer, "box", b.ID, "seq", e.Seq, "type", e.Type, "err", wrong.why)
	err := f.store.Write(ctx, func(t *store.Tx) error {
		if err := t.Quarantine(f.consumer, b, wrong.epoch, e.Seq, wrong.Error(), f.now()); err != nil {
			return err
		}
		return t.SetFolded(f.consumer, b, wrong.epoch, e.Seq)
	})
	if err == nil {
		f.Aside.Add(1)
	}
	return err
}
