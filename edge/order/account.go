package order

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Close ends a check that owes nothing; a payment that brings it there does so by itself.
type Close struct{}

// Reopen lets a closed check be changed and paid again, on the business day on which it
// was closed. The kitchen has what it has: nothing is printed anew.
type Reopen struct {
	Reason string
	Permit
}

func (Close) command()  {}
func (Reopen) command() {}

// Account is what a check owes, and what was paid of it.
type Account struct {
	ID        id.Order
	Seq       int64 // the fact that opened it: the key of what belongs to it
	Status    Status
	Total     money.Amount
	Paid      money.Amount // of the total, without what was given back
	Tips      money.Amount // beside it
	ClosedDay string       // business day on which it was closed; empty: it is open
	Server    id.Staff
}

// Owes is what is still to be paid; below 0: what guests are to get back.
func (a *Account) Owes() money.Amount { return a.Total - a.Paid }

// Open says whether somebody may pay it.
func (a *Account) Open() bool {
	return a.ClosedDay == "" && a.Status != StatusCancelled && a.Status != StatusMerged
}

// Closed is the fact that it is done with.
func (a *Account) Closed() event.OrderClosed {
	return event.OrderClosed{Order: a.ID, Status: string(a.Status), Total: a.Total, Tips: a.Tips}
}

// AccountOf reads what a check owes; nil where there is no such check.
func AccountOf(q sqlite.Queryer, o id.Order) (*Account, error) {
	a := &Account{ID: o}
	err := q.QueryRow("SELECT opened_seq, status, total, paid, tips, closed_day, server FROM guest_check WHERE id = ?", o).
		Scan(&a.Seq, &a.Status, &a.Total, &a.Paid, &a.Tips, &a.ClosedDay, &a.Server)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what %s owes: %w", o, err)
	}
	return a, nil
}

var (
	errClosed = fault.New(fault.Conflict, "check_closed", "This check is paid and closed. Reopen it, or open a new one.")
	errMoves  = fault.New(fault.Conflict, "check_closed", "Another check of these guests is paid, and this would change what it cost. Open a new check for them, or reopen that one.")
	errPaid   = fault.New(fault.Conflict, "check_paid", "Something was paid on this check. Void or refund that first.")
)

// closing decides whether a check is done with, or is not any more.
func closing(o *Check, wish Command, w World) ([]event.Payload, error) {
	a := &Account{ID: o.ID, Status: o.Status, Total: o.Total, Paid: o.Paid, Tips: o.Tips, ClosedDay: o.ClosedDay}
	if reopen, ok := wish.(Reopen); ok {
		reason, err := reasonOf(reopen.Reason)
		switch {
		case a.ClosedDay == "":
			return nil, fault.New(fault.Conflict, "check_open", "This check is not closed.")
		case a.ClosedDay != w.Day:
			return nil, fault.New(fault.Conflict, "day_over", "This check was closed on another business day. Refund what is to be given back; ring what is new on a new check.")
		case err != nil:
			return nil, err
		}
		return []event.Payload{event.OrderReopened{Order: a.ID, Status: string(a.Status), Total: a.Total, Reason: reason}}, nil
	}
	switch {
	case !a.Open():
		return nil, errOver
	case a.Owes() > 0:
		return nil, fault.Newf(fault.Conflict, "check_owes", "This check still owes %s.", w.Venue.Money.Decimal(a.Owes()))
	case a.Owes() < 0:
		return nil, fault.Newf(fault.Conflict, "check_overpaid", "The guests are to get %s back first.", w.Venue.Money.Decimal(-a.Owes()))
	}
	return []event.Payload{a.Closed()}, nil
}

// shut refuses what a closed check does not take: everything but what the kitchen is asked
// to do of what was rung.
func shut(closed bool, wish Command) error {
	if !closed {
		return nil
	}
	switch wish := wish.(type) {
	case Open, Place, Send, Fire, Hold, Reopen:
		return nil
	case SetStatus:
		if wish.To != StatusCancelled {
			return nil
		}
	}
	return errClosed
}

// undisturbed refuses facts by which a closed check of the visit would owe something else.
func (v *Visit) undisturbed(facts []event.Payload) error {
	for _, p := range facts {
		p, ok := p.(event.Reckoned)
		if !ok {
			continue
		}
		for _, o := range p.Owed {
			if c := v.Check(o.Order); c != nil && c.ClosedDay != "" {
				return errMoves
			}
		}
	}
	return nil
}
