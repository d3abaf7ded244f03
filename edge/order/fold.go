package order

import (
	"slices"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// fold is a visit as facts of it left it, from the first on.
func fold(facts []event.Event) *Visit {
	v := &Visit{}
	for _, e := range facts {
		v.apply(e)
	}
	return v
}

// apply takes one fact in. The tables are kept by project, the same way: a property
// test holds them against each other.
func (v *Visit) apply(e event.Event) {
	if p, ok := e.Payload.(event.OrderOpened); ok {
		v.open(e, p)
		return
	}
	c := v.Check(event.OrderOf(e.Payload))
	if c == nil {
		return
	}
	c.Seq = max(c.Seq, e.Seq)
	switch p := e.Payload.(type) {
	case event.LineAdded:
		c.Rung++
		c.Lines = append(c.Lines, ViewLine{ID: p.Line, Item: p.Item, Name: p.Name, Quantity: p.Quantity, UnitPrice: p.UnitPrice,
			Amount: p.Amount, Modifiers: p.Modifiers, Notes: p.Notes, Station: p.Station, PrepMinutes: p.PrepMinutes, PartOf: p.PartOf, SetMenu: p.SetMenu,
			TaxClass: p.TaxClass, Course: p.Course, Counted: p.Counted, Seats: p.Seats, Held: p.Held, Sent: p.Sent})
		c.Total += p.Amount
	case event.OrderSent:
		c.Status, c.Total, c.Minutes = StatusPlaced, p.Total, p.Minutes
		for i := range c.Lines {
			if l := &c.Lines[i]; !l.Sent && slices.Contains(p.Lines, l.ID) {
				l.Sent, l.Held, l.Changed = true, false, e.Seq
			}
		}
	case event.StatusChanged:
		c.Status = Status(p.To)
	case event.OrderMoved:
		c.Table, c.OffPlan = p.To, false
	case event.CoversChanged:
		c.Covers = p.Covers
	case event.CheckParted:
		if c.Parted = nil; p.Evenly > 0 || len(p.Amounts) > 0 {
			c.Parted = &event.CheckParted{Evenly: p.Evenly, Amounts: p.Amounts}
		}
	case event.ServerChanged:
		c.Server = p.Server
	case event.Reckoned:
		for _, o := range p.Owed {
			if c := v.Check(o.Order); c != nil {
				c.Total, c.Discounts, c.Charges, c.Taxes, c.Seq = o.Total, o.Discounts, o.Charges, o.Taxes, max(c.Seq, e.Seq)
			}
		}
	case event.Discounted:
		v.discount(e, p)
	case event.DiscountRemoved:
		v.Discounts = slices.DeleteFunc(v.Discounts, func(d Discount) bool { return d.ID == p.Discount })
	case event.CheckMerged:
		v.merge(e, p)
	case event.PaymentTaken:
		c.Paid, c.Tips = c.Paid+p.Amount, c.Tips+p.Tip
	case event.PaymentRefunded:
		c.Paid, c.Tips = c.Paid-p.Amount, c.Tips-p.Tip
	case event.PaymentVoided:
		c.Paid, c.Tips = c.Paid-p.Amount, c.Tips-p.Tip
	case event.TipChanged:
		c.Tips += p.Tip - p.Was
	case event.OrderClosed:
		c.ClosedDay = e.Day
	case event.OrderReopened:
		c.ClosedDay = ""
	default:
		v.applyLine(e)
	}
}

// applyLine takes in what became of lines.
func (v *Visit) applyLine(e event.Event) {
	change := func(l id.Line, with func(*ViewLine)) {
		if _, at := v.line(l); at != nil {
			with(at)
			at.Changed = e.Seq
		}
	}
	switch p := e.Payload.(type) {
	case event.LineChanged:
		change(p.Line, func(l *ViewLine) {
			l.Quantity, l.Amount, l.Notes, l.Seats, l.Course = p.Quantity, p.Amount, p.Notes, p.Seats, p.Course
		})
	case event.LineRemoved:
		change(p.Line, func(l *ViewLine) { l.Gone = "removed" })
	case event.LinesHeld:
		for _, id := range p.Lines {
			change(id, func(l *ViewLine) { l.Held = p.Held })
		}
	case event.LineVoided:
		change(p.Line, func(l *ViewLine) { l.Voided, l.Amount = l.Voided+p.Quantity, l.Amount-p.Amount })
	case event.LinesShared:
		for _, s := range p.Lines {
			change(s.Line, func(l *ViewLine) { l.Shares = s.Shares })
		}
	case event.LinesMoved:
		for _, m := range p.Lines {
			change(m.Line, func(l *ViewLine) { l.Gone = "moved" })
		}
	}
}

func (v *Visit) open(e event.Event, p event.OrderOpened) {
	c := &View{ID: p.Order, Number: p.Number, Type: p.Type, Table: p.Table, OffPlan: p.OffPlan, Customer: p.Customer, Source: p.Source,
		Status: StatusOpen, Covers: p.Covers, Server: e.Staff, Day: e.Day, OpenedAt: e.Time(), Seq: e.Seq, openedSeq: e.Seq}
	if p.Status != "" {
		c.Status = Status(p.Status)
	}
	v.Checks = append(v.Checks, c)
	for i := range v.Discounts { // what the other check has off goes with it
		if d := &v.Discounts[i]; slices.Contains(d.Checks, p.From) {
			d.Checks = append(slices.Clip(d.Checks), p.Order)
		}
	}
}

func (v *Visit) discount(e event.Event, p event.Discounted) {
	d := Discount{Comp: p.Comp, Reason: p.Reason, Seq: e.Seq}
	d.ID, d.Name, d.Line, d.Rate, d.Amount, d.Checks, d.Only = p.Discount, p.Name, p.Line, p.Rate, p.Amount, p.Checks, p.Only
	v.Discounts = append(v.Discounts, d)
}

// merge gives what a check had to another one.
func (v *Visit) merge(e event.Event, p event.CheckMerged) {
	for _, c := range v.Checks {
		if c.ID == p.Order {
			c.Status, c.MergedInto = StatusMerged, p.Into
		}
		for i := range c.Lines {
			l := &c.Lines[i]
			if was := c.shares(l); l.Gone == "" && slices.ContainsFunc(was, func(s event.Share) bool { return s.Check == p.Order }) {
				l.Shares = mergedShares(was, c.ID, p)
			}
		}
	}
	for i := range v.Discounts {
		if d := &v.Discounts[i]; slices.Contains(d.Checks, p.Order) {
			d.Checks = mergedChecks(d.Checks, p)
		}
	}
}

// mergedShares are the shares of a line, with those of the merged check given to the
// other one; none where all of it is its own check's.
func mergedShares(shares []event.Share, home id.Order, p event.CheckMerged) (list []event.Share) {
	var more int64
	for _, s := range shares {
		if s.Check == p.Order {
			more = s.Parts
		}
	}
	for _, s := range shares {
		switch s.Check {
		case p.Order:
			if !slices.ContainsFunc(shares, func(s event.Share) bool { return s.Check == p.Into }) {
				list = append(list, event.Share{Check: p.Into, Parts: s.Parts})
			}
		case p.Into:
			list = append(list, event.Share{Check: s.Check, Parts: s.Parts + more})
		default:
			list = append(list, s)
		}
	}
	return whole(list, home)
}

// whole writes shares in the shortest way: none where a line is all its own check's.
func whole(list []event.Share, home id.Order) []event.Share {
	if len(list) == 1 {
		list = []event.Share{{Check: list[0].Check, Parts: 1}}
		if list[0].Check == home {
			return nil
		}
	}
	return list
}

func mergedChecks(checks []id.Order, p event.CheckMerged) (list []id.Order) {
	for _, c := range checks {
		if c == p.Order {
			c = p.Into
		}
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}
