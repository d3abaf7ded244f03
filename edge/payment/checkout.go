package payment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Checkout is what somebody took since they last went home, and what keeps them here.
type Checkout struct {
	event.ServerCheckedOut
	Open    []order.Brief // checks of theirs that are not closed: to be handed over
	Drawers []*Drawer     // that they have
}

// CheckoutOf reckons what somebody took since they last went home.
func CheckoutOf(q sqlite.Queryer, place *venue.Venue, who id.Staff) (*Checkout, error) {
	c := &Checkout{}
	c.Server = who
	var since sql.NullInt64
	if err := q.QueryRow("SELECT max(seq) FROM checkout WHERE server = ?", who).Scan(&since); err != nil {
		return nil, fmt.Errorf("find the last checkout: %w", err)
	}
	c.Since = since.Int64
	if err := sqlite.Each(q, "SELECT payment_method, sum(amount), sum(tip) FROM payments WHERE server = ? AND seq > ? GROUP BY payment_method ORDER BY payment_method", []any{who, c.Since}, func(scan sqlite.Scan) error {
		var t event.TenderTotal
		err := scan(&t.Tender, &t.Amount, &t.Tip)
		c.Tenders = append(c.Tenders, t)
		c.Sales, c.Tips = c.Sales+t.Amount, c.Tips+t.Tip
		return err
	}); err != nil {
		return nil, fmt.Errorf("sum what guests paid: %w", err)
	}
	var taken, loaded money.Amount
	if err := q.QueryRow("SELECT count(DISTINCT check_seq) FROM payments WHERE server = ? AND seq > ?", who, c.Since).Scan(&c.Checks); err != nil {
		return nil, err
	}
	if err := q.QueryRow("SELECT coalesce(sum(amount + tip + rounding), 0) FROM payments WHERE staff = ? AND drawer = '' AND payment_method = 'cash' AND seq > ?", who, c.Since).Scan(&taken); err != nil {
		return nil, err
	}
	if err := q.QueryRow("SELECT coalesce(sum(amount), 0) FROM drawer_move WHERE staff = ? AND drawer = '' AND seq > ?", who, c.Since).Scan(&loaded); err != nil {
		return nil, err
	}
	c.Cash = taken + loaded
	c.Due = c.Cash - c.Tips
	for _, rule := range place.TipOuts {
		rate, err := money.ParsePercent(rule.Percent.String())
		if err != nil {
			return nil, fmt.Errorf("tip-out to %s: %w", rule.Name, err)
		}
		of := c.Tips
		if rule.Of == "sales" {
			of = c.Sales
		}
		n, err := max(of, 0).Share(int64(rate), int64(money.Whole), money.HalfUp)
		if err != nil {
			return nil, err
		}
		c.TipOuts = append(c.TipOuts, event.TipPart{Name: rule.Name, Amount: n})
		c.Due += n
	}
	var err error
	if c.Open, err = order.Unpaid(q, who); err != nil {
		return nil, err
	}
	all, err := Drawers(q, "")
	for _, d := range all {
		if slices.Contains(d.People, who) {
			c.Drawers = append(c.Drawers, d)
		}
	}
	return c, err
}

// CheckOut lets somebody go home, whose checks are closed or handed over, and who has no drawer.
func (b *Book) CheckOut(ctx context.Context, m journal.Meta, who id.Staff) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		place, err := b.venues.Active(tx)
		if err != nil {
			return nil, err
		}
		works, err := staff.Works(tx, who)
		if err != nil {
			return nil, err
		}
		if !works {
			return nil, fault.New(fault.Invalid, "server_unknown", "Nobody of this id works here.").At("body.personId", "is nobody who works here")
		}
		c, err := CheckoutOf(tx, place, who)
		if err != nil {
			return nil, err
		}
		switch {
		case len(c.Open) > 0:
			return nil, fault.Newf(fault.Conflict, "checks_open", "%d checks of theirs are open, such as %s. Close them, or hand them over to another server.", len(c.Open), c.Open[0].Number)
		case len(c.Drawers) > 0:
			return nil, fault.Newf(fault.Conflict, "drawer_held", "They have the drawer %s. Close it, or hand it over.", c.Drawers[0].Name)
		case c.Checks == 0 && c.Cash == 0:
			return nil, fault.New(fault.Conflict, "nothing_taken", "They took nothing since they last went home.")
		}
		return []event.Payload{c.ServerCheckedOut}, nil
	})
}

// checkedOut keeps who went home.
func checkedOut(tx *sqlite.Tx, e event.Event, p event.ServerCheckedOut) error {
	var out money.Amount
	for _, t := range p.TipOuts {
		out += t.Amount
	}
	_, err := tx.Exec("INSERT INTO checkout (seq, server, since, checks, sales, tips, tip_out, cash, due, at, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		e.Seq, p.Server, p.Since, p.Checks, int64(p.Sales), int64(p.Tips), int64(out), int64(p.Cash), int64(p.Due), e.At, e.Day)
	return err
}
