package bill

import (
	"slices"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// For is what one check has of the bill of its visit. The bills of all checks sum to the
// whole, in every amount; the steps are those of the whole.
func (b *Bill) For(check id.Order) (*Bill, error) {
	of := &Bill{rules: b.rules, Steps: slices.DeleteFunc(slices.Clone(b.Steps), func(s Step) bool { return s.Kind == "cash" })}
	given := map[int]money.Amount{}
	for _, p := range b.Lines {
		if p.Check != check {
			continue
		}
		of.Lines = append(of.Lines, p)
		of.Subtotal += p.Gross
		of.Discounted += p.Gross - p.Amount
		for n, a := range p.given {
			given[n] += a
		}
	}
	for _, g := range b.Discounts {
		if g.Amount = given[g.n]; g.Amount > 0 {
			of.Discounts = append(of.Discounts, g)
		}
	}
	for _, p := range b.Charges {
		if p.Check == check {
			of.Charges = append(of.Charges, p)
			of.Charged += p.Amount
		}
	}
	of.Total = of.Subtotal - of.Discounted + of.Charged
	for n, l := range b.Taxes {
		l.Base, l.Amount = 0, 0
		for _, p := range slices.Concat(of.Lines, of.Charges) {
			if p.On(n) {
				l.Base, l.Amount = l.Base+p.Net, l.Amount+p.Taxes[n]
			}
		}
		of.Taxes = append(of.Taxes, l)
		if !l.Tax.Inclusive {
			of.Total += l.Amount
		}
	}
	return of, of.cash()
}

// Added is the sum of the taxes that prices do not hold.
func (b *Bill) Added() (sum money.Amount) {
	for _, l := range b.Taxes {
		if !l.Tax.Inclusive {
			sum += l.Amount
		}
	}
	return sum
}
