package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Facts of cash drawers. One Drawer is one session: from its float to its count.

// DrawerOpened: cash was laid into a drawer, and whose tenders go there from now on.
type DrawerOpened struct {
	Drawer id.Drawer    `json:"drawer"`
	Name   string       `json:"name"` // what people call the drawer: Bar
	Float  money.Amount `json:"float"`
	People []id.Staff   `json:"people"`
}

// DrawerHandedOver: the cash of other people goes there from now on.
type DrawerHandedOver struct {
	Drawer id.Drawer  `json:"drawer"`
	Was    []id.Staff `json:"was"`
	People []id.Staff `json:"people"`
}

// DrawerMoved: cash went in or out that no guest paid, or the drawer was opened for nothing.
type DrawerMoved struct {
	Drawer id.Drawer    `json:"drawer"`
	Move   string       `json:"move"`             // pay_in, pay_out, drop, tip_out, no_sale
	Amount money.Amount `json:"amount,omitempty"` // above 0; in for pay_in, else out
	Reason string       `json:"reason,omitempty"`
}

// DrawerCounting: somebody counts it, and does not know what should be in it. No cash goes
// there meanwhile.
type DrawerCounting struct {
	Drawer id.Drawer `json:"drawer"`
}

// DrawerCountDropped: it was not counted after all.
type DrawerCountDropped struct {
	Drawer id.Drawer `json:"drawer"`
}

// DrawerCounted: so much was in it.
type DrawerCounted struct {
	Drawer   id.Drawer    `json:"drawer"`
	Coins    []Coin       `json:"coins"`
	Counted  money.Amount `json:"counted"`  // their sum
	Expected money.Amount `json:"expected"` // what should have been
}

// Coin is how many there are of a coin or note.
type Coin struct {
	Value money.Amount `json:"value"` // minor units
	N     int64        `json:"n"`
}

// DrawerClosed: the session is over.
type DrawerClosed struct {
	Drawer  id.Drawer    `json:"drawer"`
	Counted money.Amount `json:"counted"`
	Over    money.Amount `json:"over"` // below 0: short
	Comment string       `json:"comment,omitempty"`
}

func (DrawerOpened) Kind() (string, int)       { return "drawer.opened", 1 }
func (DrawerHandedOver) Kind() (string, int)   { return "drawer.handed_over", 1 }
func (DrawerMoved) Kind() (string, int)        { return "drawer.moved", 1 }
func (DrawerCounting) Kind() (string, int)     { return "drawer.counting", 1 }
func (DrawerCountDropped) Kind() (string, int) { return "drawer.count_dropped", 1 }
func (DrawerCounted) Kind() (string, int)      { return "drawer.counted", 1 }
func (DrawerClosed) Kind() (string, int)       { return "drawer.closed", 1 }
