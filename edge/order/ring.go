package order

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// ringing is what the lines of one command take together.
type ringing struct {
	World
	order     id.Order
	items     map[id.Item]int64 // portions
	modifiers map[id.Modifier]int64
	made      int             // lines of set menus
	planned   []event.Payload // what the menu planned for the day, said with the first that is taken
}

// ring prices one line from the menu; price, where it is given, comes before the
// menu's. where names the member that is wrong.
func (r *ringing) ring(l NewLine, price *money.Amount) (p event.LineAdded, where, why string) {
	it, ok := r.Now.Item(l.Item)
	switch {
	case !ok:
		return p, ".menuItemId", "is not on the menu"
	case l.Quantity < 1 || l.Quantity > MaxQuantity:
		return p, ".quantity", fmt.Sprintf("must be 1 to %d", MaxQuantity)
	case len(l.Modifications) > MaxModifications:
		return p, ".modifications", fmt.Sprintf("must be at most %d", MaxModifications)
	}
	if why := r.Now.Unsold(it, r.items[it.ID]+l.Quantity); why != "" {
		return p, ".menuItemId", why
	}
	p = event.LineAdded{Order: r.order, Line: l.Line, Item: it.ID, Name: it.Name, Quantity: l.Quantity,
		Station: it.Station, PrepMinutes: it.PrepMinutes, Course: it.Course, TaxClass: it.TaxClass, SetMenu: len(it.Combo) > 0}
	switch p.UnitPrice, p.Level = r.Now.Price(it); {
	case price != nil:
		p.UnitPrice, p.Level = *price, ""
	case it.Open != nil:
		if l.Price == nil {
			return p, ".price", "is missing: " + it.Name + " costs what is said when it is rung"
		}
		if *l.Price < it.Open.Least || *l.Price > it.Open.Most {
			return p, ".price", fmt.Sprintf("must be %s to %s", r.Venue.Money.Decimal(it.Open.Least), r.Venue.Money.Decimal(it.Open.Most))
		}
		p.UnitPrice, p.Level = *l.Price, ""
	case l.Price != nil && !l.Again:
		return p, ".price", "is not asked for: " + it.Name + " has a price of its own. Leave it out, or take something off"
	}
	seats, err := seatsOf(l.Seats)
	if err != nil {
		return p, ".seats", fmt.Sprintf("must be 1 to %d, at most %d of them", MaxSeat, maxSeats)
	}
	if p.Seats, p.Held = seats, l.Held; l.Course != "" {
		p.Course = l.Course
	}
	if utf8.RuneCountInString(p.Course) > maxCourse || l.Course != "" && !legible(l.Course) {
		return p, ".course", fmt.Sprintf("must have at most %d characters", maxCourse)
	}
	picks := l.Picks
	for k, text := range l.Modifications {
		at := fmt.Sprintf(".modifications[%d]", k)
		if m, ok := it.Modifier(text); ok {
			picks = append(picks[:len(picks):len(picks)], menu.Pick{Modifier: m.ID, Where: at})
			continue
		}
		note, why := kitchenNote(text)
		if why != "" {
			return p, at, why
		}
		p.Notes = append(p.Notes, note)
	}
	var more money.Amount
	if p.Modifiers, more, where, why = r.Now.Choose(it, picks, l.Quantity, r.modifiers); where != "" {
		return p, where, why
	}
	if p.UnitPrice, err = p.UnitPrice.Plus(more); err != nil {
		return p, ".modifications", "make the price too large"
	}
	if p.UnitPrice < 0 {
		return p, ".modifications", "make the price less than nothing"
	}
	if p.Amount, err = p.UnitPrice.Times(l.Quantity); err != nil {
		return p, ".quantity", "makes the amount too large"
	}
	if left, counted, planned := r.Now.Over.Left(it); counted {
		p.Counted = true
		if planned && r.items[it.ID] == 0 {
			r.planned = append(r.planned, event.PortionsSet{Item: it.ID, Left: &left, Day: r.Now.Over.Day, Planned: true})
		}
		r.items[it.ID] += l.Quantity
	}
	return p, "", ""
}

// partOf is the first part of a set menu in which an item can still be chosen; empty:
// there is none.
func partOf(it *menu.Item, chosen id.Item, count map[string]int) string {
	for _, p := range it.Combo {
		if _, ok := p.Choices[chosen]; ok && count[p.Name] < max(1, p.Choose) {
			return p.Name
		}
	}
	return ""
}

// parts rings what was chosen in a set menu, whose line is p: each at the price of the
// choice, as often as the menu is had.
func (r *ringing) parts(p event.LineAdded, l NewLine) (list []event.LineAdded, where, why string) {
	it, ok := r.Now.Item(l.Item)
	if !ok {
		return nil, ".menuItemId", "is not on the menu"
	}
	count := map[string]int{}
	for k, c := range l.Combo {
		at := fmt.Sprintf(".combo[%d]", k)
		if c.Part == "" { // of one that is had once more
			c.Part = partOf(it, c.Item, count)
		}
		i := slices.IndexFunc(it.Combo, func(p menu.Part) bool { return p.Name == c.Part })
		if i < 0 {
			return nil, at + ".part", fmt.Sprintf("is no part of %s", it.Name)
		}
		price, ok := it.Combo[i].Choices[c.Item]
		if !ok {
			return nil, at + ".menuItemId", fmt.Sprintf("cannot be chosen as %s", c.Part)
		}
		count[c.Part]++
		part, where, why := r.ring(NewLine{Item: c.Item, Quantity: l.Quantity, Modifications: c.Modifications, Picks: c.Picks, Seats: l.Seats, Course: l.Course, Held: l.Held}, &price)
		if where != "" {
			return nil, at + where, why
		}
		part.PartOf = p.Line
		list = append(list, part)
	}
	for _, part := range it.Combo {
		if n := max(1, part.Choose); count[part.Name] != n {
			return nil, ".combo", fmt.Sprintf("needs a choice of %s: %d, not %d", part.Name, n, count[part.Name])
		}
	}
	return list, "", ""
}
