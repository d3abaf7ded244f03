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
	leases  *leases
	// Guests are how many sit at a table; 0: nobody said. Nil: nobody ever does.
	Guests func(q sqlite.Queryer, table string) (int, error)
}

// NewBook makes a book.
func NewBook(j *journal.Journal, v *venue.Book, m *menu.Book, series string, now func() time.Time) *Book {
	return &Book{journal: j, venues: v, menus: m, series: series, now: now, leases: newLeases()}
}

// Do does one command on one order.
func (b *Book) Do(ctx context.Context, m journal.Meta, o id.Order, c Command) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := b.leases.refuse(o, m.Device, c, b.now()); err != nil {
			return nil, err
		}
		check, w, c, err := b.read(tx, m.Command, o, c)
		if err != nil {
			return nil, err
		}
		facts, err := Decide(check, o, c, w)
		if err != nil {
			return nil, err
		}
		act, permit, err := actOf(check, c, facts, w)
		if err != nil || act.Action == "" {
			return facts, err
		}
		act.Staff, act.Device = m.Staff, m.Device
		more, err := staff.Allow(tx, act, permit.Role, w.Venue.Limit(permit.Role, act.Action), permit.Approval, b.now())
		return append(more, facts...), err
	})
}

// actOf is what a command comes to that may take another's word; none where anybody may
// do it who may write orders.
func actOf(o *Check, c Command, facts []event.Payload, w World) (act staff.Act, permit Permit, err error) {
	switch c := c.(type) {
	case SetStatus:
		if c.To == StatusCancelled && o.Status != StatusOpen {
			return staff.Act{Action: staff.OrderCancel, Order: o.ID, Amount: o.Total}, c.Permit, nil
		}
	case Reopen:
		return staff.Act{Action: staff.OrderReopen, Order: o.ID, Amount: o.Total}, c.Permit, nil
	case VoidLine:
		act = staff.Act{Action: staff.OrderVoid, Order: o.ID}
		for _, p := range facts {
			if p, ok := p.(event.LineVoided); ok {
				act.Amount += p.Amount
			}
		}
		return act, c.Permit, nil
	case Give:
		act = staff.Act{Action: staff.OrderDiscount, Order: o.ID}
		if c.Comp {
			act.Action = staff.OrderComp
		}
		act.Amount, err = o.Visit.taken(facts, w)
		return act, c.Permit, err
	}
	return act, permit, nil
}

// Ask asks for another's word on a command that takes one.
func (b *Book) Ask(ctx context.Context, people *staff.Book, m journal.Meta, o id.Order, c Command, role, reason string) (approval id.Approval, r journal.Receipt, err error) {
	var act staff.Act
	var most money.Amount
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		check, w, c, err := b.read(q, m.Command, o, c)
		if err != nil {
			return err
		}
		facts, err := Decide(check, o, c, w)
		if err != nil {
			return err
		}
		if act, _, err = actOf(check, c, facts, w); err != nil {
			return err
		}
		if act.Action == "" {
			return fault.New(fault.Conflict, "approval_not_needed", "Nothing of this was sent. You may do it yourself.")
		}
		most = w.Venue.Limit(role, act.Action)
		return nil
	}); err != nil {
		return approval, r, err
	}
	return people.Ask(ctx, m, act, role, most, reason)
}

// read reads the order and what a command on it needs to know. The command is answered
// as it is decided.
func (b *Book) read(q sqlite.Queryer, cmd id.Command, o id.Order, c Command) (check *Check, w World, _ Command, err error) {
	if check, err = loadCheck(q, o); err != nil {
		return nil, w, c, err
	}
	w.Command = cmd
	if w.Venue, err = b.venues.Active(q); err != nil {
		return nil, w, c, err
	}
	w.Rules, w.Day = w.Venue.Rules, w.Venue.Day(b.now())
	if check != nil && ofVisit(check, c) {
		if err := b.visit(q, check, c, &w); err != nil {
			return nil, w, c, err
		}
		if again, ok := c.(Repeat); ok {
			if c, err = check.Visit.again(check.Visit.Check(o), again); err != nil {
				return nil, w, c, err
			}
		}
		if _, rings := c.(AddLines); rings && check.Visit != nil && check.Visit.plain(w.Rules) {
			check.Visit = nil
		}
	}
	return check, w, c, b.world(q, check, c, &w)
}

