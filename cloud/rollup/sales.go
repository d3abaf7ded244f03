package rollup

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Consumer is the name of the follower of sales.
const Consumer = "sales"

// Metrics of cells.
const (
	Orders   = "orders"
	Sales    = "sales" // minor units
	Quantity = "quantity"
	Discount = "discounts" // minor units that were taken off sales
	Charges  = "charges"   // service charges, minor units
	Taxes    = "taxes"     // those that prices do not hold, minor units
	ByItem   = "item"      // dimension
	ByTender = "tender"    // dimension
)

// place is what a box said of its restaurant.
type place struct {
	Zone string `json:"zone"`
}

// check is what is remembered of an order. A served one is remembered too: it may
// be sent again, and then cancelled, a week later. So it is short: a sent line is
// no more than what it added.
type check struct {
	Day    string `json:"d"`
	Hour   int    `json:"h"`
	Number string `json:"n"`
	Sent   bool   `json:"s,omitempty"`
	Lines  []line `json:"l,omitempty"` // not sent yet
	Sold   []sold `json:"i,omitempty"` // by item
	Owed   owed   `json:"o,omitzero"`
}

// owed is what guests owe beside their lines.
type owed struct {
	Discounts money.Amount `json:"d,omitempty"`
	Charges   money.Amount `json:"c,omitempty"`
	Taxes     money.Amount `json:"t,omitempty"`
}

type line struct {
	ID id.Line `json:"id"`
	sold
}

// sold is what lines of one name add up to.
type sold struct {
	Name     string       `json:"n"`
	Quantity int64        `json:"q"`
	Amount   money.Amount `json:"a"`
}

// SalesFold counts an order when it is first sent, and its lines as they are
// sent, for the business day on which it was opened; a cancelled one is taken
// back. What is sent owes sales - discounts + charges + taxes.
func SalesFold(p *Page, e event.Event) error {
	switch f := e.Payload.(type) {
	case event.VenuePublished:
		Remember(p, "place", &place{f.Zone})
		where := store.Place{Restaurant: p.Box.Restaurant, SaidAt: e.At, SaidBy: p.Box.ID, Name: f.Name, Currency: f.Currency, Zone: f.Zone, DayStart: f.DayStart}
		p.Later(func(t *store.Tx) error { return t.SetPlace(p.Box.Organisation, where) })
	case event.OrderOpened:
		hour, err := localHour(p, e.At)
		if err == nil {
			Remember(p, f.Order.String(), &check{Day: e.Day, Hour: hour, Number: f.Number.String(), Sent: f.Status != "" && f.Status != "open"})
		}
		return err
	case event.LineAdded:
		return change(p, f.Order, func(c *check) error {
			l := line{f.Line, sold{f.Name, f.Quantity, f.Amount}}
			if !f.Sent {
				c.Lines = append(c.Lines, l)
				return nil
			}
			c.first(p)
			count(p, c, l.sold, 1)
			return c.sell(l.sold)
		})
	case event.OrderSent:
		return change(p, f.Order, func(c *check) error { return sent(p, c, e, f) })
	case event.StatusChanged:
		if f.To != "cancelled" {
			return nil
		}
		err := change(p, f.Order, func(c *check) error { takeBack(p, c); return nil })
		p.Forget(f.Order.String()) // it cannot change any more
		return err
	}
	return errors.Join(corrected(p, e), paid(p, e))
}

