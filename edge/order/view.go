package order

import (
	"time"

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
}

// FromFacts is the order as one command left it, built from the command's facts
// alone: the answer of a repeated command is that of the first.
func FromFacts(facts []event.Event) *View {
	v := &View{}
	for _, e := range facts {
		switch p := e.Payload.(type) {
		case event.OrderOpened:
			*v = View{ID: p.Order, Number: p.Number, Type: p.Type, Table: p.Table, OffPlan: p.OffPlan, Customer: p.Customer,
				Source: p.Source, Status: StatusOpen, Day: e.Day, OpenedAt: e.Time(), openedSeq: e.Seq}
		case event.LineAdded:
			v.Lines = append(v.Lines, ViewLine{ID: p.Line, Item: p.Item, Name: p.Name, Quantity: p.Quantity, UnitPrice: p.UnitPrice,
				Amount: p.Amount, Modifiers: p.Modifiers, Notes: p.Notes, Station: p.Station, PrepMinutes: p.PrepMinutes, PartOf: p.PartOf})
		case event.OrderSent:
			v.Status, v.Total, v.Minutes = StatusPlaced, p.Total, p.Minutes
			for i := range v.Lines {
				v.Lines[i].Sent = true
			}
		}
		v.Seq = e.Seq
	}
	return v
}
