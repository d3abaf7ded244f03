package rollup_test

import (
	"context"
	"testing"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// TestBoxesShareATransactionOfTheirSums: head office has one writer, and who
// appends facts waits for it.
func TestBoxesShareATransactionOfTheirSums(t *testing.T) {
	b := newBooks(t)
	const boxes = 40
	var tills []*till
	for range boxes {
		tills = append(tills, b.till())
	}
	round := func() (commits int) {
		for _, k := range tills {
			k.order()
			b.up(k)
		}
		b.s.BeforeCommit = func() error { commits++; return nil }
		defer func() { b.s.BeforeCommit = nil }()
		if _, err := b.f.Round(context.Background()); err != nil {
			t.Fatal(err)
		}
		return commits
	}
	if n := round(); n != 1 {
		t.Errorf("the sums of %d boxes took %d transactions", boxes, n)
	}
	b.is("one order each", tacos(boxes)...)
	sick := tills[7]
	sick.Append(t, sick.at, sick.day, event.Event{ID: id.New[id.Event](), Type: "order.sent", V: 1, Data: []byte(`"no object"`)})
	round()
	b.is("beside a fact that cannot be folded", tacos(2*boxes)...)
	if n := b.aside(); n != 1 {
		t.Errorf("%d facts are set aside", n)
	}
	if n := round(); n != 1 {
		t.Errorf("afterwards they took %d transactions", n)
	}
	b.is("three orders each", tacos(3*boxes)...)
}
