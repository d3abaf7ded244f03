package menu

import (
	"context"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Out is what cannot be sold now (86): it lies over every menu, and only the box
// lifts it.
type Out struct {
	Items map[id.Item]bool
	Stamp int64 // names this state: the last fact that changed it
}

// OutNow reads what is out.
func OutNow(q sqlite.Queryer) (o Out, err error) {
	err = sqlite.Each(q, "SELECT item, available, seq FROM item_availability", nil, func(scan sqlite.Scan) error {
		var item id.Item
		var available bool
		var seq int64
		if err := scan(&item, &available, &seq); err != nil {
			return err
		}
		if !available {
			if o.Items == nil {
				o.Items = map[id.Item]bool{}
			}
			o.Items[item] = true
		}
		o.Stamp = max(o.Stamp, seq)
		return nil
	})
	return o, err
}

// Availability is the wish that an item is out, or is back.
type Availability struct {
	Item      id.Item `json:"item"`
	Available bool    `json:"available"`
}

// Set decides what it comes to; nothing where it is so already.
func (b *Book) Set(q sqlite.Queryer, a Availability) ([]event.Payload, error) {
	m, err := b.Active(q)
	if err != nil {
		return nil, err
	}
	if _, ok := m.Item(a.Item); !ok {
		return nil, fault.New(fault.Invalid, "item_unknown", "This item is not on the menu of this restaurant.")
	}
	out, err := OutNow(q)
	if err != nil || out.Items[a.Item] == !a.Available {
		return nil, err
	}
	return []event.Payload{event.AvailabilityChanged{Item: a.Item, Available: a.Available}}, nil
}

// SetAvailable puts an item out, or back, for somebody of the restaurant.
func (b *Book) SetAvailable(ctx context.Context, j *journal.Journal, m journal.Meta, a Availability) (journal.Receipt, error) {
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) { return b.Set(tx, a) })
}

// Projector keeps what is out.
func Projector() journal.Projector {
	return journal.Projector{Name: "menu", Apply: func(tx *sqlite.Tx, e event.Event) error {
		p, ok := e.Payload.(event.AvailabilityChanged)
		if !ok {
			return nil
		}
		if _, err := tx.Exec("INSERT INTO item_availability (item, available, seq) VALUES (?, ?, ?) ON CONFLICT (item) DO UPDATE SET available = excluded.available, seq = excluded.seq",
			p.Item.Bytes(), p.Available, e.Seq); err != nil {
			return fmt.Errorf("availability of %s: %w", p.Item, err)
		}
		return nil
	}}
}
