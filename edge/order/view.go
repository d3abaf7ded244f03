package order

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// View is an order as people and programs see it.
type View struct {
	ID        id.Order
	Number    event.Number
	Type      string // dine_in, takeaway
	Table     string
	OffPlan   bool
	Customer  id.Customer
	Source    string
	Status    Status
	Total     money.Amount
	Minutes   int // the time that was promised
	Day       string
	OpenedAt  time.Time
	Seq       int64 // its last fact
	Lines     []ViewLine
	openedSeq int64
}

// ViewLine is a line of a View.
type ViewLine struct {
	ID          id.Line
	Item        id.Item
	Name        string
	Quantity    int64
	UnitPrice   money.Amount
	Amount      money.Amount
	Modifiers   []event.Modified
	Notes       []string
	Station     string
	PrepMinutes int
	Sent        bool
	PartOf      id.Line // the set menu that it was chosen in
	TaxClass    string  // as the menu named it; of facts alone
}

// OpenedSeq is the fact that opened it.
func (v *View) OpenedSeq() int64 { return v.openedSeq }

// ForBill is what a bill is reckoned of. Who cancelled owes nothing. The guests of an
// order are not counted yet: charges that ask for a number of them are on no bill.
func (v *View) ForBill() bill.Order {
	o := bill.Order{Type: v.Type}
	if v.Status == StatusCancelled {
		return o
	}
	for _, l := range v.Lines {
		o.Lines = append(o.Lines, bill.Line{ID: l.ID, Name: l.Name, Amount: l.Amount, Class: l.TaxClass})
	}
	return o
}

// FromFacts is the order as some facts of it left it, from the first on: the answer of
// a repeated command is built of the command's facts alone, and is that of the first.
func FromFacts(facts []event.Event) *View {
	v := &View{}
	for _, e := range facts {
		switch p := e.Payload.(type) {
		case event.OrderOpened:
			*v = View{ID: p.Order, Number: p.Number, Type: p.Type, Table: p.Table, OffPlan: p.OffPlan, Customer: p.Customer,
				Source: p.Source, Status: StatusOpen, Day: e.Day, OpenedAt: e.Time(), openedSeq: e.Seq}
		case event.LineAdded:
			v.Lines = append(v.Lines, ViewLine{ID: p.Line, Item: p.Item, Name: p.Name, Quantity: p.Quantity, UnitPrice: p.UnitPrice,
				Amount: p.Amount, Modifiers: p.Modifiers, Notes: p.Notes, Station: p.Station, PrepMinutes: p.PrepMinutes, PartOf: p.PartOf, TaxClass: p.TaxClass})
			v.Total += p.Amount
		case event.OrderSent:
			v.Status, v.Total, v.Minutes = StatusPlaced, p.Total, p.Minutes
			for i := range v.Lines {
				v.Lines[i].Sent = true
			}
		case event.StatusChanged:
			v.Status = Status(p.To)
		case event.OrderMoved:
			v.Table, v.OffPlan = p.To, false
		}
		v.Seq = e.Seq
	}
	return v
}

// AsOf is the order as it was after fact seq (0: as it is), of its facts. Nil where there
// was none.
func AsOf(q sqlite.Queryer, o id.Order, seq int64) (*View, error) {
	var first, last int64
	err := q.QueryRow("SELECT opened_seq, changed_seq FROM guest_check WHERE id = ?", o).Scan(&first, &last)
	if errors.Is(err, sql.ErrNoRows) || err == nil && seq != 0 && seq < first {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find order %s: %w", o, err)
	}
	if seq != 0 {
		last = min(last, seq)
	}
	facts, err := journal.OfOrder(q, o, first, last)
	return FromFacts(facts), err
}
