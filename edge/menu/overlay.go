package menu

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/hours"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Overlay is what lies over every menu: what is out (86), how many portions are left,
// and the prices of the day. Only the box lifts it.
type Overlay struct {
	Day      string // business day that it is of
	Stamp    int64  // names this state: the last fact that changed it
	out      map[id.Item]bool
	portions map[thing]portions
	prices   map[id.Item]money.Amount
}

// thing is an item or a modifier.
type thing [16]byte

type portions struct {
	left int64
	day  string
}

func key[K any](i id.ID[K]) thing { return thing(i.Bytes()) }

// Now reads what lies over the menu on a business day.
func Now(q sqlite.Queryer, day string) (o Overlay, err error) {
	o.Day = day
	err = sqlite.Each(q, "SELECT kind, thing, n, day, seq FROM menu_overlay", nil, func(scan sqlite.Scan) error {
		var kind, of string
		var what []byte
		var n, seq int64
		if err := scan(&kind, &what, &n, &of, &seq); err != nil {
			return err
		}
		if len(what) != len(thing{}) {
			return fmt.Errorf("the menu's overlay names a thing of %d bytes", len(what))
		}
		o.Stamp = max(o.Stamp, seq)
		switch item := id.From[id.Item](thing(what)); {
		case kind == "out" && n == 1:
			put(&o.out, item, true)
		case kind == "portions":
			put(&o.portions, thing(what), portions{n, of})
		case kind == "price" && of == day && n >= 0:
			put(&o.prices, item, money.Amount(n))
		}
		return nil
	})
	return o, err
}

func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// Out reports whether an item is out (86).
func (o Overlay) Out(i id.Item) bool { return o.out[i] }

// Left is how many portions of an item are left; false: they are not counted.
// planned: that is what the menu says for the day, and nobody said so yet.
func (o Overlay) Left(it *Item) (n int64, counted, planned bool) {
	p, said := o.portions[key(it.ID)]
	if !said || p.day < o.Day {
		if n, ok := plan(it.Portions, o.Day); ok {
			return n, true, true
		}
	}
	return p.left, said && p.left >= 0, false
}

// LeftOf is Left for a modifier, which no menu plans.
func (o Overlay) LeftOf(m id.Modifier) (n int64, counted bool) {
	p, said := o.portions[key(m)]
	return p.left, said && p.left >= 0
}

// PriceOfDay is the price of an item on this day, where somebody set one.
func (o Overlay) PriceOfDay(i id.Item) (money.Amount, bool) {
	p, ok := o.prices[i]
	return p, ok
}

// plan is how many portions a menu plans for a business day.
func plan(list []doc.Portions, day string) (int64, bool) {
	date, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, false
	}
	for _, p := range list {
		if len(p.Days) == 0 || slices.ContainsFunc(p.Days, func(s string) bool { d, err := hours.Weekday(s); return err == nil && d == date.Weekday() }) {
			return p.N, true
		}
	}
	return 0, false
}

// Availability is the wish that an item is out, or is back.
type Availability struct {
	Item      id.Item `json:"item"`
	Available bool    `json:"available"`
}

// PortionsLeft is the wish that so many portions of an item or of a modifier are
// left, or that they are not counted any more.
type PortionsLeft struct {
	Item     id.Item
	Modifier id.Modifier
	Left     *int64
}

// DayPrice is the wish that an item has another price today, or its own.
type DayPrice struct {
	Item  id.Item
	Price *money.Amount
}

var (
	errItem     = fault.New(fault.Invalid, "item_unknown", "This item is not on the menu of this restaurant.")
	errModifier = fault.New(fault.Invalid, "modifier_unknown", "This modifier is not on the menu of this restaurant.")
)

// maxLeft bounds how many portions somebody can say are left.
const maxLeft = 1_000_000

// Set decides what it comes to that an item is out, or back; nothing where it is so already.
func (b *Book) Set(q sqlite.Queryer, a Availability) ([]event.Payload, error) {
	m, err := b.Active(q)
	if err != nil {
		return nil, err
	}
	if _, ok := m.Item(a.Item); !ok {
		return nil, errItem
	}
	o, err := Now(q, "")
	if err != nil || o.Out(a.Item) == !a.Available {
		return nil, err
	}
	return []event.Payload{event.AvailabilityChanged{Item: a.Item, Available: a.Available}}, nil
}

// SetAvailable puts an item out, or back, for somebody of the restaurant.
func (b *Book) SetAvailable(ctx context.Context, j *journal.Journal, m journal.Meta, a Availability) (journal.Receipt, error) {
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) { return b.Set(tx, a) })
}

