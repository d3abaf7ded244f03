package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Facts of checks after they were rung: what was changed, taken off, split and brought
// together. A line is named with the check on which it was rung; where others have a share
// of it, Reckoned says what became of them.

// Reckoned: what guests owe after the facts before it, of every check whose sums changed.
// Where it is not said, everything that they owe is the sum of their lines.
type Reckoned struct {
	Order id.Order `json:"order"` // at which something was done
	Owed  []Owed   `json:"owed"`
}

// Owed is what the guests of one check owe.
type Owed struct {
	Order     id.Order     `json:"order"`
	Status    string       `json:"status"`
	Lines     money.Amount `json:"lines"`               // as priced
	Discounts money.Amount `json:"discounts,omitempty"` // taken off
	Charges   money.Amount `json:"charges,omitempty"`
	Taxes     money.Amount `json:"taxes,omitempty"` // those that prices do not hold
	Total     money.Amount `json:"total"`           // lines - discounts + charges + taxes
}

// Portion is how many counted portions a fact takes; below 0: gives back.
type Portion struct {
	Item     id.Item     `json:"item,omitzero"` // or
	Modifier id.Modifier `json:"modifier,omitzero"`
	N        int64       `json:"n"`
}

// LineChanged: a line that was not sent is another one now; or its seats changed.
type LineChanged struct {
	Order    id.Order     `json:"order"`
	Line     id.Line      `json:"line"`
	Quantity int64        `json:"quantity"`
	Amount   money.Amount `json:"amount"`
	Notes    []string     `json:"notes,omitempty"`
	Seats    []int        `json:"seats,omitempty"`
	Course   string       `json:"course,omitempty"`
	Portions []Portion    `json:"portions,omitempty"`
}

// LineRemoved: a line that was not sent was taken off.
type LineRemoved struct {
	Order    id.Order  `json:"order"`
	Line     id.Line   `json:"line"`
	Portions []Portion `json:"portions,omitempty"`
}

// LinesHeld: lines wait until somebody fires them, or do not any more.
type LinesHeld struct {
	Order id.Order  `json:"order"`
	Lines []id.Line `json:"lines"`
	Held  bool      `json:"held"`
}

// LineVoided: of a line that was sent, so many are not wanted; they were never sold.
type LineVoided struct {
	Order    id.Order     `json:"order"`
	Line     id.Line      `json:"line"`
	Name     string       `json:"name"`
	Quantity int64        `json:"quantity"`
	Amount   money.Amount `json:"amount"` // that they cost, before discounts
	Reason   string       `json:"reason"`
	Waste    bool         `json:"waste,omitempty"` // they were begun: what is in them is gone
	Portions []Portion    `json:"portions,omitempty"`
}

// Discounted: something was taken off a line, or off a check.
type Discounted struct {
	Order    id.Order     `json:"order"`
	Discount id.Discount  `json:"discount"`
	Line     id.Line      `json:"line,omitzero"` // none: off the check
	Name     string       `json:"name"`
	Rate     money.Rate   `json:"rate,omitempty"`   // ten-millionths, or
	Amount   money.Amount `json:"amount,omitempty"` // minor units
	Comp     bool         `json:"comp,omitempty"`   // the house pays for the line
	Reason   string       `json:"reason,omitempty"`
	Checks   []id.Order   `json:"checks,omitempty"` // of these checks together; none: of the check
	Only     []id.Line    `json:"only,omitempty"`   // what it is taken off; none: everything
}

// DiscountRemoved: it was taken back.
type DiscountRemoved struct {
	Order    id.Order    `json:"order"`
	Discount id.Discount `json:"discount"`
}

// CoversChanged: there are so many guests.
type CoversChanged struct {
	Order  id.Order `json:"order"`
	Covers int      `json:"covers"` // 0: nobody counts them
}

// ServerChanged: somebody else serves a check.
type ServerChanged struct {
	Order  id.Order `json:"order"`
	Server id.Staff `json:"server"`
}

// LinesShared: other checks of the visit pay for lines now, or for parts of them.
type LinesShared struct {
	Order id.Order     `json:"order"`
	Lines []SharedLine `json:"lines"`
}

// SharedLine says who pays for a line.
type SharedLine struct {
	Line   id.Line `json:"line"`
	Shares []Share `json:"shares"`
}

// Share is what a check pays of a line: so many of all its parts.
type Share struct {
	Check id.Order `json:"check"`
	Parts int64    `json:"parts"`
}

// LinesMoved: lines are on a check of another visit now, where each was added with what
// it was here.
type LinesMoved struct {
	Order id.Order    `json:"order"`
	To    id.Order    `json:"to"`
	Lines []MovedLine `json:"lines"`
}

// MovedLine is a line that was moved, as it was.
type MovedLine struct {
	Line     id.Line      `json:"line"`
	As       id.Line      `json:"as"` // what it is there
	Name     string       `json:"name"`
	Quantity int64        `json:"quantity"` // without what was voided
	Amount   money.Amount `json:"amount"`
	Sent     bool         `json:"sent,omitempty"`
}

// CheckParted: the guests of one check pay it in parts. Taxes are those of the whole.
type CheckParted struct {
	Order   id.Order       `json:"order"`
	Evenly  int            `json:"evenly,omitempty"`  // so many equal parts, or
	Amounts []money.Amount `json:"amounts,omitempty"` // these, and the rest; neither: in one
}

// CheckMerged: a check is over; what it had is on another one of its visit.
type CheckMerged struct {
	Order id.Order `json:"order"`
	Into  id.Order `json:"into"`
}

func (Reckoned) Kind() (string, int)        { return "order.reckoned", 1 }
func (LineChanged) Kind() (string, int)     { return "order.line_changed", 1 }
func (LineRemoved) Kind() (string, int)     { return "order.line_removed", 1 }
func (LinesHeld) Kind() (string, int)       { return "order.lines_held", 1 }
func (LineVoided) Kind() (string, int)      { return "order.line_voided", 1 }
func (Discounted) Kind() (string, int)      { return "order.discounted", 1 }
func (DiscountRemoved) Kind() (string, int) { return "order.discount_removed", 1 }
func (CoversChanged) Kind() (string, int)   { return "order.covers_changed", 1 }
func (ServerChanged) Kind() (string, int)   { return "order.server_changed", 1 }
func (LinesShared) Kind() (string, int)     { return "order.lines_shared", 1 }
func (LinesMoved) Kind() (string, int)      { return "order.lines_moved", 1 }
func (CheckParted) Kind() (string, int)     { return "order.parted", 1 }
func (CheckMerged) Kind() (string, int)     { return "order.merged", 1 }
