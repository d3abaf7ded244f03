// Package bill reckons what a guest owes: lines, service charges, taxes, the total, and
// what that is in coins. Every amount that was rounded says of what, and how.
//
// It is the only tax engine, of boxes and of head office: rounding in two places is how
// cents are lost.
package bill

import (
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/money"
)

// Rules are what a venue says about money, read once.
type Rules struct {
	Currency money.Currency
	Taxes    []Tax
	Charges  []Charge
	Mode     money.Mode
	ByLine   bool         // taxes are rounded a line; else a check
	Coin     money.Amount // the smallest one; 1 where every amount can be paid
}

// Tax is one rate on some of what is sold.
type Tax struct {
	Name      string
	Rate      money.Rate
	Inclusive bool // the prices hold it
	classes   []string
	types     []string
}

// Charge is a service charge.
type Charge struct {
	Name      string
	Rate      money.Rate
	minCovers int
	types     []string
	class     string
}

// RulesOf reads the rules of a venue.
func RulesOf(v *doc.Venue) (*Rules, error) {
	r := &Rules{Currency: money.Currency(v.Currency), Mode: money.HalfUp, Coin: 1}
	for _, t := range v.Taxes {
		rate, err := money.ParsePercent(t.Percent.String())
		if err != nil {
			return nil, fmt.Errorf("tax %s: %w", t.Name, err)
		}
		r.Taxes = append(r.Taxes, Tax{t.Name, rate, t.Inclusive, t.Classes, t.Types})
	}
	for _, c := range v.Charges {
		rate, err := money.ParsePercent(c.Percent.String())
		if err != nil {
			return nil, fmt.Errorf("service charge %s: %w", c.Name, err)
		}
		r.Charges = append(r.Charges, Charge{c.Name, rate, c.MinCovers, c.Types, c.TaxClass})
	}
	if v.Rounding == nil {
		return r, nil
	}
	if v.Rounding.Mode != "" {
		r.Mode = money.Mode(v.Rounding.Mode)
	}
	r.ByLine = v.Rounding.Level == "line"
	if s := v.Rounding.CashStep; s != "" {
		coin, err := r.Currency.ParseDecimal(s.String())
		if err != nil {
			return nil, fmt.Errorf("cash step: %w", err)
		}
		r.Coin = coin
	}
	return r, nil
}

// Plain says that what guests owe is the sum of what was rung, whatever that is: no
// service charge, and no tax on top.
func (r *Rules) Plain() bool {
	return len(r.Charges) == 0 && !slices.ContainsFunc(r.Taxes, func(t Tax) bool { return !t.Inclusive && t.Rate > 0 })
}

func (t Tax) on(orderType, class string) bool {
	return anyOr(t.types, orderType) && anyOr(t.classes, class)
}

func (c Charge) on(o Order) bool { return anyOr(c.types, o.Type) && o.Covers >= c.minCovers }

// anyOr says whether a list names s, or names nothing.
func anyOr(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
