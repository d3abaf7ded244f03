// Package room is how the tables of a restaurant are: free, seated, ordered, served,
// with their check, or dirty, and since when. Box and head office say the same of them,
// since they ask here. Times are UTC milliseconds; 0 is never.
package room

// State is how a table is.
type State string

// States of tables.
const (
	Free         State = "free"
	Seated       State = "seated"        // nothing was sent to the kitchen yet
	Ordered      State = "ordered"       // they wait for something
	Served       State = "served"        // they have all that they ordered
	CheckPrinted State = "check_printed" // they have their check, and ordered nothing since
	Dirty        State = "dirty"
)

// Order is what an order says of the table at which it stands.
type Order struct {
	OpenedAt  int64
	PlacedAt  int64 // of the last send
	Open      bool  // somebody waits for something of it
	Cancelled bool
}

// Party is guests who sit.
type Party struct {
	SeatedAt int64
	ServedAt int64 // of the last order that was served
	CheckAt  int64 // since when the check is before them
	Orders   []Order
}

// State is how the tables of a party are, and since when.
func (p Party) State() (s State, since int64) {
	if p.CheckAt != 0 {
		return CheckPrinted, p.CheckAt
	}
	switch s, since = ofOrders(p.Orders); {
	case s == Seated:
		since = p.SeatedAt
	case s == Served && p.ServedAt != 0:
		since = p.ServedAt
	}
	return s, since
}

// Alone is how a table is where nobody said who sits there, but these orders are open.
func Alone(orders []Order) (s State, since int64) {
	if s, since = ofOrders(orders); s == Seated {
		for _, o := range orders {
			since = max(since, o.OpenedAt)
		}
	}
	return s, since
}

// ofOrders is how a table with these orders is: who waits longest counts.
func ofOrders(list []Order) (s State, since int64) {
	s = Seated
	for _, o := range list {
		switch at := o.PlacedAt; {
		case at == 0 || o.Cancelled:
		case o.Open:
			if s != Ordered || at < since {
				since = at
			}
			s = Ordered
		case s == Seated || s == Served && at > since:
			s, since = Served, at
		}
	}
	return s, since
}
