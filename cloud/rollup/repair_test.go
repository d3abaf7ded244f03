package rollup_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
)

// TestAFactThatWasSetAsideCountsAfterARepair: it leaves the quarantine in the same
// transaction, once, and until then it stays there with its reason.
func TestAFactThatWasSetAsideCountsAfterARepair(t *testing.T) {
	b := newBooks(t)
	box := storetest.Box(t, b.s, b.c, b.r)
	j := storetest.NewJournal(box.ID)
	for range 3 {
		j.Add(t, storetest.Now, storetest.Day, event.StatusChanged{From: "placed", To: "preparing", Total: 100})
	}
	j.Upload(t, b.s, box, 3)
	repaired, words := false, "not understood"
	b.f = b.follow(rollup.Consumer, func(p *rollup.Page, e event.Event) error {
		if e.Seq == 2 && !repaired {
			return errors.New(words)
		}
		p.Add(storetest.Day, 12, rollup.Orders, "", "", 1)
		return nil
	})
	b.fold()
	orders := func() (n int64) {
		list, err := b.c.Cells(context.Background(), b.r, storetest.Day, "")
		b.check(err)
		for _, c := range list {
			n += c.N
		}
		return n
	}
	aside := func() []store.Aside {
		list, err := b.c.Asides(context.Background(), 10)
		b.check(err)
		return list
	}
	if list := aside(); len(list) != 1 || list[0].Seq != 2 || list[0].Type != "order.status_changed" || string(list[0].Body) != string(j.Events[1].Body) || orders() != 2 {
		t.Fatalf("aside is %+v, and %d are counted", list, orders())
	}
	words = "still not understood"
	if err := b.f.Again(context.Background(), box, 1, 2); err == nil || orders() != 2 {
		t.Errorf("without a repair it counted: %v, %d", err, orders())
	}
	if list := aside(); len(list) != 1 || list[0].Reason != words {
		t.Errorf("aside is %+v", list)
	}
	repaired = true
	b.check(b.f.Again(context.Background(), box, 1, 2))
	if err := b.f.Again(context.Background(), box, 1, 2); !errors.Is(err, rollup.ErrGone) {
		t.Errorf("it counted once more: %v", err)
	}
	if err := b.f.Again(context.Background(), box, 1, 9); !errors.Is(err, rollup.ErrGone) {
		t.Errorf("a fact that is not there: %v", err)
	}
	if len(aside()) != 0 || orders() != 3 {
		t.Errorf("%d aside, %d counted", len(aside()), orders())
	}
}
