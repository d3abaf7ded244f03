package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/e2e/rush"
	"github.com/tyngo/tyngo/sync/id"
	pays "github.com/tyngo/tyngo/sync/money"
)

// dinner is a whole evening by many tablets: rounds, courses, mistakes, splits. Whoever
// adds up what it came to (the tablets by the menu, the answers of the API, the box's own
// doctor, head office) has the same cents.
func dinner(s *stage) error {
	tables, tablets, checks := s.size(12, 120), s.size(6, 20), s.size(70, 1500)
	at := rig.Below(filepath.Join(s.dir, "one"))
	r, _, err := s.restaurant(at)
	if err != nil {
		return err
	}
	defer r.Kill()
	served := s.promise("every wish of a tablet is done, or refused for a reason of an evening")
	pieces := s.promise("what the tablets sent, by the prices on the menu, is what the checks have")
	cents := s.promise("every check owes its lines less what is off, with charges and taxes, and its bill says the same")
	visits := s.promise("guests who pay apart owe to the cent what they owed together")
	office := s.promise("head office's figures are the box's, and the sum of the API's answers")
	chains := s.promise("head office has the box's chain of facts to its end")
	paper := s.promise("every ticket is on paper")
	sound := s.promise("the box's tables are what its facts make, and every invariant of a check holds")
	devices, err := s.dress(r, tables, tablets)
	if err != nil {
		return err
	}
	e := rush.Evening{Seed: s.rnd.Uint64(), Restaurant: r.Claim.RestaurantID, Tables: tables, Opened: checks, Counter: 0.15, Patience: 30 * time.Second}
	bar := s.bar(checks, "checks")
	e.Begin = func(n int) { _ = bar.Set(min(n, checks)) } // a bar that cannot be drawn stops nothing
	began := time.Now()
	book, err := e.Serve(s.ctx, devices)
	_ = bar.Finish()
	if !served.try(err) {
		return nil
	}
	done := 0
	for _, n := range book.Done {
		done += n
	}
	served.tried = fmt.Sprintf("%d checks of %d visits at %d tables by %d tablets: %d commands in %.0f s", book.Checks, book.Visits, tables, tablets, done, time.Since(began).Seconds())
	served.found = "kept; refused: " + strings.Join(rush.Most(book.Refused), ", ")
	sum, err := s.adds(r, book, pieces, cents, visits)
	if err != nil {
		return err
	}
	office.tried = sum.String()
	var there figures
	if office.try(s.within(s.patience(), func() (err error) {
		if there, err = s.atOffice(r); err == nil && there != sum {
			err = fmt.Errorf("head office has %s, the box %s", there, sum)
		}
		return err
	})) {
		office.found = "kept: " + there.String()
	}
	paper.try(s.within(paperMost, func() error {
		list, _, err := r.OnBox(s.ctx)
		for _, o := range list {
			for _, k := range o.Tickets {
				paper.tries++
				if k.State != "printed" && err == nil {
					err = fmt.Errorf("check %s at %s is %s", o.Number, k.Station, k.State)
				}
			}
		}
		return err
	}))
	paper.tried, paper.tries = fmt.Sprintf("the tickets of %d checks at two printers", book.Checks), 1
	chains.try(s.within(s.patience(), func() error { return r.Chains(s.ctx) }))
	if err := errors.Join(r.Box.Stop(), r.Cloud.Stop()); err != nil {
		return err
	}
	seen, err := r.Box.Doctor(s.ctx)
	sound.try(err)
	sound.tried = fmt.Sprintf("%d facts, %d rows of %d tables", seen.Facts, seen.Rows, seen.Tables)
	return nil
}

