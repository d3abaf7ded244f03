package floor

import (
	"time"

	"github.com/tyngo/tyngo/edge/order"
)

// State is how a table is.
type State string

const (
	Free         State = "free"
	Seated       State = "seated"        // nothing was sent to the kitchen yet
	Ordered      State = "ordered"       // they wait for something
	Served       State = "served"        // they have all that they ordered
	CheckPrinted State = "check_printed" // they have their check, and ordered nothing since
	Dirty        State = "dirty"
)

// States are all of them.
var States = []State{Free, Seated, Ordered, Served, CheckPrinted, Dirty}

// State is how a table is, and since when; a free one has no since.
func (f *Floor) State(table string) (State, time.Time) {
	if p := f.At[table]; p != nil {
		return p.State()
	}
	if list := f.Alone[table]; len(list) > 0 { // nobody said who sits there, but they ordered
		s, since := ofOrders(list)
		if s == Seated {
			since = moment(list[0].OpenedAt)
		}
		return s, since
	}
	if since, dirty := f.Dirty[table]; dirty {
		return Dirty, since
	}
	return Free, time.Time{}
}

// State is how the tables of a party are that sits.
func (p *Party) State() (State, time.Time) {
	if !p.CheckAt.IsZero() {
		return CheckPrinted, p.CheckAt
	}
	s, since := ofOrders(p.Checks)
	switch s {
	case Seated:
		since = p.SeatedAt
	case Served:
		if !p.ServedAt.IsZero() {
			since = p.ServedAt
		}
	}
	return s, since
}

// ofOrders is how a table with these orders is: who waits longest counts.
func ofOrders(list []order.Brief) (s State, since time.Time) {
	s = Seated
	for _, o := range list {
		at := moment(o.PlacedAt)
		switch {
		case o.PlacedAt == 0 || o.Status == order.StatusCancelled:
		case o.Open():
			if s != Ordered || at.Before(since) {
				since = at
			}
			s = Ordered
		case s == Seated || s == Served && at.After(since):
			s, since = Served, at
		}
	}
	return s, since
}
