package order

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Visit is the checks of guests who came together, with everything that was rung. The
// first one opened it, others were split off. It is reckoned whole.
type Visit struct {
	Checks    []*View // as they were opened
	Discounts []Discount
}

// Discount is what was taken off.
type Discount struct {
	bill.Discount
	Comp   bool
	Reason string
	Seq    int64 // the fact that gave it
}

// Check finds one of its checks.
func (v *Visit) Check(o id.Order) *View {
	if v == nil {
		return nil
	}
	for _, c := range v.Checks {
		if c.ID == o {
			return c
		}
	}
	return nil
}

// line finds a line with the check on which it was rung; nil where it is not there any more.
func (v *Visit) line(l id.Line) (*View, *ViewLine) {
	for _, c := range v.Checks {
		for i := range c.Lines {
			if at := &c.Lines[i]; at.ID == l && at.Gone == "" {
				return c, at
			}
		}
	}
	return nil, nil
}

// live are the checks that somebody can still ring on.
func (v *Visit) live() (list []*View) {
	for _, c := range v.Checks {
		if c.Status != StatusMerged && c.Status != StatusCancelled {
			list = append(list, c)
		}
	}
	return list
}

// first is the check that says of what type a visit is, and how many guests it has.
func (v *Visit) first() *View {
	if live := v.live(); len(live) > 0 {
		return live[0]
	}
	return v.Checks[0]
}

// shares are who pays for a line.
func (c *View) shares(l *ViewLine) []event.Share {
	if len(l.Shares) == 0 {
		return []event.Share{{Check: c.ID, Parts: 1}}
	}
	return l.Shares
}

// forBill is what the bill of a visit is reckoned of. Who cancelled owes nothing.
func (v *Visit) forBill() bill.Order {
	first := v.first()
	o := bill.Order{Type: first.Type, Covers: first.Covers}
	for _, c := range v.Checks {
		o.Checks = append(o.Checks, c.ID)
		if c.Status == StatusCancelled {
			continue
		}
		for i := range c.Lines {
			l := &c.Lines[i]
			if l.Gone != "" || l.Left() == 0 {
				continue
			}
			line := bill.Line{ID: l.ID, Name: l.Name, Amount: l.Amount, Class: l.TaxClass}
			for _, s := range c.shares(l) {
				line.Shares = append(line.Shares, bill.Share(s))
			}
			o.Lines = append(o.Lines, line)
		}
	}
	for _, d := range v.Discounts {
		o.Discounts = append(o.Discounts, d.Discount)
	}
	return o
}

// Bill is what the guests of a visit owe.
func (v *Visit) Bill(r *bill.Rules) (*bill.Bill, error) { return r.Of(v.forBill()) }

// owed is what the guests of each check owe.
func (v *Visit) owed(r *bill.Rules) ([]event.Owed, error) {
	if len(v.Checks) == 0 {
		return nil, nil // it is about to be opened
	}
	whole, err := v.Bill(r)
	if err != nil {
		return nil, errTotal
	}
	list := make([]event.Owed, len(v.Checks))
	for i, c := range v.Checks {
		b, err := whole.For(c.ID)
		if err != nil {
			return nil, errTotal
		}
		list[i] = event.Owed{Order: c.ID, Status: string(c.Status), Lines: b.Subtotal, Discounts: b.Discounted, Charges: b.Charged, Taxes: b.Added(), Total: b.Total}
	}
	return list, nil
}

// plain says that what guests owe is the sum of their lines, whatever is rung.
func (v *Visit) plain(r *bill.Rules) bool {
	return len(v.Checks) == 1 && len(v.Discounts) == 0 && r.Plain()
}

// clone is a visit that facts may be tried on.
func (v *Visit) clone() *Visit {
	c := &Visit{Discounts: slices.Clone(v.Discounts)}
	for _, check := range v.Checks {
		k := *check
		k.Lines = slices.Clone(check.Lines)
		c.Checks = append(c.Checks, &k)
	}
	for i := range c.Discounts {
		c.Discounts[i].Checks = slices.Clone(c.Discounts[i].Checks)
	}
	return c
}

// reckoned adds to facts what guests owe after them, of every check whose sums change.
func (v *Visit) reckoned(at id.Order, facts []event.Payload, r *bill.Rules) ([]event.Payload, error) {
	after := v.clone()
	for _, p := range facts {
		after.apply(event.Event{Payload: p})
	}
	was, err := v.owed(r)
	if err != nil {
		return nil, err
	}
	now, err := after.owed(r)
	if err != nil {
		return nil, err
	}
	p := event.Reckoned{Order: at}
	for i, o := range now {
		if i >= len(was) || was[i] != o {
			p.Owed = append(p.Owed, o)
		}
	}
	if len(p.Owed) == 0 {
		return facts, nil
	}
	return append(facts, p), nil
}

// loadVisit reads the visit of a check, whole; nil where there is none.
func loadVisit(q sqlite.Queryer, o id.Order) (*Visit, error) {
	seq, err := Seq(q, o)
	if isNone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var first int64
	if err := q.QueryRow("SELECT visit_seq FROM guest_check WHERE opened_seq = ?", seq).Scan(&first); err != nil {
		return nil, fmt.Errorf("find the visit of %s: %w", o, err)
	}
	v := &Visit{}
	if v.Checks, err = views(q, "WHERE opened_seq = ?1 OR visit_seq = ?1 AND visit_seq <> opened_seq ORDER BY opened_seq", first); err != nil {
		return nil, err
	}
	err = sqlite.Each(q, "SELECT id, line, name, rate, amount, comp, reason, checks, only, seq FROM check_discount WHERE visit_seq = ? ORDER BY seq", []any{first}, func(scan sqlite.Scan) error {
		var d Discount
		var checks, only string
		if err := scan(&d.ID, &d.Line, &d.Name, &d.Rate, &d.Amount, &d.Comp, &d.Reason, &checks, &only, &d.Seq); err != nil {
			return err
		}
		v.Discounts = append(v.Discounts, d)
		at := &v.Discounts[len(v.Discounts)-1]
		return errors.Join(parseList(checks, &at.Checks), parseList(only, &at.Only))
	})
	if err != nil {
		err = fmt.Errorf("read discounts of %s: %w", o, err)
	}
	return v, err
}

// left is what is still owed of a discount's lines: its amount at this moment.
func given(b *bill.Bill, d id.Discount) money.Amount {
	for _, g := range b.Discounts {
		if g.ID == d {
			return g.Amount
		}
	}
	return 0
}
