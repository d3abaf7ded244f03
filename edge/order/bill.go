package order

import (
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Reckoning is what the guests of a check owe, and how that came.
type Reckoning struct {
	Check *View
	Bill  *bill.Bill
	Place *venue.Venue // by whose rules
	visit *Visit
}

// Bill reckons a check as it was after fact seq, of facts alone, by the rules of when its
// visit was opened. 0 is as it is: of the tables, since the facts of a check lie among all
// that happened while it was open.
func (b *Book) Bill(q sqlite.Queryer, o id.Order, seq int64) (*Reckoning, error) {
	v, err := (*Visit)(nil), error(nil)
	if seq == 0 {
		v, err = loadVisit(q, o)
	} else {
		v, err = AsOf(q, o, seq)
	}
	switch {
	case err != nil:
		return nil, err
	case v == nil:
		return nil, errUnknown
	}
	place, err := b.venues.At(q, v.Checks[0].openedSeq)
	if err != nil {
		return nil, err
	}
	r := &Reckoning{Check: v.Check(o), Place: place, visit: v}
	whole, err := v.Bill(place.Rules)
	if err == nil {
		r.Bill, err = whole.For(o)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "too_large", "The amounts of this order are absurd.")
	}
	return r, nil
}
