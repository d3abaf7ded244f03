package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

// Receipt is what guests get on paper, as data.
type Receipt struct {
	Restaurant restaurantLine  `json:"restaurant"`
	Number     string          `json:"number" doc:"What people call the check"`
	Type       string          `json:"type" enum:"dine_in,takeaway,delivery,bar_tab"`
	Table      Table           `json:"tableNumber,omitempty"`
	Covers     int             `json:"covers,omitempty"`
	Server     *namedPerson    `json:"server,omitempty"`
	CustomerID string          `json:"customerId,omitempty" format:"uuid"`
	Day        string          `json:"businessDay"`
	OpenedAt   string          `json:"openedAt" format:"date-time"`
	Local      string          `json:"openedAtLocal" doc:"On the clock of the restaurant"`
	Seq        int64           `json:"seq" doc:"The last fact that it shows"`
	Lines      []receiptLine   `json:"lines"`
	Subtotal   Decimal         `json:"subtotal"`
	Discounts  []receiptAmount `json:"discounts" doc:"Off the check; those of lines are with their lines"`
	Charges    []receiptAmount `json:"serviceCharges"`
	Taxes      []billTax       `json:"taxes"`
	Total      Decimal         `json:"total"`
	Cash       Decimal         `json:"cash" doc:"The total in coins"`
	Parts      []Decimal       `json:"parts,omitempty" doc:"How it is paid, where not in one"`
	Payments   []receiptPaid   `json:"payments,omitempty" doc:"In the order in which they were taken; those that were voided are left out"`
	Paid       Decimal         `json:"paid,omitempty" doc:"Of the total, without what was given back"`
	Tips       Decimal         `json:"tips,omitempty"`
	Owed       Decimal         `json:"owed,omitempty" doc:"Of one that was paid in part: what is still to be paid"`
	Currency   string          `json:"currency"`
}

type restaurantLine struct {
	Name    string   `json:"name"`
	Address []string `json:"address"`
	Phone   string   `json:"phone,omitempty"`
}

type receiptLine struct {
	Quantity  int64           `json:"quantity"`
	Share     string          `json:"share,omitempty" doc:"1/3, where others have the rest"`
	Name      string          `json:"name"`
	With      []string        `json:"with"`
	Amount    Decimal         `json:"amount" doc:"As priced"`
	Discounts []receiptAmount `json:"discounts"`
	PartOf    bool            `json:"partOfMenu,omitempty" doc:"Of the set menu above it"`
}

type receiptAmount struct {
	Name   string  `json:"name"`
	Amount Decimal `json:"amount"`
}

type receiptOut struct{ Body *Receipt }

// receipt is what guests get on paper, as it is or as it was.
func (a *API) receipt(ctx context.Context, in *billIn) (*receiptOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	out := &receiptOut{}
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		r, err := a.Orders.Receipt(q, o, in.At)
		if err != nil {
			return err
		}
		named, err := names(q)
		if err != nil {
			return err
		}
		out.Body = showReceipt(r)
		if err := a.showPaid(q, out.Body, r, in.At); err != nil {
			return err
		}
		out.Body.Server = named(r.Server)
		return nil
	})
	return out, err
}

func showReceipt(r *order.Receipt) *Receipt {
	p := r.Place
	out := &Receipt{Restaurant: restaurantLine{Name: p.Name, Address: []string{}, Phone: p.Phone}, Number: r.Number.String(), Type: r.Type, Table: Table(r.Table), Covers: r.Covers,
		CustomerID: r.Customer.String(), Day: r.Day, OpenedAt: moment(r.OpenedAt), Local: p.Local(r.OpenedAt).Format("2006-01-02 ") + p.Clock(r.OpenedAt), Seq: r.Seq,
		Lines: []receiptLine{}, Subtotal: decimal(p.Money, r.Bill.Subtotal), Discounts: []receiptAmount{}, Charges: []receiptAmount{}, Taxes: []billTax{},
		Total: decimal(p.Money, r.Bill.Total), Cash: decimal(p.Money, r.Bill.Cash), Currency: string(p.Money)}
	if a := p.Address; a != nil {
		for _, s := range append(append([]string{}, a.Lines...), a.City, a.Region, a.Postal, a.Country) {
			if s != "" {
				out.Restaurant.Address = append(out.Restaurant.Address, s)
			}
		}
	}
	for _, l := range r.Lines {
		line := receiptLine{Quantity: l.Quantity, Share: l.Share, Name: l.Name, With: append([]string{}, l.With...), Amount: decimal(p.Money, l.Amount), Discounts: []receiptAmount{}, PartOf: l.PartOf}
		for _, d := range l.Discounts {
			line.Discounts = append(line.Discounts, receiptAmount{d.Name, decimal(p.Money, d.Amount)})
		}
		out.Lines = append(out.Lines, line)
	}
	for _, d := range r.Bill.Discounts {
		if d.Line.IsZero() {
			out.Discounts = append(out.Discounts, receiptAmount{d.Name, decimal(p.Money, d.Amount)})
		}
	}
	for _, c := range r.Bill.Charges {
		out.Charges = append(out.Charges, receiptAmount{c.Name, decimal(p.Money, c.Amount)})
	}
	for _, t := range r.Bill.Taxes {
		out.Taxes = append(out.Taxes, billTax{t.Tax.Name, Decimal(t.Tax.Rate.Percent()), t.Tax.Inclusive, decimal(p.Money, t.Base), decimal(p.Money, t.Amount)})
	}
	for _, n := range r.Parts {
		out.Parts = append(out.Parts, decimal(p.Money, n))
	}
	return out
}