// dress makes the restaurant the house of the rush, and answers its tablets.
func (s *stage) dress(r *rig.Restaurant, tables, tablets int) (list []rush.Device, err error) {
	restaurant, err := id.Parse[id.Restaurant](r.Claim.RestaurantID)
	if err != nil {
		return nil, err
	}
	venue, err := rush.Venue(restaurant, "Dinner", tables, r.Hot.URL, r.Cold.URL)
	if err != nil {
		return nil, err
	}
	menu, err := rush.Menu()
	if err != nil {
		return nil, err
	}
	for _, d := range []struct {
		path string
		body []byte
	}{{"/api/v1/venue", venue}, {"/api/v1/menu/document", menu}} {
		if status, raw, err := r.Client.Do(s.ctx, "PUT", d.path, d.body); err != nil || status != http.StatusOK {
			return nil, errors.Join(err, fmt.Errorf("PUT %s: %d %s", d.path, status, raw))
		}
	}
	for n := range tablets {
		token, err := r.Box.Token(s.ctx, "manager", fmt.Sprintf("Tablet %d", n+1))
		if err != nil {
			return nil, err
		}
		list = append(list, &rig.Client{Base: r.Box.URL, Token: token, HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}, Timeout: 20 * time.Second}})
	}
	return list, nil
}

// figures are what a day came to, in minor units; what was taken off is off sales.
type figures struct{ Orders, Sales, Discounts, Charges, Taxes int64 }

func (f figures) total() int64 { return f.Sales + f.Charges + f.Taxes }

func (f figures) String() string {
	d := func(n int64) string { return rush.Currency.Decimal(pays.Amount(n)) }
	return fmt.Sprintf("%d orders, $%s sold net of $%s off, %s charges, %s taxes: $%s owed", f.Orders, d(f.Sales), d(f.Discounts), d(f.Charges), d(f.Taxes), d(f.total()))
}

// atOffice is what head office shows.
func (s *stage) atOffice(r *rig.Restaurant) (f figures, err error) {
	var today struct {
		Totals      []figures
		Quarantined int
	}
	if err := r.Office.Get(s.ctx, "/api/v1/today", &today); err != nil {
		return f, err
	}
	if len(today.Totals) != 1 || today.Quarantined > 0 {
		return f, fmt.Errorf("%d currencies, %d facts set aside", len(today.Totals), today.Quarantined)
	}
	return today.Totals[0], nil
}

// eaten is a check as the API shows it.
type eaten struct {
	OrderID, Number, Status                               string
	TotalAmount, DiscountAmount, ServiceCharge, TaxAmount json.Number
	Parts                                                 []json.Number
	Items                                                 []struct {
		LineID, Share     string
		Quantity          int64
		UnitPrice, Amount json.Number
		Sent              bool
	}
}

func minor(n json.Number) (pays.Amount, error) {
	if n == "" {
		return 0, nil
	}
	return rush.Currency.ParseDecimal(n.String())
}

