package bill_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

func rules(t interface{ Fatal(...any) }, v doc.Venue) *bill.Rules {
	r, err := bill.RulesOf(&v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func reckon(t interface{ Fatal(...any) }, r *bill.Rules, o bill.Order) *bill.Bill {
	b, err := r.Of(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func line(class string, amount money.Amount) bill.Line {
	return bill.Line{Name: class, Amount: amount, Class: class}
}

// New York: a tax on top, of all; a charge for large tables, which is taxed as food.
func TestATaxComesOnTopOncePerCheck(t *testing.T) {
	r := rules(t, doc.Venue{Currency: "USD", Taxes: []doc.Tax{{Name: "Sales tax", Percent: "8.875"}},
		Charges: []doc.Charge{{Name: "Service", Percent: "18", MinCovers: 6, TaxClass: "Food"}}})
	lines := []bill.Line{line("Food", 1130), line("Food", 215), line("Drink", 1205)}
	b := reckon(t, r, bill.Order{Type: "dine_in", Covers: 2, Lines: lines})
	if b.Subtotal != 2550 || len(b.Charges) != 0 || b.Taxes[0].Amount != 226 || b.Total != 2776 || b.Cash != 2776 {
		t.Errorf("%+v", b)
	}
	if s := b.Steps[0]; len(b.Steps) != 1 || s.Exact != "2.263125" || s.Amount != 226 || s.Base != 2550 || s.Kind != "tax_added" {
		t.Errorf("it was reckoned so: %+v", b.Steps)
	}
	b = reckon(t, r, bill.Order{Type: "dine_in", Covers: 6, Lines: lines}) // 25.50 + 4.59 = 30.09; 8.875 % is 2.6704875
	if b.Charged != 459 || b.Taxes[0].Amount != 267 || b.Total != 3276 {
		t.Errorf("with six guests: %+v", b)
	}
}

// Germany: prices hold their tax, food to take away holds less, and prices never move.
func TestATaxInThePricesMovesNoPrice(t *testing.T) {
	r := rules(t, doc.Venue{Currency: "EUR", Taxes: []doc.Tax{
		{Name: "MwSt 19", Percent: "19", Inclusive: true, Types: []string{"dine_in"}},
		{Name: "MwSt 7", Percent: "7", Inclusive: true, Types: []string{"takeaway"}, Classes: []string{"Food"}},
		{Name: "MwSt 19 außer Haus", Percent: "19", Inclusive: true, Types: []string{"takeaway"}, Classes: []string{"Drink"}}}})
	lines := []bill.Line{line("Food", 1150), line("Food", 490), line("Drink", 380)}
	in := reckon(t, r, bill.Order{Type: "dine_in", Lines: lines}) // 20.20 / 1.19 = 16.974789…
	if in.Total != 2020 || len(in.Taxes) != 1 || in.Taxes[0].Amount != 323 || in.Taxes[0].Base != 1697 {
		t.Errorf("here: %+v", in)
	}
	out := reckon(t, r, bill.Order{Type: "takeaway", Lines: lines}) // 16.40 / 1.07 = 15.327…; 3.80 / 1.19 = 3.193…
	if out.Total != 2020 || len(out.Taxes) != 2 || out.Taxes[0].Amount != 107 || out.Taxes[1].Amount != 61 {
		t.Errorf("to take away: %+v", out)
	}
	if s := in.Steps[0]; s.Exact != "16.97478991…" || s.Amount != 1697 || s.Name != "MwSt 19" {
		t.Errorf("it was reckoned so: %+v", s)
	}
}

// The classic: thirty dishes of 1.01 at 8.875 % are 2.69 on the check and 2.70 line by line.
func TestTheVenueSaysWhereTaxesAreRounded(t *testing.T) {
	var lines []bill.Line
	for range 30 {
		lines = append(lines, line("Food", 101))
	}
	for level, want := range map[string]money.Amount{"check": 269, "line": 270} {
		r := rules(t, doc.Venue{Currency: "USD", Taxes: []doc.Tax{{Name: "Tax", Percent: "8.875"}}, Rounding: &doc.Rounding{Level: level}})
		if b := reckon(t, r, bill.Order{Lines: lines}); b.Taxes[0].Amount != want {
			t.Errorf("a %s: %d", level, b.Taxes[0].Amount)
		}
	}
}

func TestCashIsRoundedAndTheBillIsNot(t *testing.T) {
	r := rules(t, doc.Venue{Currency: "CHF", Rounding: &doc.Rounding{CashStep: "0.05"}})
	if b := reckon(t, r, bill.Order{Lines: []bill.Line{line("", 1002)}}); b.Total != 1002 || b.Cash != 1000 || b.Steps[0].Kind != "cash" {
		t.Errorf("%+v", b)
	}
}

func TestAnAbsurdSumIsAnErrorAndNotAWrongOne(t *testing.T) {
	r := rules(t, doc.Venue{Currency: "USD", Taxes: []doc.Tax{{Name: "Tax", Percent: "100"}}})
	if b, err := r.Of(bill.Order{Lines: []bill.Line{line("", 1<<62), line("", 1<<62)}}); err == nil {
		t.Errorf("%+v", b)
	}
}

// venue draws rules of any kind.
func venue(t *rapid.T) doc.Venue {
	v := doc.Venue{Currency: rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency")}
	percent := rapid.SampledFrom([]json.Number{"0", "0.00001", "5", "7", "8.875", "19", "33.33333", "100"})
	some := func(all ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, len(all), rapid.ID[string]).Draw(t, "some")
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "taxes") {
		v.Taxes = append(v.Taxes, doc.Tax{Name: fmt.Sprint("Tax ", i), Percent: percent.Draw(t, "percent"), Classes: some("Food", "Drink"),
			Types: some("dine_in", "takeaway"), Inclusive: rapid.Bool().Draw(t, "inclusive")})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "charges") {
		v.Charges = append(v.Charges, doc.Charge{Name: fmt.Sprint("Charge ", i), Percent: percent.Draw(t, "percent"),
			MinCovers: rapid.SampledFrom([]int{0, 6}).Draw(t, "covers"), TaxClass: rapid.SampledFrom([]string{"", "Food"}).Draw(t, "class")})
	}
	v.Rounding = &doc.Rounding{Mode: rapid.SampledFrom([]string{"", "half_up", "half_even", "up", "down"}).Draw(t, "mode"),
		Level: rapid.SampledFrom([]string{"", "check", "line"}).Draw(t, "level")}
	return v
}

func guests(t *rapid.T) bill.Order {
	o := bill.Order{Type: rapid.SampledFrom([]string{"dine_in", "takeaway"}).Draw(t, "type"), Covers: rapid.SampledFrom([]int{0, 2, 6}).Draw(t, "covers")}
	for range rapid.IntRange(0, 20).Draw(t, "lines") {
		o.Lines = append(o.Lines, line(rapid.SampledFrom([]string{"", "Food", "Drink"}).Draw(t, "class"), money.Amount(rapid.Int64Range(0, 100_000).Draw(t, "amount"))))
		o.Lines[len(o.Lines)-1].ID = id.New[id.Line]()
	}
	for range rapid.IntRange(0, 4).Draw(t, "discounts") {
		d := bill.Discount{ID: id.New[id.Discount](), Name: "Less"}
		if rapid.Bool().Draw(t, "a share") {
			d.Rate = money.Rate(rapid.Int64Range(1, int64(money.Whole)).Draw(t, "rate"))
		} else {
			d.Amount = money.Amount(rapid.Int64Range(1, 50_000).Draw(t, "less"))
		}
		if len(o.Lines) > 0 && rapid.Bool().Draw(t, "off a line") {
			d.Line = rapid.SampledFrom(o.Lines).Draw(t, "line").ID
		}
		o.Discounts = append(o.Discounts, d)
	}
	return o
}

func TestEveryBillAddsUpInEveryDirection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, o := venue(t), guests(t)
		b := reckon(t, rules(t, v), o)
		var subtotal, charged, added money.Amount
		shares := make([]money.Amount, len(b.Taxes))
		for i, p := range slices.Concat(b.Lines, b.Charges) {
			if p.Line.IsZero() && i >= len(b.Lines) {
				charged += p.Amount
			} else {
				subtotal += p.Amount
			}
			inside := money.Amount(0)
			for n, a := range p.Taxes {
				if a < 0 {
					t.Fatalf("%s owes %d of %s", p.Name, a, b.Taxes[n].Tax.Name)
				}
				shares[n] += a
				if b.Taxes[n].Tax.Inclusive {
					inside += a
				}
			}
			if p.Net+inside != p.Amount {
				t.Fatalf("%s is priced %d: %d and taxes of %d", p.Name, p.Amount, p.Net, inside)
			}
		}
		for n, l := range b.Taxes {
			if shares[n] != l.Amount {
				t.Fatalf("%s is %d, its shares %d", l.Tax.Name, l.Amount, shares[n])
			}
			if !l.Tax.Inclusive {
				added += l.Amount
			}
		}
		if subtotal != b.Subtotal-b.Discounted || charged != b.Charged || b.Total != subtotal+charged+added || b.Total < 0 {
			t.Fatalf("%d + %d + %d is not %d", subtotal, charged, added, b.Total)
		}
	})
}

// An independent reckoning, with fractions: what a tax on top may be at most away from
// exact is one unit for every time that it was rounded.
func TestATaxOnTopIsRoundedOnceACheckOrOnceALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, o := venue(t), guests(t)
		r := rules(t, v)
		b := reckon(t, r, o)
		for n, l := range b.Taxes {
			if l.Tax.Inclusive {
				continue
			}
			exact := new(big.Rat).Mul(new(big.Rat).SetInt64(int64(l.Base)), big.NewRat(int64(l.Tax.Rate), int64(money.Whole)))
			times := int64(1)
			if r.ByLine {
				times = 0
				for _, p := range slices.Concat(b.Lines, b.Charges) {
					if p.Taxes[n] > 0 || p.Net > 0 {
						times++
					}
				}
			}
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(int64(l.Amount)), exact)
			if off.Abs(off).Cmp(new(big.Rat).SetInt64(max(times, 1))) >= 0 && off.Sign() != 0 {
				t.Fatalf("%s of %d is %d, exactly %s", l.Tax.Name, l.Base, l.Amount, exact.FloatString(8))
			}
		}
	})
}

func TestNoOrderOfLinesChangesATotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, o := rules(t, venue(t)), guests(t)
		was := reckon(t, r, o)
		o.Lines = rapid.Permutation(o.Lines).Draw(t, "another order")
		o.Discounts = rapid.Permutation(o.Discounts).Draw(t, "discounts in another order")
		now := reckon(t, r, o)
		if was.Total != now.Total || was.Cash != now.Cash || len(was.Taxes) != len(now.Taxes) {
			t.Fatalf("%d was %d", now.Total, was.Total)
		}
		for i := range was.Taxes {
			if was.Taxes[i].Amount != now.Taxes[i].Amount {
				t.Fatalf("%s is %d and was %d", was.Taxes[i].Tax.Name, now.Taxes[i].Amount, was.Taxes[i].Amount)
			}
		}
	})
}