// corrected takes in what became of lines and sums after they were rung.
func corrected(p *Page, e event.Event) error {
	switch f := e.Payload.(type) {
	case event.LineChanged:
		return change(p, f.Order, func(c *check) error {
			for i := range c.Lines {
				if l := &c.Lines[i]; l.ID == f.Line {
					l.Quantity, l.Amount = f.Quantity, f.Amount
				}
			}
			return nil
		})
	case event.LineRemoved:
		return change(p, f.Order, func(c *check) error { c.drop(f.Line); return nil })
	case event.LineVoided:
		return change(p, f.Order, func(c *check) error { return c.unsell(p, sold{f.Name, f.Quantity, f.Amount}) })
	case event.LinesMoved:
		return change(p, f.Order, func(c *check) (err error) {
			for _, l := range f.Lines {
				if c.drop(l.Line); l.Sent {
					err = errors.Join(err, c.unsell(p, sold{l.Name, l.Quantity, l.Amount}))
				}
			}
			return err
		})
	case event.Reckoned:
		for _, o := range f.Owed {
			if err := change(p, o.Order, func(c *check) error {
				now := owed{o.Discounts, o.Charges, o.Taxes}
				if c.Sent {
					countOwed(p, c, owed{now.Discounts - c.Owed.Discounts, now.Charges - c.Owed.Charges, now.Taxes - c.Owed.Taxes})
				}
				c.Owed = now
				return nil
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// first counts an order when something of it is first sent.
func (c *check) first(p *Page) {
	if !c.Sent {
		c.Sent = true
		p.Add(c.Day, c.Hour, Orders, "", "", 1)
		countOwed(p, c, c.Owed)
	}
}

// drop forgets a line that was not sent.
func (c *check) drop(l id.Line) {
	c.Lines = slices.DeleteFunc(c.Lines, func(have line) bool { return have.ID == l })
}

// unsell takes back what was sent.
func (c *check) unsell(p *Page, l sold) error {
	count(p, c, l, -1)
	return c.sell(sold{l.Name, -l.Quantity, -l.Amount})
}

func countOwed(p *Page, c *check, o owed) {
	p.Add(c.Day, c.Hour, Discount, "", "", int64(o.Discounts))
	p.Add(c.Day, c.Hour, Charges, "", "", int64(o.Charges))
	p.Add(c.Day, c.Hour, Taxes, "", "", int64(o.Taxes))
}

func sent(p *Page, c *check, e event.Event, f event.OrderSent) (err error) {
	c.first(p)
	now := make(map[id.Line]bool, len(f.Lines))
	for _, l := range f.Lines {
		now[l] = true
	}
	c.Lines = slices.DeleteFunc(c.Lines, func(l line) bool {
		if now[l.ID] {
			count(p, c, l.sold, 1)
			err = errors.Join(err, c.sell(l.sold))
		}
		return now[l.ID]
	})
	if err != nil {
		return err
	}
	number := c.Number
	p.Later(func(t *store.Tx) error {
		return t.LastOrder(p.Box.Organisation, p.Box.Restaurant, e.At, number, int64(f.Total))
	})
	return nil
}

func takeBack(p *Page, c *check) {
	if !c.Sent {
		return
	}
	p.Add(c.Day, c.Hour, Orders, "", "", -1)
	countOwed(p, c, owed{-c.Owed.Discounts, -c.Owed.Charges, -c.Owed.Taxes})
	for _, l := range c.Sold {
		count(p, c, l, -1)
	}
}

// sell remembers what a sent line added.
func (c *check) sell(l sold) error {
	for i := range c.Sold {
		if s := &c.Sold[i]; s.Name == l.Name {
			n, err := money.Amount(s.Quantity).Plus(money.Amount(l.Quantity))
			if err != nil {
				return err
			}
			s.Quantity = int64(n)
			s.Amount, err = s.Amount.Plus(l.Amount)
			return err
		}
	}
	c.Sold = append(c.Sold, l)
	return nil
}

// count adds what was sold to the sums, or takes it back.
func count(p *Page, c *check, l sold, sign int64) {
	p.Add(c.Day, c.Hour, Sales, "", "", sign*int64(l.Amount))
	p.Add(c.Day, c.Hour, Quantity, "", "", sign*l.Quantity)
	p.Add(c.Day, c.Hour, Sales, ByItem, l.Name, sign*int64(l.Amount))
	p.Add(c.Day, c.Hour, Quantity, ByItem, l.Name, sign*l.Quantity)
}

func localHour(p *Page, at int64) (int, error) {
	where, err := Recall[place](p, "place")
	if err != nil || where == nil {
		return time.UnixMilli(at).UTC().Hour(), err
	}
	zone, err := time.LoadLocation(where.Zone)
	if err != nil {
		return 0, fmt.Errorf("zone of the restaurant: %w", err)
	}
	return time.UnixMilli(at).In(zone).Hour(), nil
}

// change reads what is remembered of an order, changes it, and keeps it.
func change(p *Page, order id.Order, with func(*check) error) error {
	c, err := Recall[check](p, order.String())
	if err != nil {
		return err
	}
	if c == nil {
		return fmt.Errorf("order %s is not known here", order)
	}
	if err := with(c); err != nil {
		return err
	}
	Remember(p, order.String(), c)
	return nil
}
