package bill

import (
	"strings"

	"github.com/tyngo/tyngo/sync/money"
)

// inside are the taxes that the price of a part holds.
func (c *reckoning) inside(part int) (taxes []int) {
	for _, t := range c.taxes[part] {
		if c.Taxes[t].Inclusive {
			taxes = append(taxes, t)
		}
	}
	return taxes
}

// included takes out of prices what they hold: the net is rounded once a group, and the
// rest is the taxes', so that no price ever moves.
func (c *reckoning) included() {
	for _, group := range c.groups(c.all()) {
		taxes := c.inside(group[0])
		if len(taxes) == 0 {
			continue
		}
		rates, weights, names := money.Rate(0), []int64{}, []string{}
		for _, t := range taxes {
			rates += c.Taxes[t].Rate
			weights, names = append(weights, int64(c.Taxes[t].Rate)), append(names, c.Taxes[t].Name)
		}
		gross, amounts := c.gross(group)
		net := c.round(gross, int64(money.Whole), int64(money.Whole+rates))
		c.step("tax_included", strings.Join(names, " + "), c.only(group), gross, rates, int64(money.Whole), int64(money.Whole+rates), net)
		left := make([]int64, len(group)) // of each part, what is tax
		for i, n := range net.Allocate(amounts) {
			c.parts[group[i]].Net = n
			left[i] = amounts[i] - int64(n)
		}
		for n, tax := range (gross - net).Allocate(weights) {
			for i, share := range tax.Allocate(left) { // never more than is left: each is a share of it
				c.share[group[i]][taxes[n]] = share
				left[i] -= int64(share)
			}
		}
	}
	for t := range c.Taxes {
		if c.Taxes[t].Inclusive {
			c.total(t)
		}
	}
}

// added is what comes on top of the net.
func (c *reckoning) added() {
	for t, tax := range c.Taxes {
		parts := c.on(t)
		if tax.Inclusive || len(parts) == 0 {
			continue
		}
		groups := [][]int{parts}
		if c.ByLine {
			groups = c.groups(parts)
		}
		for _, group := range groups {
			base, weights := money.Amount(0), make([]int64, len(group))
			for i, p := range group {
				base, weights[i] = c.sum(base, c.parts[p].Net), int64(c.parts[p].Net)
			}
			a := c.round(base, int64(tax.Rate), int64(money.Whole))
			c.step("tax_added", tax.Name, c.only(group), base, tax.Rate, int64(tax.Rate), int64(money.Whole), a)
			for i, share := range a.Allocate(weights) {
				c.share[group[i]][t] = share
			}
		}
		c.total(t)
	}
}

func (c *reckoning) gross(group []int) (sum money.Amount, amounts []int64) {
	for _, p := range group {
		sum, amounts = c.sum(sum, c.parts[p].Amount), append(amounts, int64(c.parts[p].Amount))
	}
	return sum, amounts
}

// only names the part of a group of one, where parts are rounded alone.
func (c *reckoning) only(group []int) string {
	if !c.ByLine {
		return ""
	}
	return c.parts[group[0]].Name
}

// total sums the shares of a tax.
func (c *reckoning) total(t int) {
	for _, p := range c.on(t) {
		c.levied[t].Base = c.sum(c.levied[t].Base, c.parts[p].Net)
		c.levied[t].Amount = c.sum(c.levied[t].Amount, c.share[p][t])
	}
}
