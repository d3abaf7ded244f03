package bill

import (
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Order is what is reckoned: the checks of one visit, with one type and one number of
// guests. A visit is reckoned whole, and its checks have shares of every amount: so no
// split moves a cent.
type Order struct {
	Type      string     // dine_in, takeaway, …
	Covers    int        // guests at the table; 0 where nobody counted them
	Checks    []id.Order // as they were opened; none: there is one
	Lines     []Line
	Discounts []Discount
}

// Line is one line as it was rung.
type Line struct {
	ID     id.Line
	Name   string
	Amount money.Amount // quantity times unit price, before discounts
	Class  string       // its tax class
	Shares []Share      // which checks have it; none: the first one
}

// Share is what a check has of a line: so many of all its parts.
type Share struct {
	Check id.Order
	Parts int64
}

// Bill is what guests owe. Lines sum to Subtotal - Discounted, Charges to Charged, the
// shares of every tax to its Amount, and Total is Subtotal - Discounted + Charged + the
// taxes that prices do not hold.
type Bill struct {
	Lines      []Part       // a line and a check that has of it
	Subtotal   money.Amount // of the lines, as priced
	Discounts  []Given      // those that took something
	Discounted money.Amount // of them
	Charges    []Part
	Charged    money.Amount // of the charges
	Taxes      []Levied     // those that are on something, in the venue's order
	Total      money.Amount
	Cash       money.Amount // Total in coins
	Steps      []Step       // every rounding, in order
	rules      *Rules
}

// Part is a line or a charge, as far as one check has it.
type Part struct {
	Line   id.Line // zero: a charge
	Check  id.Order
	Name   string
	Gross  money.Amount   // as priced
	Amount money.Amount   // without its discounts, with the taxes that prices hold
	Net    money.Amount   // without those taxes, too
	Taxes  []money.Amount // its share of each of the bill's
	on     []bool
	of     int            // which line or charge of the bill it is
	given  []money.Amount // its share of each discount of the order
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
	Kind   string // discount, service_charge, tax_included, tax_added, cash
	Name   string // of the discount, of the charge or of the taxes
	Of     string // the line, where it is of one
	Base   money.Amount
	Rate   money.Rate // zero where there is none
	Exact  string     // in the currency, with more digits than it has
	Amount money.Amount
}

// Of reckons a visit. The only error is a sum that does not fit.
func (r *Rules) Of(o Order) (*Bill, error) {
	c := &reckoning{Rules: r, b: &Bill{rules: r}}
	if len(o.Checks) == 0 {
		o.Checks = []id.Order{{}}
	}
	c.lines(o)
	c.discounts(o)
	for i, charge := range r.Charges {
		if charge.on(o) && len(o.Lines) > 0 {
			c.charge(charge, i, o.Checks)
		}
	}
	c.collect(o.Type)
	c.included()
	c.added()
	c.b.Total = c.sum(c.b.Subtotal-c.b.Discounted, c.b.Charged)
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
	if err := c.b.cash(); err != nil {
		c.fail(err)
	}
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

func (c *reckoning) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *reckoning) sum(a, b money.Amount) money.Amount {
	s, err := a.Plus(b)
	if err != nil {
		c.fail(err)
	}
	return s
}

func (c *reckoning) round(a money.Amount, num, den int64) money.Amount {
	s, err := a.Share(num, den, c.Mode)
	if err != nil {
		c.fail(err)
	}
	return s
}

// lines gives every check its share of every line.
func (c *reckoning) lines(o Order) {
	for i, l := range o.Lines {
		c.b.Subtotal = c.sum(c.b.Subtotal, l.Amount)
		shares := l.Shares
		if len(shares) == 0 {
			shares = []Share{{o.Checks[0], 1}}
		}
		weights := make([]int64, len(shares))
		for k, s := range shares {
			weights[k] = s.Parts
		}
		for k, a := range l.Amount.Allocate(weights) {
			c.b.Lines = append(c.b.Lines, Part{Line: l.ID, Check: shares[k].Check, Name: l.Name, Gross: a, Amount: a, of: i,
				given: make([]money.Amount, len(o.Discounts)), class: l.Class, taxed: true})
		}
	}
}

// charge is a share of what was ordered.
func (c *reckoning) charge(charge Charge, n int, checks []id.Order) {
	base := c.b.Subtotal - c.b.Discounted
	a := c.round(base, int64(charge.Rate), int64(money.Whole))
	c.step("service_charge", charge.Name, "", base, charge.Rate, int64(charge.Rate), int64(money.Whole), a)
	weights := make([]int64, len(checks))
	for _, p := range c.b.Lines {
		if k := slices.Index(checks, p.Check); k >= 0 { // else somebody shares who is not there
			weights[k] += int64(p.Amount)
		}
	}
	shares := a.Allocate(weights)
	if shares == nil { // nothing is left of what was ordered
		shares = make([]money.Amount, 1)
	}
	for i, share := range shares {
		c.b.Charges = append(c.b.Charges, Part{Check: checks[i], Name: charge.Name, Gross: share, Amount: share, of: -1 - n, class: charge.class, taxed: charge.class != ""})
	}
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

// groups are parts that are rounded together: those of one line, or those with the same
// taxes, so that neither the order of lines nor who has them moves a cent.
func (c *reckoning) groups(parts []int) (list [][]int) {
	at := map[string]int{}
	for _, i := range parts {
		key := fmt.Sprint(c.taxes[i])
		if c.ByLine {
			key = fmt.Sprint(c.parts[i].of)
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

// all are all parts.
func (c *reckoning) all() (parts []int) {
	for i := range c.parts {
		parts = append(parts, i)
	}
	return parts
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

// cash is the total in coins.
func (b *Bill) cash() error {
	cash, err := b.Total.ToStep(b.rules.Coin)
	if b.Cash = cash; err == nil && cash != b.Total {
		b.Steps = append(b.Steps, Step{Kind: "cash", Base: b.Total, Exact: b.rules.Currency.Decimal(b.Total), Amount: cash})
	}
	return err
}
