package order

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// View is an order as people and programs see it.
type View struct {
	ID         id.Order
	Number     event.Number
	Type       string // dine_in, takeaway, delivery, bar_tab
	Table      string
	OffPlan    bool
	Customer   id.Customer
	Source     string
	Status     Status
	Total      money.Amount
	Minutes    int // the time that was promised
	Day        string
	OpenedAt   time.Time
	Seq        int64 // its last fact
	Covers     int   // guests; 0: nobody counted them
	Server     id.Staff
	MergedInto id.Order           // of one that is merged
	Parted     *event.CheckParted // how it is paid; nil: in one
	Discounts  money.Amount       // taken off
	Charges    money.Amount
	Taxes      money.Amount // those that prices do not hold
	Paid       money.Amount // of the total, without what was given back
	Tips       money.Amount // beside it
	ClosedDay  string       // business day on which it was closed; empty: it is open
	Rung       int          // how many lines were rung on it
	Lines      []ViewLine   // that were rung on it, those too that are gone
	Split      bool         // its visit has other checks
	Has        []CheckItem  // what it has of the lines of its visit, where it is split
	openedSeq  int64
	visitSeq   int64
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
	SetMenu     bool    // nobody makes it
	TaxClass    string  // as the menu named it
	Course      string
	Counted     bool // its portions are counted
	Seats       []int
	Held        bool          // it is not sent until somebody fires it
	Voided      int64         // how many of Quantity are not wanted any more
	Gone        string        // removed, moved; empty: it is there
	Shares      []event.Share // who pays for it; none: its check
	Changed     int64         // its last fact after it was rung; 0: none
}

// Left is how many there are that were not voided.
func (l *ViewLine) Left() int64 { return l.Quantity - l.Voided }

// OpenedSeq is the fact that opened it.
func (v *View) OpenedSeq() int64 { return v.openedSeq }

// FromFacts is the order as some facts of it left it, from the first on: the answer of
// a repeated command is built of the command's facts alone, and is that of the first.
func FromFacts(facts []event.Event) *View {
	v := fold(facts)
	if len(v.Checks) == 0 {
		return &View{}
	}
	return v.Checks[0]
}

// AsOf is the visit of an order as it was after fact seq (0: as it is), of its facts. Nil
// where there was no such order.
func AsOf(q sqlite.Queryer, o id.Order, seq int64) (*Visit, error) {
	var first int64
	err := q.QueryRow("SELECT visit_seq FROM guest_check WHERE id = ?", o).Scan(&first)
	if isNone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find order %s: %w", o, err)
	}
	var facts []event.Event
	if err := sqlite.Each(q, "SELECT id, opened_seq, changed_seq FROM guest_check WHERE opened_seq = ?1 OR visit_seq = ?1 AND visit_seq <> opened_seq", []any{first}, func(scan sqlite.Scan) error {
		var check id.Order
		var from, to int64
		if err := scan(&check, &from, &to); err != nil {
			return err
		}
		if seq != 0 {
			to = min(to, seq)
		}
		of, err := journal.OfOrder(q, check, from, to)
		facts = append(facts, of...)
		return err
	}); err != nil {
		return nil, fmt.Errorf("read facts of order %s: %w", o, err)
	}
	slices.SortFunc(facts, func(a, b event.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	if v := fold(facts); v.Check(o) != nil {
		return v, nil
	}
	return nil, nil
}

// isNone says that a row is not there.
func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }
