// Package order is the rulebook of visits, checks and lines: what may be rung,
// sent and moved on, at which price.
//
// Clients send commands on lines, never documents, so that two waiters always
// get the union. Decide is pure; Load and the projector are the only SQL.
package order

import (
	"fmt"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Command is a wish about one order.
type Command interface{ command() }

// Open begins a visit with one check.
type Open struct {
	Table    string // what the guest sees; empty for takeaway
	Customer id.Customer
	Source   string // tablet, api
	As       string // takeaway, delivery, bar_tab; none: dine_in at a table, else takeaway
	Covers   int    // guests; 0: nobody counted them
}

// Type is the type of the order that it opens.
func (o Open) Type() string {
	if o.As != "" {
		return o.As
	}
	if o.Table == "" {
		return "takeaway"
	}
	return "dine_in"
}

// AddLines rings things on an open order. They are not sent yet.
type AddLines struct{ Lines []NewLine }

// NewLine is one thing to ring.
type NewLine struct {
	Line          id.Line // minted by the tablet; none: minted here
	Item          id.Item
	Quantity      int64
	Modifications []string // modifiers of the item by name, else notes to the kitchen
	Picks         []menu.Pick
	Combo         []NewPart     // what was chosen, where the item is a set menu
	Seats         []int         // whose it is; none: the table's
	Course        string        // none: as the menu says
	Held          bool          // not sent until somebody fires it
	Price         *money.Amount // of one, where the item has none of its own; without its modifiers
	Again         bool          // what was rung before: its price is left out where the item has one of its own now
}

// NewPart is what was chosen in one part of a set menu.
type NewPart struct {
	Part          string // as the menu names it
	Item          id.Item
	Modifications []string
	Picks         []menu.Pick
}

// Send sends to the kitchen what was not sent.
type Send struct{}

// SetStatus moves the order on. To cancel what the kitchen has takes a permission, or
// another's word.
type SetStatus struct {
	To Status
	Permit
}

// Place opens, adds and sends in one: the public POST /orders.
type Place struct {
	Open
	AddLines
}

// As is a command as somebody of a role wishes it.
func As(c Command, role string) Command {
	switch c := c.(type) {
	case SetStatus:
		c.Role = role
		return c
	case VoidLine:
		c.Role = role
		return c
	case Give:
		c.Role = role
		return c
	case Reopen:
		c.Role = role
		return c
	}
	return c
}

func (Open) command()      {}
func (AddLines) command()  {}
func (Send) command()      {}
func (SetStatus) command() {}
func (Place) command()     {}

// Bounds of an order.
const (
	MaxLines         = 500 // of one check
	MaxModifications = 50  // of one line
	MaxNote          = 80  // characters
	MaxQuantity      = 999
)

// Status of an order, as the public API names it; open is before the first send.
type Status string

const (
	StatusOpen      Status = "open"
	StatusPlaced    Status = "placed"
	StatusPreparing Status = "preparing"
	StatusReady     Status = "ready"
	StatusServed    Status = "served"
	StatusCancelled Status = "cancelled"
	StatusMerged    Status = "merged" // another check has what it had
)

// Statuses are all of them.
var Statuses = []Status{StatusOpen, StatusPlaced, StatusPreparing, StatusReady, StatusServed, StatusCancelled, StatusMerged}

// ParseStatus reads a status.
func ParseStatus(s string) (Status, error) {
	for _, st := range Statuses {
		if string(st) == s {
			return st, nil
		}
	}
	return "", fault.Newf(fault.Invalid, "status_unknown", "%.20q is not a status: placed, preparing, ready, served or cancelled.", s)
}

// next are the legal moves that a person makes; Send makes 'placed'.
var next = map[Status][]Status{
	StatusOpen:      {StatusCancelled},
	StatusPlaced:    {StatusPreparing, StatusCancelled},
	StatusPreparing: {StatusReady, StatusCancelled},
	StatusReady:     {StatusServed},
}

// then says what can come next, for people.
func (s Status) then() string {
	switch to := next[s]; len(to) {
	case 0:
		return "It is over."
	case 1:
		return fmt.Sprintf("Next is %s.", to[0])
	default:
		return fmt.Sprintf("Next is %s or %s.", to[0], to[1])
	}
}

// May reports whether an order may be moved from one status to another.
func (s Status) May(to Status) bool {
	for _, t := range next[s] {
		if t == to {
			return true
		}
	}
	return false
}
