package bill_test

import (
	"testing"

	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

// split draws checks that share the lines of an order.
func split(t *rapid.T, o bill.Order) bill.Order {
	for range rapid.IntRange(2, 5).Draw(t, "checks") {
		o.Checks = append(o.Checks, id.New[id.Order]())
	}
	lines := o.Lines
	o.Lines = nil
	for _, l := range lines {
		for _, c := range rapid.SliceOfNDistinct(rapid.SampledFrom(o.Checks), 1, len(o.Checks), rapid.ID[id.Order]).Draw(t, "who") {
			l.Shares = append(l.Shares, bill.Share{Check: c, Parts: rapid.Int64Range(1, 7).Draw(t, "parts")})
		}
		o.Lines = append(o.Lines, l)
	}
	return o
}

// amounts are everything that a bill says but who has which line.
func amounts(b *bill.Bill) []money.Amount {
	list := []money.Amount{b.Subtotal, b.Discounted, b.Charged, b.Total}
	for _, t := range b.Taxes {
		list = append(list, t.Base, t.Amount)
	}
	return list
}

// However guests share what they had, nothing of the whole moves, under each rounding
// rule: bringing it together again is the same bill. And what the checks owe is the whole,
// in every amount.
func TestSharesOfABillAreTheWholeBill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, o := rules(t, venue(t)), guests(t)
		whole := reckon(t, r, o)
		o = split(t, o)
		b := reckon(t, r, o)
		for i, a := range amounts(whole) {
			if now := amounts(b)[i]; now != a {
				t.Fatalf("amount %d of the whole was %d and is %d when it is shared", i, a, now)
			}
		}
		sum := make([]money.Amount, len(amounts(b)))
		for _, c := range o.Checks {
			of, err := b.For(c)
			if err != nil {
				t.Fatal(err)
			}
			if of.Total < 0 || of.Discounted < 0 || of.Discounted > of.Subtotal {
				t.Fatalf("a check owes %d, of %d with %d off", of.Total, of.Subtotal, of.Discounted)
			}
			for i, a := range amounts(of) {
				if a < 0 {
					t.Fatalf("amount %d of a check is %d", i, a)
				}
				sum[i] += a
			}
		}
		for i, a := range amounts(b) {
			if sum[i] != a {
				t.Fatalf("amount %d: the checks make %d, the whole is %d", i, sum[i], a)
			}
		}
	})
}

// The checks of a discount are those that have it: another's lines are at full price.
func TestADiscountStaysWithItsChecks(t *testing.T) {
	mine, yours := id.New[id.Order](), id.New[id.Order]()
	r := rules(t, doc.Venue{Currency: "USD"})
	soup, wine := id.New[id.Line](), id.New[id.Line]()
	o := bill.Order{Checks: []id.Order{mine, yours}, Lines: []bill.Line{
		{ID: soup, Name: "Soup", Amount: 1000, Shares: []bill.Share{{Check: mine, Parts: 1}, {Check: yours, Parts: 2}}},
		{ID: wine, Name: "Wine", Amount: 2001, Shares: []bill.Share{{Check: yours, Parts: 1}}}},
		Discounts: []bill.Discount{{Name: "Staff", Checks: []id.Order{yours}, Rate: money.Whole / 10}, {Name: "Cold", Line: soup, Amount: 100}}}
	b := reckon(t, r, o) // soup 9.00: 3.00 and 6.00; 26.01 of yours, 2.60 off
	a, _ := b.For(mine)
	z, _ := b.For(yours)
	if a.Total != 300 || z.Total != 2341 || b.Discounted != 360 || z.Discounts[0].Amount != 260 || z.Discounts[1].Amount != 67 || a.Discounts[0].Amount != 33 {
		t.Errorf("mine %+v\nyours %+v", a, z)
	}
}

func TestWhatTheHousePaysOwesNothingAndNoTax(t *testing.T) {
	r := rules(t, doc.Venue{Currency: "USD", Taxes: []doc.Tax{{Name: "Tax", Percent: "10"}}, Charges: []doc.Charge{{Name: "Service", Percent: "10"}}})
	soup := id.New[id.Line]()
	o := bill.Order{Lines: []bill.Line{{ID: soup, Name: "Soup", Amount: 999}},
		Discounts: []bill.Discount{{Name: "On the house", Line: soup, Rate: money.Whole}, {Name: "More", Amount: 500}}}
	if b := reckon(t, r, o); b.Total != 0 || b.Discounted != 999 || b.Subtotal != 999 || b.Charged != 0 {
		t.Errorf("%+v", b)
	}
}
