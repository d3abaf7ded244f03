package order

import (
	"slices"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// merge brings a check to another one: of the same visit, where all shares go, or of
// another visit, where all lines go with their discounts.
func merge(v *Visit, c *View, wish Merge, w World) (facts []event.Payload, err error) {
	if wish.Into.IsZero() {
		for _, other := range v.live() {
			if other != c {
				if err := other.mergeable(); err != nil {
					return nil, err
				}
				if err := v.alike(other.ID, c.ID); err != nil {
					return nil, err
				}
				facts = append(facts, event.CheckMerged{Order: other.ID, Into: c.ID})
			}
		}
		if len(facts) == 0 {
			return nil, fault.New(fault.Conflict, "not_split", "This check was not split.")
		}
		return facts, nil
	}
	if wish.Into == c.ID {
		return nil, errSelf
	}
	if err := c.mergeable(); err != nil {
		return nil, err
	}
	if to := v.Check(wish.Into); to != nil {
		if err := to.takes(); err != nil {
			return nil, err
		}
		if err := v.alike(c.ID, to.ID); err != nil {
			return nil, err
		}
		return []event.Payload{event.CheckMerged{Order: c.ID, Into: to.ID}}, nil
	}
	if len(v.live()) > 1 {
		return nil, fault.New(fault.Conflict, "check_split", "This check was split. Undo that, or choose a check of the same guests.")
	}
	if slices.ContainsFunc(v.Discounts, func(d Discount) bool { return d.Line.IsZero() }) {
		return nil, errOwnDiscount
	}
	var lines []id.Line
	for i := range c.Lines {
		if l := &c.Lines[i]; l.Gone == "" && l.PartOf.IsZero() && l.Left() > 0 {
			lines = append(lines, l.ID)
		}
	}
	if len(lines) > 0 {
		if facts, err = move(v, c, lines, wish.Into, w); err != nil {
			return nil, err
		}
	} else if _, err := other(wish.Into, w); err != nil {
		return nil, err
	}
	return append(facts, event.CheckMerged{Order: c.ID, Into: wish.Into}), nil
}

var errOwnDiscount = fault.New(fault.Conflict, "check_discounted", "One of these checks has a discount that the other does not have. Take it back first.")

// alike refuses to bring checks together of which one has a discount of its own: it would
// be one of the other's lines, too, or of none.
func (v *Visit) alike(a, b id.Order) error {
	for _, d := range v.Discounts {
		if d.Line.IsZero() && slices.Contains(d.Checks, a) != slices.Contains(d.Checks, b) {
			return errOwnDiscount
		}
	}
	return nil
}

// rings says whether something can still be done with a check.
func (c *View) rings() bool {
	return c != nil && c.Status != StatusCancelled && c.Status != StatusMerged
}

// takes refuses what would bring lines to a check that is over.
func (c *View) takes() error {
	switch {
	case !c.rings():
		return errOver
	case c.ClosedDay != "":
		return errClosed
	}
	return nil
}

// mergeable refuses to end a check on which something was paid: a payment names the check
// that it is of, on slips and at head office, and would be of none.
func (c *View) mergeable() error {
	switch {
	case c.ClosedDay != "":
		return errClosed
	case c.Paid != 0 || c.Tips != 0:
		return errPaid
	}
	return nil
}

// other is the check of another visit to which lines go.
func other(to id.Order, w World) (*View, error) {
	o := w.Other.Check(to)
	switch {
	case o == nil:
		return nil, fault.New(fault.NotFound, "order_unknown", "There is no such check here.").At("data", "names no check")
	}
	return o, o.takes()
}

func transfer(v *Visit, c *View, wish Transfer, w World) ([]event.Payload, error) {
	if len(wish.Lines) == 0 || len(wish.Lines) > MaxLines {
		return nil, fault.New(fault.Invalid, "no_lines", "Say which lines go.").At("data.lines", "must have at least one line")
	}
	if wish.To == c.ID {
		return nil, errSelf
	}
	to := v.Check(wish.To)
	if to == nil {
		return move(v, c, wish.Lines, wish.To, w)
	}
	if err := to.takes(); err != nil {
		return nil, err
	}
	s := newSharing(v)
	for _, line := range wish.Lines {
		home, l, err := v.at(line, nil)
		if err != nil {
			return nil, err
		}
		for _, l := range append([]*ViewLine{l}, home.parts(l.ID)...) {
			if err := s.give(home, l, c.ID, to.ID, 1, 1); err != nil {
				return nil, err
			}
		}
	}
	return s.facts(), nil
}

// move brings lines to a check of another visit. What the kitchen has it has; what was
// voided stays where it was.
func move(v *Visit, c *View, lines []id.Line, into id.Order, w World) (facts []event.Payload, err error) {
	to, err := other(into, w)
	if err != nil {
		return nil, err
	}
	if to.Rung+len(lines) > MaxLines {
		return nil, errTooMany
	}
	p := event.LinesMoved{Order: c.ID, To: to.ID}
	var off []event.Payload
	as := map[id.Line]id.Line{}
	sent := false
	for _, line := range lines {
		home, l, err := v.at(line, nil)
		if err != nil {
			return nil, err
		}
		if home != c || len(l.Shares) > 0 {
			return nil, fault.Newf(fault.Conflict, "line_shared", "%s is shared by checks. Undo the split first.", l.Name)
		}
		if l.Left() == 0 {
			return nil, errLine
		}
		for _, l := range append([]*ViewLine{l}, home.parts(l.ID)...) {
			new := id.Made[id.Line](w.Command, len(as))
			as[l.ID] = new
			facts = append(facts, event.LineAdded{Order: to.ID, Line: new, Item: l.Item, Name: l.Name, Quantity: l.Left(), UnitPrice: l.UnitPrice, Amount: l.Amount,
				Modifiers: l.Modifiers, Notes: l.Notes, Station: l.Station, PrepMinutes: l.PrepMinutes, Course: l.Course, TaxClass: l.TaxClass, Counted: l.Counted,
				PartOf: as[l.PartOf], SetMenu: l.SetMenu, Seats: l.Seats, Held: l.Held, From: l.ID, Sent: l.Sent})
			p.Lines = append(p.Lines, event.MovedLine{Line: l.ID, As: new, Name: l.Name, Quantity: l.Left(), Amount: l.Amount, Sent: l.Sent})
			sent = sent || l.Sent
		}
	}
	for n, d := range v.Discounts { // those of lines go with them
		if as[d.Line].IsZero() {
			continue
		}
		g := event.Discounted{Order: to.ID, Discount: id.Made[id.Discount](w.Command, n), Line: as[d.Line], Name: d.Name, Rate: d.Rate, Amount: d.Amount, Comp: d.Comp, Reason: d.Reason}
		for _, l := range d.Only {
			g.Only = append(g.Only, as[l])
		}
		off = append(off, event.DiscountRemoved{Order: c.ID, Discount: d.ID})
		facts = append(facts, g)
	}
	facts = append(facts, off...)
	for some := range slices.Chunk(p.Lines, maxMoved) {
		facts = append(facts, event.LinesMoved{Order: p.Order, To: p.To, Lines: some})
	}
	if sent && to.Status == StatusOpen {
		facts = append(facts, event.StatusChanged{Order: to.ID, From: string(StatusOpen), To: string(StatusPlaced), Total: to.Total})
	}
	return facts, nil
}
