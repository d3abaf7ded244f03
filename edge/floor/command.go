package floor

import "github.com/tyngo/tyngo/sync/id"

// Command is a wish about the floor.
type Command interface{ command() }

// Seat lets guests sit at tables: new ones, or a party of the wait list.
type Seat struct {
	Party  id.Party // minted by whoever seats them
	Tables []string
	Covers int
	Server id.Staff // none: who stands at the tablet
}

// Change says how many they are and who serves them; what is empty stays as it is.
type Change struct {
	Party  id.Party
	Covers int
	Server id.Staff
}

// BringCheck says that the guests have their check before them.
type BringCheck struct{ Party id.Party }

// Leave says that the guests are gone.
type Leave struct{ Party id.Party }

// Clear says that a dirty table is ready for the next guests.
type Clear struct{ Table string }

// Move brings a party to another table, with all its orders.
type Move struct {
	Party id.Party
	To    string
}

// MoveOrder brings one order to another table.
type MoveOrder struct {
	Order id.Order
	To    string
}

// Join gives a party one more table, with the party that sits there.
type Join struct {
	Party id.Party
	Table string
}

// Split takes a table from a party that has several.
type Split struct {
	Party  id.Party
	Table  string
	Into   id.Party // who sits there from now on; minted by whoever splits
	Covers int      // how many they are; 0: nobody sits there
}

// Wait puts guests on the wait list.
type Wait struct {
	Party    id.Party // minted by whoever takes them in
	Covers   int
	Minutes  int         // that they were told
	Customer id.Customer // in whose name; none: by their number alone
}

// GiveUp takes guests off the wait list who were not seated.
type GiveUp struct{ Party id.Party }

func (Seat) command()       {}
func (Change) command()     {}
func (BringCheck) command() {}
func (Leave) command()      {}
func (Clear) command()      {}
func (Move) command()       {}
func (MoveOrder) command()  {}
func (Join) command()       {}
func (Split) command()      {}
func (Wait) command()       {}
func (GiveUp) command()     {}

// Bounds of the floor.
const (
	MaxCovers  = 999
	MaxTables  = 20  // of one party
	MaxMinutes = 600 // that guests are told to wait
	MaxWaiting = 500 // parties
)
