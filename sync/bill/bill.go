package bill

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Order is what is reckoned.
type Order struct {
	Type   string // dine_in, takeaway
	Covers int    // guests at the table; 0 where nobody counted them
	Lines  []Line
}

// Line is one line as it was rung.
type Line struct {
	ID     id.Line
	Name   string
	Amount money.Amount // quantity times unit price
	Class  string       // its tax class
}

// Bill is what a guest owes. Lines and Charges sum to Subtotal and Charged, the shares of
// every tax to its Amount, and Total is Subtotal + Charged + the taxes that prices do not
// hold.
type Bill struct {
	Lines    []Part
	Subtotal money.Amount // of the lines, as priced
	Charges  []Part
	Charged  money.Amount // of the charges
	Taxes    []Levied     // those that took something, in the venue's order
	Total    money.Amount
	Cash     money.Amount // Total in coins
	Steps    []Step       // every rounding, in order
}

// Part is a line or a charge.
type Part struct {
	Line   id.Line // zero: a charge
	Name   string
	Amount money.Amount   // as priced, with the taxes that prices hold
	Net    money.Amount   // without them
	Taxes  []money.Amount // its share of each of the bill's
	on     []bool
	class  string
	taxed  bool
}

// On says whether the bill's tax n is on the part: a share may be nothing.
func (p Part) On(n int) bool { return p.on[n] }

// Levied is what one tax comes to.
type Levied struct {
	Tax    Tax
	Base   money.Amount // net, of what it is on
	Amount money.Amount
}

// Step is one rounding: Base by Rate is exactly Exact, which became Amount. Of a tax that
// prices hold that is the net; the tax is the rest.
type Step struct {
	Kind   string // service_charge, tax_included, tax_added, cash
	Name   string // of the charge or of the taxes
	Of     string // the line, where it is of one
	Base   money.Amount
	Rate   money.Rate // zero where there is none
	Exact  string     // in the currency, with more digits than it has
	Amount money.Amount
}

// Of reckons an order. The only error is a sum that does not fit.
func (r *Rules) Of(o Order) (*Bill, error) {
	c := &reckoning{Rules: r, b: &Bill{}}
	for _, l := range o.Lines {
		c.b.Lines = append(c.b.Lines, Part{Line: l.ID, Name: l.Name, Amount: l.Amount, class: l.Class, taxed: true})
		c.b.Subtotal = c.sum(c.b.Subtotal, l.Amount)
	}
	for _, charge := range r.Charges {
		if charge.on(o) && len(o.Lines) > 0 {
			c.charge(charge)
		}
	}
	c.collect(o.Type)
	c.included()
	c.added()
	c.b.Total = c.sum(c.b.Subtotal, c.b.Charged)
	for t, l := range c.levied {
		if len(c.on(t)) == 0 {
			continue
		}
		c.b.Taxes = append(c.b.Taxes, l)
		if !l.Tax.Inclusive {
			c.b.Total = c.sum(c.b.Total, l.Amount)
		}
	}
	c.shares()
	c.cash()
	return c.b, c.err
}

// reckoning is the work of one bill.
type reckoning struct {
	*Rules
	b      *Bill
	parts  []*Part
	taxes  [][]int // of each part: which are on it
	levied []Levied
	share  [][]money.Amount // of each part, of each tax
	err    error
}

func (c *reckoning) sum(a, b money.Amount) money.Amount {
	s, err := a.Plus(b)
	if err != nil && c.err == nil {
		c.err = err
	}
	return s
}

func (c *reckoning) round(a money.Amount, num, den int64) money.Amount {
	s, err := a.Share(num, den, c.Mode)
	if err != nil && c.err == nil {
		c.err = err
	}
	return s
}

// charge is a share of what was ordered.
func (c *reckoning) charge(charge Charge) {
	a := c.round(c.b.Subtotal, int64(charge.Rate), int64(money.Whole))
	c.step("service_charge", charge.Name, "", c.b.Subtotal, charge.Rate, int64(charge.Rate), int64(money.Whole), a)
	c.b.Charges = append(c.b.Charges, Part{Name: charge.Name, Amount: a, class: charge.class, taxed: charge.class != ""})
	c.b.Charged = c.sum(c.b.Charged, a)
}

// collect finds which taxes are on which part.
func (c *reckoning) collect(orderType string) {
	for i := range c.b.Lines {
		c.parts = append(c.parts, &c.b.Lines[i])
	}
	for i := range c.b.Charges {
		c.parts = append(c.parts, &c.b.Charges[i])
	}
	for _, t := range c.Taxes {
		c.levied = append(c.levied, Levied{Tax: t})
	}
	for _, p := range c.parts {
		p.Net = p.Amount
		var on []int
		for t, tax := range c.Taxes {
			if p.taxed && tax.on(orderType, p.class) {
				on = append(on, t)
			}
		}
		c.taxes = append(c.taxes, on)
		c.share = append(c.share, make([]money.Amount, len(c.Taxes)))
	}
}

// on are the parts on which a tax is.
func (c *reckoning) on(tax int) (parts []int) {
	for i, taxes := range c.taxes {
		if slices.Contains(taxes, tax) {
			parts = append(parts, i)
		}
	}
	return parts
}

// groups are parts that are rounded together: each alone, or those with the same taxes,
// so that the order of lines moves no cent between taxes.
func (c *reckoning) groups() (list [][]int) {
	at := map[string]int{}
	for i := range c.parts {
		key := fmt.Sprint(c.taxes[i])
		if c.ByLine {
			key = fmt.Sprint(i)
		}
		if n, ok := at[key]; ok {
			list[n] = append(list[n], i)
			continue
		}
		at[key] = len(list)
		list = append(list, []int{i})
	}
	return list
}

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
	for _, group := range c.groups() {
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
			groups = groups[:0]
			for _, p := range parts {
				groups = append(groups, []int{p})
			}
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

// shares gives every part its share of the taxes of the bill.
func (c *reckoning) shares() {
	for i, p := range c.parts {
		p.Taxes = make([]money.Amount, 0, len(c.b.Taxes))
		for t := range c.Taxes {
			if len(c.on(t)) > 0 {
				p.Taxes, p.on = append(p.Taxes, c.share[i][t]), append(p.on, slices.Contains(c.taxes[i], t))
			}
		}
	}
}

func (c *reckoning) cash() {
	cash, err := c.b.Total.ToStep(c.Coin)
	if err != nil && c.err == nil {
		c.err = err
	}
	if c.b.Cash = cash; cash != c.b.Total {
		c.b.Steps = append(c.b.Steps, Step{Kind: "cash", Base: c.b.Total, Exact: c.Currency.Decimal(c.b.Total), Amount: cash})
	}
}
