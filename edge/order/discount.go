package order

import (
	"slices"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// give decides a discount. Shares are of the price before any discount, and none takes
// more than is left (package bill), so that no order of giving changes a total. The house
// pays a line once: nothing else comes off it then.
func give(v *Visit, c *View, wish Give, w World) ([]event.Payload, error) {
	p := event.Discounted{Order: c.ID, Discount: id.Made[id.Discount](w.Command, 0), Line: wish.Line, Name: wish.Name, Rate: wish.Rate, Amount: wish.Amount, Comp: wish.Comp}
	if wish.Comp {
		p.Rate, p.Amount = money.Whole, 0
	}
	if p.Name == "" {
		p.Name = "Discount"
		if wish.Comp {
			p.Name = "On the house"
		}
	}
	var err error
	if p.Reason, err = reasonOf(wish.Reason); err != nil {
		return nil, err
	}
	switch {
	case !legible(p.Name) || utf8.RuneCountInString(p.Name) > maxCourse:
		return nil, fault.Newf(fault.Invalid, "discount_name", "A discount's name has 1 to %d characters.", maxCourse).At("data.name", "is too long, or no text")
	case p.Rate < 0 || p.Rate > money.Whole || p.Amount < 0 || p.Amount > doc.MaxPrice || (p.Rate == 0) == (p.Amount == 0):
		return nil, fault.New(fault.Invalid, "discount", "A discount is a percentage up to 100, or an amount.").At("data", "needs percent or amount")
	case wish.Comp && wish.Line.IsZero():
		return nil, fault.New(fault.Invalid, "comp_line", "Say which line the house pays.").At("data.line", "is missing")
	case len(v.Discounts) >= maxDiscounts:
		return nil, fault.Newf(fault.Conflict, "too_many_discounts", "One visit takes %d discounts.", maxDiscounts)
	}
	if wish.Line.IsZero() {
		p.Checks = []id.Order{c.ID}
		return []event.Payload{p}, nil
	}
	home, l, err := v.at(wish.Line, nil)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(v.Discounts, func(d Discount) bool { return d.Comp && d.Line == l.ID }) {
		return nil, fault.New(fault.Conflict, "line_comped", "The house pays this line already.")
	}
	p.Order = home.ID
	for _, part := range home.parts(l.ID) {
		p.Only = append(p.Only, part.ID)
	}
	return []event.Payload{p}, nil
}

// taken is what a discount takes off, with the others that there are.
func (v *Visit) taken(facts []event.Payload, w World) (money.Amount, error) {
	after := v.clone()
	var d id.Discount
	for _, p := range facts {
		after.apply(event.Event{Payload: p})
		if p, ok := p.(event.Discounted); ok {
			d = p.Discount
		}
	}
	b, err := after.Bill(w.Rules)
	if err != nil {
		return 0, errTotal
	}
	return given(b, d), nil
}
