package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

type billIn struct {
	OrderID string `path:"orderId" format:"uuid"`
	At      int64  `query:"at" minimum:"1" doc:"As it was after this fact of the journal; absent: as it is"`
}

// Bill is what a guest owes, and the arithmetic of every cent.
type Bill struct {
	OrderID   string         `json:"orderId" format:"uuid"`
	Seq       int64          `json:"seq" doc:"The last fact of the order that is reckoned"`
	Rules     string         `json:"rules" doc:"SHA-256 of the venue document by which it is reckoned: that which was in force when the order was opened"`
	Currency  string         `json:"currency"`
	Lines     []billPart     `json:"lines"`
	Subtotal  Decimal        `json:"subtotal" doc:"Of the lines, as priced"`
	Discounts []billDiscount `json:"discounts"`
	Charges   []billPart     `json:"serviceCharges"`
	Taxes     []billTax      `json:"taxes"`
	Total     Decimal        `json:"total" doc:"Subtotal without discounts, service charges, and the taxes that prices do not hold"`
	Cash      Decimal        `json:"cash" doc:"The total in coins"`
	Steps     []billStep     `json:"steps" doc:"Everything that was rounded, in order"`
}

type billPart struct {
	LineID string      `json:"lineId,omitempty" doc:"Of a line"`
	Name   string      `json:"name"`
	Priced Decimal     `json:"priced" doc:"Before discounts"`
	Amount Decimal     `json:"amount" doc:"Without discounts, with the taxes that prices hold"`
	Net    Decimal     `json:"net" doc:"Without them"`
	Taxes  []billShare `json:"taxes" doc:"Its share of each; they sum to the whole"`
}

type billDiscount struct {
	DiscountID string  `json:"discountId" format:"uuid"`
	Name       string  `json:"name"`
	LineID     string  `json:"lineId,omitempty" doc:"Of a line; absent: of the check"`
	Amount     Decimal `json:"amount" doc:"What it took off"`
}

type billShare struct {
	Name   string  `json:"name"`
	Amount Decimal `json:"amount"`
}

type billTax struct {
	Name      string  `json:"name"`
	Percent   Decimal `json:"percent"`
	Inclusive bool    `json:"inclusive" doc:"The prices hold it"`
	Base      Decimal `json:"base" doc:"Net, of what it is on"`
	Amount    Decimal `json:"amount"`
}

type billStep struct {
	Kind    string  `json:"kind" enum:"discount,service_charge,tax_included,tax_added,cash"`
	Name    string  `json:"name" doc:"Of the charge or of the taxes"`
	Of      string  `json:"of,omitempty" doc:"The line, where the venue rounds taxes by line"`
	Base    Decimal `json:"base"`
	Percent Decimal `json:"percent"`
	Exact   string  `json:"exact" doc:"Before it was rounded; of tax_included the net, the tax is the rest"`
	Amount  Decimal `json:"amount"`
}

type billOut struct{ Body *Bill }

func (a *API) bill(ctx context.Context, in *billIn) (*billOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	var out *Bill
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		r, err := a.Orders.Bill(q, o, in.At)
		if err != nil {
			return err
		}
		out = showBill(r.Bill, r.Place.Rules)
		out.OrderID, out.Seq, out.Rules = in.OrderID, r.Check.Seq, r.Place.SHA256
		return nil
	})
	return &billOut{out}, err
}

func showBill(b *bill.Bill, r *bill.Rules) *Bill {
	cash := func(a money.Amount) Decimal { return decimal(r.Currency, a) }
	parts := func(list []bill.Part) []billPart {
		out := make([]billPart, len(list))
		for i, p := range list {
			out[i] = billPart{LineID: p.Line.String(), Name: p.Name, Priced: cash(p.Gross), Amount: cash(p.Amount), Net: cash(p.Net), Taxes: []billShare{}}
			for n, a := range p.Taxes {
				if p.On(n) {
					out[i].Taxes = append(out[i].Taxes, billShare{b.Taxes[n].Tax.Name, cash(a)})
				}
			}
		}
		return out
	}
	out := &Bill{Currency: string(r.Currency), Lines: parts(b.Lines), Subtotal: cash(b.Subtotal), Discounts: []billDiscount{}, Charges: parts(b.Charges), Taxes: []billTax{},
		Total: cash(b.Total), Cash: cash(b.Cash), Steps: []billStep{}}
	for _, d := range b.Discounts {
		out.Discounts = append(out.Discounts, billDiscount{d.ID.String(), d.Name, d.Line.String(), cash(d.Amount)})
	}
	for _, t := range b.Taxes {
		out.Taxes = append(out.Taxes, billTax{t.Tax.Name, Decimal(t.Tax.Rate.Percent()), t.Tax.Inclusive, cash(t.Base), cash(t.Amount)})
	}
	for _, s := range b.Steps {
		out.Steps = append(out.Steps, billStep{s.Kind, s.Name, s.Of, cash(s.Base), Decimal(s.Rate.Percent()), s.Exact, cash(s.Amount)})
	}
	return out
}
