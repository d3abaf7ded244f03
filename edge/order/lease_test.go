package order

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// Of many tablets that want to have a check paid at the same moment one gets it, and no
// other is told that it did.
func TestOneOfManyTabletsGetsACheckToBePaid(t *testing.T) {
	now := time.Date(2026, 12, 1, 20, 0, 0, 0, time.UTC)
	b := &Book{leases: newLeases(), now: func() time.Time { return now }}
	for range 20_000 {
		o := id.New[id.Order]()
		var got atomic.Int32
		var wg sync.WaitGroup
		gate := make(chan struct{})
		for range 4 {
			d := id.New[id.Device]()
			wg.Go(func() {
				<-gate
				if l, err := b.Lease(o, d); err == nil && l.Device == d {
					got.Add(1)
				}
			})
		}
		close(gate)
		wg.Wait()
		if n := got.Load(); n != 1 {
			t.Fatalf("%d tablets were told that they have the check", n)
		}
	}
}
