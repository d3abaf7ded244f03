package order

import (
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// leaseLife is how long a tablet has a check for itself while somebody pays.
const leaseLife = 2 * time.Minute

// Lease is a check that one device has for itself while somebody pays it. It is no fact:
// when the box starts anew nobody has one, and a payment that was begun is found by its
// own record.
type Lease struct {
	Order  id.Order
	Device id.Device
	Until  time.Time
}

type leases struct {
	mu sync.Mutex
	by map[id.Order]Lease
}

func newLeases() *leases { return &leases{by: map[id.Order]Lease{}} }

// of is who has a check now; false: nobody.
func (l *leases) of(o id.Order, now time.Time) (Lease, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	have, ok := l.by[o]
	if ok && !now.Before(have.Until) {
		delete(l.by, o)
		return Lease{}, false
	}
	return have, ok
}

var errLeased = fault.New(fault.Conflict, "check_leased", "Somebody is paying this check at another tablet. Wait until that is done.")

// refuse refuses what would change a check under the hands of who pays it; the kitchen
// goes on.
func (l *leases) refuse(o id.Order, d id.Device, c Command, now time.Time) error {
	switch c := c.(type) {
	case Open, Place:
		return nil
	case SetStatus:
		if c.To != StatusCancelled {
			return nil
		}
	}
	for _, at := range []id.Order{o, goesTo(c)} {
		if have, ok := l.of(at, now); ok && have.Device != d {
			return errLeased
		}
	}
	return nil
}

// Lease gives a check to a device for two minutes, again where it has it.
func (b *Book) Lease(o id.Order, d id.Device) (Lease, error) {
	now := b.now()
	if have, ok := b.leases.of(o, now); ok && have.Device != d {
		return have, errLeased
	}
	fresh := Lease{o, d, now.Add(leaseLife)}
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	b.leases.by[o] = fresh
	return fresh, nil
}

// Release gives a check back.
func (b *Book) Release(o id.Order, d id.Device) error {
	have, ok := b.leases.of(o, b.now())
	if !ok {
		return nil
	}
	if have.Device != d {
		return errLeased
	}
	b.leases.mu.Lock()
	defer b.leases.mu.Unlock()
	delete(b.leases.by, o)
	return nil
}

// LeaseOf is who has a check now; false: nobody.
func (b *Book) LeaseOf(o id.Order) (Lease, bool) { return b.leases.of(o, b.now()) }
