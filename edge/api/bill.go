package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

type billIn struct {
	OrderID string `path:"orderId" format:"uuid"`
	At      int64  `query:"at" minimum:"1" doc:"As it was after this fact of the journal; absent: as it is"`
}

// Bill is what a guest owes, and the arithmetic of every cent.
type Bill struct {
	OrderID  string     `json:"orderId" format:"uuid"`
	Seq      int64      `json:"seq" doc:"The last fact of the order that is reckoned"`
	Rules    string     `json:"rules" doc:"SHA-256 of the venue document by which it is reckoned: that which was in force when the order was opened"`
	Currency string     `json:"currency"`
	Lines    []billPart `json:"lines"`
	Subtotal Decimal    `json:"subtotal" doc:"Of the lines, as priced"`
	Charges  []billPart `json:"serviceCharges"`
	Taxes    []billTax  `json:"taxes"`
	Total    Decimal    `json:"total" doc:"Subtotal, service charges, and the taxes that prices do not hold"`
	Cash     Decimal    `json:"cash" doc:"The total in coins"`
	Steps    []billStep `json:"steps" doc:"Everything that was rounded, in order"`
}

type billPart struct {
	LineID string      `json:"lineId,omitempty" doc:"Of a line"`
	Name   string      `json:"name"`
	Amount Decimal     `json:"amount" doc:"As priced, with the taxes that prices hold"`
	Net    Decimal     `json:"net" doc:"Without them"`
	Taxes  []billShare `json:"taxes" doc:"Its share of each; they sum to the whole"`
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
	Kind    string  `json:"kind" enum:"service_charge,tax_included,tax_added,cash"`
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
		v, err := order.AsOf(q, o, in.At)
		if err != nil {
			return err
		}
		if v == nil {
			return fault.New(fault.NotFound, "order_unknown", "There is no such order here.")
		}
		place, err := a.Venues.At(q, v.OpenedSeq())
		if err != nil {
			return err
		}
		rules, err := bill.RulesOf(&place.Venue)
		if err != nil {
			return err
		}
		b, err := rules.Of(v.ForBill())
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "too_large", "The amounts of this order are absurd.")
		}
		out = showBill(b, rules)
		out.OrderID, out.Seq, out.Rules = in.OrderID, v.Seq, place.SHA256
		return nil
	})
	return &billOut{out}, err
}

func showBill(b *bill.Bill, r *bill.Rules) *Bill {
	cash := func(a money.Amount) Decimal { return decimal(r.Currency, a) }
	parts := func(list []bill.Part) []billPart {
		out := make([]billPart, len(list))
		for i, p := range list {
			out[i] = billPart{LineID: p.Line.String(), Name: p.Name, Amount: cash(p.Amount), Net: cash(p.Net), Taxes: []billShare{}}
			for n, a := range p.Taxes {
				if p.On(n) {
					out[i].Taxes = append(out[i].Taxes, billShare{b.Taxes[n].Tax.Name, cash(a)})
				}
			}
		}
		return out
	}
	out := &Bill{Currency: string(r.Currency), Lines: parts(b.Lines), Subtotal: cash(b.Subtotal), Charges: parts(b.Charges), Taxes: []billTax{},
		Total: cash(b.Total), Cash: cash(b.Cash), Steps: []billStep{}}
	for _, t := range b.Taxes {
		out.Taxes = append(out.Taxes, billTax{t.Tax.Name, Decimal(t.Tax.Rate.Percent()), t.Tax.Inclusive, cash(t.Base), cash(t.Amount)})
	}
	for _, s := range b.Steps {
		out.Steps = append(out.Steps, billStep{s.Kind, s.Name, s.Of, cash(s.Base), Decimal(s.Rate.Percent()), s.Exact, cash(s.Amount)})
	}
	return out
}
