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
	ByItem   = "item" // dimension
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
// back. There is no tax yet, so that net sales are what the guest owes.
func SalesFold(p *Page, e event.Event) error {
	switch f := e.Payload.(type) {
	case event.VenuePublished:
		Remember(p, "place", &place{f.Zone})
		where := store.Place{Restaurant: p.Box.Restaurant, SaidAt: e.At, SaidBy: p.Box.ID, Name: f.Name, Currency: f.Currency, Zone: f.Zone, DayStart: f.DayStart}
		p.Later(func(t *store.Tx) error { return t.SetPlace(p.Box.Organisation, where) })
	case event.OrderOpened:
		hour, err := localHour(p, e.At)
		if err == nil {
			Remember(p, f.Order.String(), &check{Day: e.Day, Hour: hour, Number: f.Number.String()})
		}
		return err
	case event.LineAdded:
		return change(p, f.Order, func(c *check) error {
			c.Lines = append(c.Lines, line{f.Line, sold{f.Name, f.Quantity, f.Amount}})
			return nil
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
	return nil
}

func sent(p *Page, c *check, e event.Event, f event.OrderSent) (err error) {
	if !c.Sent {
		c.Sent = true
		p.Add(c.Day, c.Hour, Orders, "", "", 1)
	}
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
