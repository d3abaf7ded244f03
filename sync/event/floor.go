package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Facts of the floor. Tables are named as the plan names them; covers are how many
// guests there are. Nothing here says who a guest is.

// TableSeated: guests sit at tables.
type TableSeated struct {
	Party  id.Party   `json:"party"`
	Tables []string   `json:"tables"`
	Covers int        `json:"covers"`           // 1 to 999
	Server id.Staff   `json:"server,omitzero"`  // who serves them; none: nobody said
	Checks []id.Order `json:"checks,omitempty"` // orders that were open there before somebody said who sits there
}

func (TableSeated) Kind() (string, int) { return "table.seated", 1 }

// TableChanged: there are more guests, or fewer, or somebody else serves them.
type TableChanged struct {
	Party  id.Party `json:"party"`
	Tables []string `json:"tables"`
	Covers int      `json:"covers"`
	Server id.Staff `json:"server,omitzero"`
}

func (TableChanged) Kind() (string, int) { return "table.changed", 1 }

// CheckBrought: the guests have their check before them. The next round takes that back.
type CheckBrought struct {
	Party  id.Party     `json:"party"`
	Tables []string     `json:"tables"`
	Total  money.Amount `json:"total"` // of all their orders, minor units
}

func (CheckBrought) Kind() (string, int) { return "table.check_brought", 1 }

// TableLeft: the guests are gone.
type TableLeft struct {
	Party  id.Party `json:"party"`
	Tables []string `json:"tables"`
	Dirty  []string `json:"dirty,omitempty"` // of these, the ones that must be cleared
}

func (TableLeft) Kind() (string, int) { return "table.left", 1 }

// TableCleared: a table is ready for the next guests.
type TableCleared struct {
	Table string `json:"table"`
}

func (TableCleared) Kind() (string, int) { return "table.cleared", 1 }

// TableMoved: the guests sit at another table, all of them; order.moved says so of each
// of their orders.
type TableMoved struct {
	Party  id.Party   `json:"party"`
	From   []string   `json:"from"` // the tables that they left
	To     string     `json:"to"`
	Dirty  []string   `json:"dirty,omitempty"`
	Checks []id.Order `json:"checks,omitempty"` // orders that were begun there, with nothing on them yet
}

func (TableMoved) Kind() (string, int) { return "table.moved", 1 }

// TableJoined: more tables belong to a party, with the party that sat there. Orders
// stay what they are, at the tables where they are.
type TableJoined struct {
	Party  id.Party   `json:"party"`
	Tables []string   `json:"tables"`
	Covers int        `json:"covers"`         // of all of them now
	Other  id.Party   `json:"other,omitzero"` // whose the tables were; it is over
	Checks []id.Order `json:"checks,omitempty"`
}

func (TableJoined) Kind() (string, int) { return "table.joined", 1 }

// TableSplit: a table does not belong to a party any more.
type TableSplit struct {
	Party  id.Party   `json:"party"`
	Table  string     `json:"table"`
	Stay   int        `json:"stay"`            // covers of the party now
	Into   id.Party   `json:"into,omitzero"`   // who sits there now; none: nobody
	Covers int        `json:"covers"`          // of those
	Server id.Staff   `json:"server,omitzero"` // of those
	Checks []id.Order `json:"checks,omitempty"`
	Dirty  bool       `json:"dirty,omitempty"`
}

func (TableSplit) Kind() (string, int) { return "table.split", 1 }

// WaitlistJoined: guests wait for a table. They are known by a number.
type WaitlistJoined struct {
	Party    id.Party    `json:"party"`
	Number   Number      `json:"number"`
	Covers   int         `json:"covers"`
	Minutes  int         `json:"minutes"`           // that they were told
	Customer id.Customer `json:"customer,omitzero"` // in whose name they wait
}

func (WaitlistJoined) Kind() (string, int) { return "waitlist.joined", 1 }

// WaitlistLeft: guests wait no longer, and were not seated.
type WaitlistLeft struct {
	Party id.Party `json:"party"`
}

func (WaitlistLeft) Kind() (string, int) { return "waitlist.left", 1 }