// ofVisit says whether a command must know all that guests have.
func ofVisit(check *Check, c Command) bool {
	switch c.(type) {
	case Open, Place, Send, Close, Reopen:
		return false
	case SetStatus:
		return check.Split
	}
	return true
}

// visit reads the visit of a check, and the other one where lines go to another.
func (b *Book) visit(q sqlite.Queryer, check *Check, c Command, w *World) (err error) {
	place, err := b.venues.At(q, check.visit)
	if err != nil {
		return err
	}
	if w.Rules = place.Rules; w.Rules.Plain() && !check.Split && !check.discounted {
		if _, rings := c.(AddLines); rings {
			return nil // it owes the sum of its lines
		}
	}
	if check.Visit, err = loadVisit(q, check.ID); err != nil {
		return err
	}
	to := goesTo(c)
	if to.IsZero() || check.Visit.Check(to) != nil {
		return nil
	}
	if w.Other, err = loadVisit(q, to); err != nil || w.Other == nil {
		return err
	}
	if place, err = b.venues.At(q, w.Other.Checks[0].openedSeq); err == nil {
		w.Others = place.Rules
	}
	return err
}

// world reads what else this command needs to know.
func (b *Book) world(q sqlite.Queryer, o *Check, c Command, w *World) (err error) {
	var lines []NewLine
	opens, sends, sells := false, false, false
	typ, table := "", ""
	if o != nil {
		typ = o.Type
	}
	switch c := c.(type) {
	case Open:
		opens, table = true, c.Table
	case AddLines:
		lines = c.Lines
	case Send, Fire:
		sends = true
	case Place:
		lines, opens, sends = c.AddLines.Lines, true, true
		typ, table = c.Type(), c.Table
	case Split:
		opens = true
	case SetServer:
		w.Works, err = staff.Works(q, c.Server)
		return err
	case ChangeLine:
		sells = c.Quantity != nil
	}
	if opens {
		if w.Number, err = nextNumber(q, b.series); err != nil {
			return err
		}
	}
	if table != "" && b.Guests != nil {
		if t, ok := w.Venue.Table(table); ok {
			table = t.Name
		}
		if w.Guests, err = b.Guests(q, table); err != nil {
			return err
		}
	}
	if lines != nil || sells {
		if w.Now, err = b.menus.Now(q, w.Venue, b.now(), typ); err != nil {
			return err
		}
	}
	if lines != nil {
		if w.Taken, err = taken(q, lines); err != nil {
			return err
		}
	}
	if sends {
		w.Queue, err = queue(q, b.now())
	}
	return err
}

// GuestsAre are the facts that so many guests have these checks, of those that still
// stand.
func (b *Book) GuestsAre(q sqlite.Queryer, checks []id.Order, covers int) (facts []event.Payload, err error) {
	for _, o := range checks {
		v, err := loadVisit(q, o)
		if err != nil {
			return nil, err
		}
		c := v.Check(o)
		if !c.rings() || c.Covers == covers || covers > maxCovers {
			continue
		}
		place, err := b.venues.At(q, v.Checks[0].openedSeq)
		if err != nil {
			return nil, err
		}
		more, err := v.reckoned(o, []event.Payload{event.CoversChanged{Order: o, Covers: covers}}, place.Rules)
		if err != nil {
			return nil, err
		}
		if v.undisturbed(more) != nil {
			continue // the paid check of a visit costs what it cost
		}
		facts = append(facts, more...)
	}
	return facts, nil
}
