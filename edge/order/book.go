package order

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Book is where orders are changed.
type Book struct {
	journal *journal.Journal
	venues  *venue.Book
	menus   *menu.Book
	series  string // letter of the incarnation: numbers for people are of this series
	now     func() time.Time
}

// NewBook makes a book.
func NewBook(j *journal.Journal, v *venue.Book, m *menu.Book, series string, now func() time.Time) *Book {
	return &Book{j, v, m, series, now}
}

// Do does one command on one order.
func (b *Book) Do(ctx context.Context, m journal.Meta, o id.Order, c Command) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		check, err := loadCheck(tx, o)
		if err != nil {
			return nil, err
		}
		w, err := b.world(tx, m.Command, check, c)
		if err != nil {
			return nil, err
		}
		facts, err := Decide(check, o, c, w)
		if err != nil {
			return nil, err
		}
		more, err := b.allow(tx, m, check, c, w)
		return append(more, facts...), err
	})
}

// allow refuses what somebody may not do by themselves, and answers the facts that go
// with another's word.
func (b *Book) allow(tx *sqlite.Tx, m journal.Meta, o *Check, c Command, w World) ([]event.Payload, error) {
	s, ok := c.(SetStatus)
	if !ok || s.To != StatusCancelled || o.Status == StatusOpen {
		return nil, nil
	}
	act := staff.Act{Action: staff.OrderCancel, Order: o.ID, Amount: o.Total, Staff: m.Staff, Device: m.Device}
	return staff.Allow(tx, act, s.Role, w.Venue.Limit(s.Role, act.Action), s.Approval, b.now())
}

// AskCancel asks for another's word on cancelling an order that the kitchen has.
func (b *Book) AskCancel(ctx context.Context, people *staff.Book, m journal.Meta, o id.Order, role, reason string) (approval id.Approval, r journal.Receipt, err error) {
	var act staff.Act
	var most money.Amount
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		check, err := loadCheck(q, o)
		if err != nil {
			return err
		}
		if _, err := setStatus(check, StatusCancelled); err != nil {
			return err
		}
		if check.Status == StatusOpen {
			return fault.New(fault.Conflict, "approval_not_needed", "Nothing of this order was sent. You may cancel it yourself.")
		}
		place, err := b.venues.Active(q)
		if err != nil {
			return err
		}
		act, most = staff.Act{Action: staff.OrderCancel, Order: o, Amount: check.Total}, place.Limit(role, staff.OrderCancel)
		return nil
	}); err != nil {
		return approval, r, err
	}
	return people.Ask(ctx, m, act, role, most, reason)
}

// world reads what this command needs to know.
func (b *Book) world(tx *sqlite.Tx, cmd id.Command, o *Check, c Command) (w World, err error) {
	w.Command = cmd
	if w.Venue, err = b.venues.Active(tx); err != nil {
		return w, err
	}
	var lines []NewLine
	opens, sends := false, false
	typ := ""
	if o != nil {
		typ = o.Type
	}
	switch c := c.(type) {
	case Open:
		opens = true
	case AddLines:
		lines = c.Lines
	case Send:
		sends = true
	case Place:
		lines, opens, sends = c.AddLines.Lines, true, true
		typ = c.Type()
	}
	if opens {
		if w.Number, err = nextNumber(tx, b.series); err != nil {
			return w, err
		}
	}
	if lines != nil {
		if w.Now, err = b.menus.Now(tx, w.Venue, b.now(), typ); err != nil {
			return w, err
		}
		if w.Taken, err = taken(tx, lines); err != nil {
			return w, err
		}
	}
	if sends {
		w.Queue, err = queue(tx, b.now())
	}
	return w, err
}
