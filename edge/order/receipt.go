package order

import (
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Receipt is what is on the paper that guests get: data alone, in the order in which it
// is read. Guests are named by nobody but their id: a name is looked up when it is printed.
type Receipt struct {
	Place    *venue.Venue // of when the visit was opened
	Number   event.Number
	Type     string
	Table    string
	Covers   int
	Server   id.Staff
	Customer id.Customer
	Day      string
	OpenedAt time.Time
	Seq      int64 // the last fact that it shows
	Lines    []ReceiptLine
	Bill     *bill.Bill
	Parts    []money.Amount // how it is paid, where not in one
	Opened   int64          // the fact that opened it: the key of its payments
	Paid     money.Amount   // of the total, without what was given back
	Tips     money.Amount
}

// ReceiptLine is what a guest reads of a line. Lines that are alike are one.
type ReceiptLine struct {
	Quantity  int64
	Share     string // 1/3, where others have the rest; empty: all
	Name      string
	With      []string     // modifiers that cost something, or change what it is
	Amount    money.Amount // as priced, of the share
	Discounts []ReceiptDiscount
	PartOf    bool // of the set menu above it
}

// ReceiptDiscount is what was taken off a line.
type ReceiptDiscount struct {
	Name   string
	Amount money.Amount
}

// Receipt makes the receipt of a check as it was after fact seq (0: as it is).
func (b *Book) Receipt(q sqlite.Queryer, o id.Order, seq int64) (*Receipt, error) {
	reckoned, err := b.Bill(q, o, seq)
	if err != nil {
		return nil, err
	}
	c := reckoned.Check
	r := &Receipt{Place: reckoned.Place, Number: c.Number, Type: c.Type, Table: c.Table, Covers: c.Covers, Server: c.Server, Customer: c.Customer,
		Day: c.Day, OpenedAt: c.OpenedAt, Seq: c.Seq, Bill: reckoned.Bill, Parts: c.Parts(), Opened: c.openedSeq, Paid: c.Paid, Tips: c.Tips}
	for _, i := range reckoned.visit.has(o) {
		if i.Left() == 0 {
			continue // it was never sold
		}
		l := ReceiptLine{Quantity: i.Left(), Share: i.Share(), Name: i.Name, Amount: i.Amount, PartOf: !i.PartOf.IsZero()}
		for _, m := range i.Modifiers {
			l.With = append(l.With, m.Text())
		}
		for _, d := range reckoned.Bill.Discounts {
			if d.Line == i.ID {
				l.Discounts = append(l.Discounts, ReceiptDiscount{d.Name, d.Amount})
			}
		}
		r.add(l, !i.SetMenu)
	}
	return r, nil
}

// add puts a line where one like it is, or at the end.
func (r *Receipt) add(l ReceiptLine, alone bool) {
	for n := range r.Lines {
		at := &r.Lines[n]
		if alone && !l.PartOf && !at.PartOf && l.Share == "" && len(l.Discounts)+len(at.Discounts) == 0 && at.Share == "" && at.Name == l.Name && slices.Equal(at.With, l.With) && at.Amount*money.Amount(l.Quantity) == l.Amount*money.Amount(at.Quantity) {
			at.Quantity, at.Amount = at.Quantity+l.Quantity, at.Amount+l.Amount
			return
		}
	}
	r.Lines = append(r.Lines, l)
}
