package event

import (
	"fmt"
	"strconv"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Number is a number for people: a counter in the series of one incarnation of
// the box, without holes inside the series.
type Number struct {
	Series string `json:"series"` // A, B, … one letter an incarnation
	N      int64  `json:"n"`
}

// String writes it for people: the letter only where it is not the first.
func (n Number) String() string {
	if n.Series == "A" {
		return strconv.FormatInt(n.N, 10)
	}
	return n.Series + strconv.FormatInt(n.N, 10)
}

// OrderOpened: a visit began and its first check is open.
type OrderOpened struct {
	Order    id.Order    `json:"order"`
	Number   Number      `json:"number"`
	Type     string      `json:"type"`               // dine_in, takeaway, delivery, bar_tab
	Table    string      `json:"table,omitempty"`    // what the guest sees; empty for takeaway
	OffPlan  bool        `json:"off_plan,omitempty"` // the table is not on the plan
	Customer id.Customer `json:"customer,omitzero"`
	Source   string      `json:"source"`           // tablet, api
	Covers   int         `json:"covers,omitempty"` // guests; 0: nobody counted them
	From     id.Order    `json:"from,omitzero"`    // the check that it was split off: both are of one visit
	Status   string      `json:"status,omitempty"` // of one that was split off: that of the other; none: open
}

func (OrderOpened) Kind() (string, int) { return "order.opened", 1 }

// LineAdded: one thing was rung, with the menu's price of that moment.
type LineAdded struct {
	Order       id.Order     `json:"order"`
	Line        id.Line      `json:"line"`
	Item        id.Item      `json:"item"`
	Name        string       `json:"name"`
	Quantity    int64        `json:"quantity"`   // 1 to 999
	UnitPrice   money.Amount `json:"unit_price"` // one, with its modifiers, minor units
	Amount      money.Amount `json:"amount"`     // quantity times unit_price
	Modifiers   []Modified   `json:"modifiers,omitempty"`
	Notes       []string     `json:"notes,omitempty"`   // to the kitchen, at no price
	Station     string       `json:"station,omitempty"` // as the menu names it; routing finds the place
	PrepMinutes int          `json:"prep_minutes,omitempty"`
	Course      string       `json:"course,omitempty"`    // as the menu names it
	TaxClass    string       `json:"tax_class,omitempty"` // as the menu names it
	Level       string       `json:"level,omitempty"`     // the price level; none: the usual price
	Counted     bool         `json:"counted,omitempty"`   // its portions are counted: these are taken off
	PartOf      id.Line      `json:"part_of,omitzero"`    // the set menu that it was chosen in
	SetMenu     bool         `json:"set_menu,omitempty"`  // nobody makes it: its parts are made
	Seats       []int        `json:"seats,omitempty"`     // whose it is, 1 to 99; none: the table's
	Held        bool         `json:"held,omitempty"`      // it is not sent until somebody fires it
	From        id.Line      `json:"from,omitzero"`       // the line of another check that it was until now
	Sent        bool         `json:"sent,omitempty"`      // of one that came from another check: the kitchen has it
}

func (LineAdded) Kind() (string, int) { return "order.line_added", 1 }

// Modified is one modifier on a line.
type Modified struct {
	Modifier id.Modifier  `json:"modifier"`
	Name     string       `json:"name"`
	Price    money.Amount `json:"price,omitempty"`    // of all of it; already in the line's unit_price
	Quantity int64        `json:"quantity,omitempty"` // 0: one
	Pre      string       `json:"pre,omitempty"`      // no, extra, side
	Under    id.Modifier  `json:"under,omitzero"`     // the modifier that it belongs to
	Counted  bool         `json:"counted,omitempty"`  // its portions are counted: these are taken off
}

// Text is the modifier as people read it: 2x Ketchup, no Onions.
func (m Modified) Text() string {
	s := m.Name
	if m.Pre != "" {
		s = m.Pre + " " + s
	}
	if m.Quantity > 1 {
		s = fmt.Sprintf("%dx %s", m.Quantity, s)
	}
	return s
}

// OrderSent: lines went to the kitchen.
type OrderSent struct {
	Order   id.Order     `json:"order"`
	Lines   []id.Line    `json:"lines"`
	Total   money.Amount `json:"total"`           // what the guest owes for the order now
	Minutes int          `json:"minutes"`         // the time that was promised
	First   bool         `json:"first,omitempty"` // the first send of this order
}

func (OrderSent) Kind() (string, int) { return "order.sent", 1 }

// StatusChanged: the order moved on.
type StatusChanged struct {
	Order id.Order     `json:"order"`
	From  string       `json:"from"` // open, placed, preparing, ready, served, cancelled
	To    string       `json:"to"`
	Total money.Amount `json:"total"` // what the guest owed at that moment
}

func (StatusChanged) Kind() (string, int) { return "order.status_changed", 1 }

// OrderMoved: the guests of an order sit at another table. Its prices stay.
type OrderMoved struct {
	Order  id.Order     `json:"order"`
	From   string       `json:"from"`
	To     string       `json:"to"`     // as the plan names it
	Status string       `json:"status"` // at that moment
	Total  money.Amount `json:"total"`  // what the guest owed at that moment
}

func (OrderMoved) Kind() (string, int) { return "order.moved", 1 }

// OrderOf is the order that a fact is about; none where it is about another thing.
func OrderOf(p Payload) id.Order {
	switch p := p.(type) {
	case OrderOpened:
		return p.Order
	case LineAdded:
		return p.Order
	case OrderSent:
		return p.Order
	case StatusChanged:
		return p.Order
	case OrderMoved:
		return p.Order
	case TicketRouted:
		return p.Order
	case JobQueued:
		return p.Order
	case JobPrinted:
		return p.Order
	case JobUnknown:
		return p.Order
	case PaymentSettled:
		return p.Order
	case ApprovalAsked:
		return p.Order
	case Reckoned:
		return p.Order
	case LineChanged:
		return p.Order
	case LineRemoved:
		return p.Order
	case LinesHeld:
		return p.Order
	case LineVoided:
		return p.Order
	case Discounted:
		return p.Order
	case DiscountRemoved:
		return p.Order
	case CoversChanged:
		return p.Order
	case ServerChanged:
		return p.Order
	case LinesShared:
		return p.Order
	case LinesMoved:
		return p.Order
	case CheckParted:
		return p.Order
	case CheckMerged:
		return p.Order
	case VisitRated:
		return p.Order
	case PaymentTaken:
		return p.Order
	case PaymentRefunded:
		return p.Order
	case PaymentVoided:
		return p.Order
	case TipChanged:
		return p.Order
	case OrderClosed:
		return p.Order
	case OrderReopened:
		return p.Order
	}
	return id.Order{}
}