// SetPortions says how many are left on a business day.
func (b *Book) SetPortions(ctx context.Context, j *journal.Journal, m journal.Meta, p PortionsLeft, day func(sqlite.Queryer) (string, error)) (journal.Receipt, error) {
	if p.Left != nil && (*p.Left < 0 || *p.Left > maxLeft) {
		return journal.Receipt{}, fault.Newf(fault.Invalid, "portions", "Between 0 and %d portions can be left.", maxLeft).At("body.left", "is out of bounds")
	}
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		on, err := b.Active(tx)
		if err != nil {
			return nil, err
		}
		if _, ok := on.Item(p.Item); !ok && !p.Item.IsZero() {
			return nil, errItem
		}
		if _, ok := on.Modifier(p.Modifier); !ok && !p.Modifier.IsZero() {
			return nil, errModifier
		}
		today, err := day(tx)
		return []event.Payload{event.PortionsSet{Item: p.Item, Modifier: p.Modifier, Left: p.Left, Day: today}}, err
	})
}

// SetPrice says what an item costs on a business day.
func (b *Book) SetPrice(ctx context.Context, j *journal.Journal, m journal.Meta, p DayPrice, day func(sqlite.Queryer) (string, error)) (journal.Receipt, error) {
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		on, err := b.Active(tx)
		if err != nil {
			return nil, err
		}
		if _, ok := on.Item(p.Item); !ok {
			return nil, errItem
		}
		if p.Price != nil && (*p.Price < 0 || *p.Price > doc.MaxPrice) {
			return nil, fault.New(fault.Invalid, "price", "This price is out of bounds.").At("body.price", "is out of bounds")
		}
		today, err := day(tx)
		return []event.Payload{event.PriceSet{Item: p.Item, Price: p.Price, Day: today}}, err
	})
}

// Projector keeps what lies over the menu.
func Projector() journal.Projector {
	return journal.Projector{Name: "menu", Apply: func(tx *sqlite.Tx, e event.Event) error {
		switch p := e.Payload.(type) {
		case event.AvailabilityChanged:
			out := int64(1)
			if p.Available {
				out = 0
			}
			return lay(tx, e, "out", p.Item.Bytes(), &out, "")
		case event.PortionsSet:
			what := p.Item.Bytes()
			if !p.Modifier.IsZero() {
				what = p.Modifier.Bytes()
			}
			return lay(tx, e, "portions", what, p.Left, p.Day)
		case event.PriceSet:
			return lay(tx, e, "price", p.Item.Bytes(), (*int64)(p.Price), p.Day)
		case event.LineAdded:
			if !p.From.IsZero() {
				return nil // another check took them
			}
			if p.Counted {
				if err := take(tx, e, p.Item.Bytes(), p.Quantity); err != nil {
					return err
				}
			}
			for _, m := range p.Modifiers {
				if m.Counted {
					if err := take(tx, e, m.Modifier.Bytes(), p.Quantity*max(1, m.Quantity)); err != nil {
						return err
					}
				}
			}
		case event.LineChanged:
			return takeAll(tx, e, p.Portions)
		case event.LineRemoved:
			return takeAll(tx, e, p.Portions)
		case event.LineVoided:
			return takeAll(tx, e, p.Portions)
		}
		return nil
	}}
}

// takeAll takes portions off, or gives them back.
func takeAll(tx *sqlite.Tx, e event.Event, list []event.Portion) error {
	for _, p := range list {
		what := p.Item.Bytes()
		if !p.Modifier.IsZero() {
			what = p.Modifier.Bytes()
		}
		if err := take(tx, e, what, p.N); err != nil {
			return err
		}
	}
	return nil
}

// nothing is the n of what is taken back: that is a state, too, and has a stamp.
const nothing = -1

// lay notes one thing over the menu; without n it is taken back.
func lay(tx *sqlite.Tx, e event.Event, kind string, what []byte, n *int64, day string) error {
	if n == nil {
		n = new(int64(nothing))
	}
	_, err := tx.Exec(`INSERT INTO menu_overlay (kind, thing, n, day, seq) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, thing) DO UPDATE SET n = excluded.n, day = excluded.day, seq = excluded.seq`, kind, what, *n, day, e.Seq)
	return err
}

// take takes portions off.
func take(tx *sqlite.Tx, e event.Event, what []byte, n int64) error {
	_, err := tx.Exec("UPDATE menu_overlay SET n = n - ?, seq = ? WHERE kind = 'portions' AND thing = ? AND n >= 0", n, e.Seq, what)
	return err
}
