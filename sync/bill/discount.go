package bill

import (
	"cmp"
	"slices"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Discount is taken off one line, or off checks. Shares are of what a line or the checks
// cost before any of them; amounts come after the shares; none takes more than is left.
// So it makes no difference which was given first.
type Discount struct {
	ID     id.Discount
	Name   string
	Line   id.Line      // of this line; none: of checks
	Checks []id.Order   // of these together; none: of all
	Only   []id.Line    // what it is taken off; none: every line
	Rate   money.Rate   // this share, or
	Amount money.Amount // so much
}

// Given is what a discount took.
type Given struct {
	ID     id.Discount
	Name   string
	Line   id.Line // none: of checks
	Amount money.Amount
	n      int // which of the order's
}

// on says whether a part is what a discount is taken off.
func (d Discount) on(p Part) bool {
	if !d.Line.IsZero() {
		return p.Line == d.Line
	}
	return (len(d.Checks) == 0 || slices.Contains(d.Checks, p.Check)) && (len(d.Only) == 0 || slices.Contains(d.Only, p.Line))
}

// discounts takes them off: those of lines, then those of checks; shares, then amounts.
func (c *reckoning) discounts(o Order) {
	given := make([]money.Amount, len(o.Discounts))
	for _, ofLine := range []bool{true, false} {
		before := make([]money.Amount, len(c.b.Lines))
		for i, p := range c.b.Lines {
			before[i] = p.Amount
		}
		for _, n := range inOrder(o.Discounts, ofLine) {
			given[n] = c.discount(o.Discounts[n], n, before)
		}
	}
	for n, d := range o.Discounts {
		if given[n] > 0 {
			c.b.Discounts = append(c.b.Discounts, Given{d.ID, d.Name, d.Line, given[n], n})
			c.b.Discounted = c.sum(c.b.Discounted, given[n])
		}
	}
}

// inOrder are the discounts of lines, or those of checks, as they are taken.
func inOrder(all []Discount, ofLine bool) (list []int) {
	for n, d := range all {
		if d.Line.IsZero() != ofLine {
			list = append(list, n)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		x, y := all[a], all[b]
		return cmp.Or(cmp.Compare(y.Rate, x.Rate), cmp.Compare(y.Amount, x.Amount), cmp.Compare(x.ID.String(), y.ID.String()))
	})
	return list
}

// discount takes one off the lines that it is on, each by what is left of it, and off
// those who share a line by what is left of their shares: who shares a line moves no cent
// to another one.
func (c *reckoning) discount(d Discount, n int, before []money.Amount) money.Amount {
	var base, left money.Amount
	var lines []int       // that it is on
	of := map[int][]int{} // the parts of each
	for i, p := range c.b.Lines {
		if d.on(p) {
			base, left = base+before[i], left+p.Amount
			if of[p.of] == nil {
				lines = append(lines, p.of)
			}
			of[p.of] = append(of[p.of], i)
		}
	}
	if len(lines) == 0 {
		return 0
	}
	take := d.Amount
	if d.Rate > 0 {
		take = c.round(base, int64(d.Rate), int64(money.Whole))
		name := ""
		if !d.Line.IsZero() {
			name = c.b.Lines[of[lines[0]][0]].Name
		}
		c.step("discount", d.Name, name, base, d.Rate, int64(d.Rate), int64(money.Whole), min(take, left))
	}
	take = min(take, left)
	slices.SortStableFunc(lines, func(a, b int) int { // an odd cent goes to the same line, however they stand
		return cmp.Compare(c.b.Lines[of[a][0]].Line.String(), c.b.Lines[of[b][0]].Line.String())
	})
	weights := make([]int64, len(lines))
	for k, line := range lines {
		for _, i := range of[line] {
			weights[k] += int64(c.b.Lines[i].Amount)
		}
	}
	for k, a := range take.Allocate(weights) {
		parts := of[lines[k]]
		shares := make([]int64, len(parts))
		for j, i := range parts {
			shares[j] = int64(c.b.Lines[i].Amount)
		}
		for j, a := range a.Allocate(shares) {
			c.b.Lines[parts[j]].Amount -= a
			c.b.Lines[parts[j]].given[n] += a
		}
	}
	return take
}
