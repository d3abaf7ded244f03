package order

import (
	"slices"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// again is what rings lines once more: those that are named, or the last round that was
// sent. Prices, and whether it can be had, are the menu's of now.
func (v *Visit) again(c *View, wish Repeat) (AddLines, error) {
	var last int64
	for _, l := range c.Lines {
		if l.Sent && l.Gone == "" {
			last = max(last, l.Changed)
		}
	}
	var add AddLines
	for i := range c.Lines {
		l := &c.Lines[i]
		switch {
		case l.Gone != "" || l.Left() == 0 || !l.PartOf.IsZero():
		case len(wish.Lines) > 0 && !slices.Contains(wish.Lines, l.ID):
		case len(wish.Lines) == 0 && (!l.Sent || l.Changed != last):
		default:
			n := NewLine{Item: l.Item, Quantity: l.Left(), Modifications: l.Notes, Picks: picksOf(l.Modifiers, id.Modifier{}), Seats: l.Seats, Course: l.Course}
			n.Again, n.Price = true, l.base()
			for _, part := range c.parts(l.ID) {
				n.Combo = append(n.Combo, NewPart{Item: part.Item, Modifications: part.Notes, Picks: picksOf(part.Modifiers, id.Modifier{})})
			}
			add.Lines = append(add.Lines, n)
		}
	}
	if len(add.Lines) == 0 {
		return add, fault.New(fault.Conflict, "nothing_to_repeat", "There is nothing on this check to have once more.")
	}
	return add, nil
}

// base is the price of one without its modifiers.
func (l *ViewLine) base() *money.Amount {
	p := l.UnitPrice
	for _, m := range l.Modifiers {
		p -= m.Price
	}
	return &p
}

// picksOf are the modifiers of a line as they were chosen.
func picksOf(list []event.Modified, under id.Modifier) (picks []menu.Pick) {
	for _, m := range list {
		if m.Under == under {
			picks = append(picks, menu.Pick{Modifier: m.Modifier, Quantity: m.Quantity, Pre: m.Pre, Picks: picksOf(list, m.Modifier)})
		}
	}
	return picks
}
