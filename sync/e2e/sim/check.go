package sim

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Violation is a promise that was broken in a history.
type Violation struct {
	Seed uint64
	What string
}

func (v *Violation) Error() string { return fmt.Sprintf("seed %d: %s", v.Seed, v.What) }

func (w *World) broke(format string, args ...any) error {
	return &Violation{w.Seed, fmt.Sprintf(format, args...)}
}

// check holds what must hold at every moment: I3, and who is shown online.
func (w *World) check() error {
	known, err := w.standings()
	if err != nil {
		return err
	}
	for _, x := range w.boxes {
		cur, online := known[x.id].cur, known[x.id].online
		// A HELLO of an earlier start that comes half a minute late is followed by the will of
		// that start: then the box is dark until the roll call that every will brings.
		late := known[x.id].boot != x.boot
		if x.sender.Acked() > cur.Last && !w.restored && !x.cloned {
			return w.broke("I3: %s counts %d facts as safe, head office has %d", x.name, x.sender.Acked(), cur.Last)
		}
		if x.welcome && !online && !late && !x.cloned && w.second == nil {
			return w.broke("%s is connected and was answered, and head office shows it dark", x.name)
		}
	}
	return nil
}

// stored are the facts that head office has of a box.
func (w *World) stored(b id.Box) (list []event.Event, err error) {
	err = w.cloud.store.Read(ctx, func(t *store.Tx) (err error) {
		list, err = t.Events(store.Box{ID: b, Organisation: w.org}, 1, 0, 1<<30)
		return err
	})
	return list, err
}

// facts are all facts of a box. A journal is only added to.
func (x *box) facts() ([]event.Event, error) {
	err := x.db.View(ctx, func(q *sqlite.Snapshot) error {
		more, err := journal.Since(q, int64(len(x.read)), 1<<30)
		x.read = append(x.read, more...)
		return err
	})
	return x.read, err
}

// digests holds I5 in passing: equal digests at equal seq are equal histories.
func (w *World) digests() error {
	w.look()
	known, err := w.standings()
	if err != nil {
		return err
	}
	for _, x := range w.boxes {
		cur := known[x.id].cur
		if cur.Epoch == 0 {
			continue
		}
		same := false
		for _, y := range w.boxes {
			if y.id == x.id {
				mine, err := y.wrote(cur)
				if err != nil {
					return err
				}
				same = same || mine
			}
		}
		if !same {
			return w.broke("I1: at %d head office has a history of %s that no box of that name wrote", cur.Last, x.name)
		}
	}
	return nil
}

// prefix holds I1, I2 and I5: what head office has is the beginning of what one box
// of the name wrote, byte for byte, and nothing twice.
func (w *World) prefix() error {
	done := map[id.Box]bool{}
	for _, x := range w.boxes {
		if done[x.id] {
			continue
		}
		done[x.id] = true
		there, err := w.stored(x.id)
		if err != nil {
			return err
		}
		ids, commands := map[id.Event]bool{}, map[id.Command]bool{}
		for i, e := range there {
			if fresh := i == 0 || there[i-1].Command != e.Command; fresh && commands[e.Command] {
				return w.broke("I2: head office has command %s of %s twice", e.Command, x.name)
			}
			commands[e.Command] = true
			if e.Seq != int64(i+1) {
				return w.broke("I1: head office has a hole at %d of %s", i+1, x.name)
			}
			if ids[e.ID] {
				return w.broke("I2: head office has fact %s of %s twice", e.ID, x.name)
			}
			ids[e.ID] = true
		}
		same, longest := false, 0
		for _, y := range w.boxes {
			if y.id != x.id {
				continue
			}
			here, err := y.facts()
			if err != nil {
				return err
			}
			n := common(here, there)
			longest = max(longest, n)
			same = same || n == len(there)
		}
		if !same {
			return w.broke("I1: head office has %d facts of %s, and no box of that name wrote more than the first %d so", len(there), x.name, longest)
		}
	}
	return nil
}

func common(a, b []event.Event) int {
	n := 0
	for n < len(a) && n < len(b) && bytes.Equal(a[n].Body, b[n].Body) {
		n++
	}
	return n
}

// settled holds what must hold in the end, with a line that holds: I7, I5 and I10.
func (w *World) settled() error {
	w.look()
	known, err := w.standings()
	if err != nil {
		return err
	}
	for _, x := range w.boxes {
		if x.cloned {
			continue
		}
		head, dg, err := x.journal.Head(ctx)
		if err != nil {
			return err
		}
		cur, online := known[x.id].cur, known[x.id].online
		switch {
		case x.sender.Acked() != head || cur.Last != head:
			return w.broke("I7: %s has %d facts, counts %d as safe, and head office has %d (%s)", x.name, head, x.sender.Acked(), cur.Last, x.sender.State())
		case cur.Dg != dg:
			return w.broke("I5: %s and head office have other histories", x.name)
		case !online:
			return w.broke("%s is connected, and head office shows it dark", x.name)
		}
		if err := w.wishesDone(x); err != nil {
			return err
		}
	}
	return nil
}

// wishesDone holds I10: each wish took effect once where it did not expire, and head
// office knows the answer.
func (w *World) wishesDone(x *box) error {
	here, err := x.facts()
	if err != nil {
		return err
	}
	answers, effects := map[id.Directive]int{}, map[string]int{}
	var order []id.Directive
	for _, e := range here {
		switch p := e.Payload.(type) {
		case event.DirectiveApplied:
			answers[p.Directive]++
			order = append(order, p.Directive)
		case event.DirectiveExpired:
			answers[p.Directive]++
			order = append(order, p.Directive)
		case event.StockChanged:
			effects[p.Reason]++
		}
	}
	for d, n := range answers {
		if n > 1 || effects[d.String()] > 1 {
			return w.broke("I10: %s did a wish %d times", x.name, max(n, effects[d.String()]))
		}
	}
	list, err := w.cloud.store.In(w.org).Directives(ctx, w.place, 1<<20)
	if err != nil {
		return err
	}
	slices.Reverse(list) // the oldest first
	var wished []id.Directive
	for _, d := range list {
		if d.Box != x.id {
			continue
		}
		wished = append(wished, d.ID)
		if d.Answer == "" {
			return w.broke("I10: a wish for %s has no answer (%d of %d)", x.name, len(answers), len(list))
		}
	}
	// A head office that was restored forgot some wishes that were done.
	order = slices.DeleteFunc(order, func(d id.Directive) bool { return !slices.Contains(wished, d) })
	if !slices.Equal(order, wished) {
		return w.broke("I10: %s did %d wishes of %d, or in another order", x.name, len(order), len(wished))
	}
	return nil
}