// adds adds up the answers of the API, line by line.
func (s *stage) adds(r *rig.Restaurant, book *rush.Account, pieces, cents, visits *promise) (sum figures, err error) {
	var n, gross, shared int64
	checks := 0
	whole, shares := map[string]int64{}, map[string]int64{} // by line
	for cursor := ""; ; {
		var page struct {
			Orders []eaten
			Cursor string
		}
		if err := r.Client.Get(s.ctx, "/api/v1/orders?limit=500"+cursor, &page); err != nil {
			return sum, err
		}
		for _, o := range page.Orders {
			checks++
			if _, ok := book.Orders[o.OrderID]; !ok {
				pieces.try(fmt.Errorf("no tablet knows of check %s", o.Number))
			}
			f, err := o.reckon()
			cents.try(errors.Join(err, s.sameBill(r, o, f)))
			if o.Status == "cancelled" {
				continue
			}
			sum.Sales, sum.Discounts, sum.Charges, sum.Taxes = sum.Sales+f.Sales, sum.Discounts+f.Discounts, sum.Charges+f.Charges, sum.Taxes+f.Taxes
			for _, i := range o.Items {
				unit, _ := minor(i.UnitPrice) // reckon has read them
				amount, _ := minor(i.Amount)
				shares[i.LineID] += int64(amount)
				if i.Share != "" {
					shared++
				}
				if _, seen := whole[i.LineID]; !seen {
					whole[i.LineID] = i.Quantity * int64(unit)
					n, gross = n+i.Quantity, gross+i.Quantity*int64(unit)
				}
				if !i.Sent {
					pieces.try(fmt.Errorf("a line of check %s was never sent", o.Number))
				}
			}
		}
		if page.Cursor == "" {
			break
		}
		cursor = "&cursor=" + page.Cursor
	}
	if checks != len(book.Orders) {
		pieces.try(fmt.Errorf("%d checks on the box, the tablets know %d", checks, len(book.Orders)))
	}
	if n != book.Pieces || gross != int64(book.Gross) || gross != sum.Sales+sum.Discounts {
		pieces.try(fmt.Errorf("the tablets sent %d pieces of %d cents; the lines are %d pieces of %d cents, the shares of the checks %d cents", book.Pieces, book.Gross, n, gross, sum.Sales+sum.Discounts))
	}
	sum.Orders = int64(book.Sent)
	pieces.try(nil)
	pieces.tried, pieces.found = fmt.Sprintf("%d pieces, $%s", book.Pieces, rush.Currency.Decimal(book.Gross)), fmt.Sprintf("kept, on %d checks", checks)
	cents.tried = fmt.Sprintf("%d checks, each with its bill", checks)
	for l, w := range whole {
		if shares[l] != w {
			visits.try(fmt.Errorf("the shares of line %s come to %d, it costs %d", l, shares[l], w))
		}
	}
	visits.try(nil)
	visits.tried = fmt.Sprintf("%d shares of lines", shared)
	return sum, nil
}

// reckon adds up one check by what the API says of its parts.
func (o eaten) reckon() (f figures, err error) {
	var bad []error
	cents := func(n json.Number) int64 {
		a, err := minor(n)
		if a < 0 {
			err = fmt.Errorf("%s is less than nothing", n)
		}
		bad = append(bad, err)
		return int64(a)
	}
	for _, i := range o.Items {
		amount := cents(i.Amount)
		if f.Sales += amount; i.Share == "" && amount != i.Quantity*cents(i.UnitPrice) {
			bad = append(bad, fmt.Errorf("a line of %d at %s is %s", i.Quantity, i.UnitPrice, i.Amount))
		}
	}
	f.Discounts, f.Charges, f.Taxes = cents(o.DiscountAmount), cents(o.ServiceCharge), cents(o.TaxAmount)
	f.Sales -= f.Discounts
	if owes := cents(o.TotalAmount); owes != f.total() && o.Status != "cancelled" {
		bad = append(bad, fmt.Errorf("it owes %d, its parts are %s", owes, f))
	}
	if len(o.Parts) > 0 {
		var paid int64
		for _, p := range o.Parts {
			paid += cents(p)
		}
		if paid != f.total() {
			bad = append(bad, fmt.Errorf("it is paid in %v, which is %d", o.Parts, paid))
		}
	}
	if err = errors.Join(slices.DeleteFunc(bad, func(e error) bool { return e == nil })...); err != nil {
		err = fmt.Errorf("check %s: %w", o.Number, err)
	}
	return f, err
}

// sameBill asks for the arithmetic of a check, and compares what it comes to.
func (s *stage) sameBill(r *rig.Restaurant, o eaten, f figures) error {
	var b struct{ Total json.Number }
	if err := r.Client.Get(s.ctx, "/api/v1/orders/"+o.OrderID+"/bill", &b); err != nil {
		return err
	}
	if o.Status != "cancelled" && b.Total != o.TotalAmount {
		return fmt.Errorf("check %s owes %s, its bill says %s", o.Number, o.TotalAmount, b.Total)
	}
	return nil
}
