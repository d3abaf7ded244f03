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
func (l *leases) of(o id.Order, now time.Time) (have Lease, ok bool) {
	l.with(func() { have, ok = l.alive(o, now) })
	return have, ok
}

func (l *leases) with(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}

// alive is of, for who holds the lock.
func (l *leases) alive(o id.Order, now time.Time) (Lease, bool) {
	have, ok := l.by[o]
	if ok && !now.Before(have.Until) {
		delete(l.by, o)
		return Lease{}, false
	}
	return have, ok
}

// ErrLeased is said to every other device.
var ErrLeased = fault.New(fault.Conflict, "check_leased", "Somebody is paying this check at another tablet. Wait until that is done.")

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
			return ErrLeased
		}
	}
	return nil
}

// Lease gives a check to a device for two minutes, again where it has it.
func (b *Book) Lease(o id.Order, d id.Device) (l Lease, err error) {
	now := b.now()
	b.leases.with(func() {
		if have, ok := b.leases.alive(o, now); ok && have.Device != d {
			l, err = have, ErrLeased
			return
		}
		l = Lease{o, d, now.Add(leaseLife)}
		b.leases.by[o] = l
	})
	return l, err
}

// Release gives a check back.
func (b *Book) Release(o id.Order, d id.Device) (err error) {
	now := b.now()
	b.leases.with(func() {
		switch have, ok := b.leases.alive(o, now); {
		case ok && have.Device != d:
			err = ErrLeased
		case ok:
			delete(b.leases.by, o)
		}
	})
	return err
}

// LeaseOf is who has a check now; false: nobody.
func (b *Book) LeaseOf(o id.Order) (Lease, bool) { return b.leases.of(o, b.now()) }
