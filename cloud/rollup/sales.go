package rollup

import (
	"fmt"
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

// check is what is remembered of an order while it may still change.
type check struct {
	Day    string `json:"day"`
	Hour   int    `json:"hour"`
	Number string `json:"number"`
	Sent   bool   `json:"sent"`
	Lines  []line `json:"lines,omitempty"`
}

type line struct {
	ID       id.Line      `json:"id"`
	Name     string       `json:"name"`
	Quantity int64        `json:"quantity"`
	Amount   money.Amount `json:"amount"`
	Sent     bool         `json:"sent,omitempty"`
}

// SalesFold counts an order when it is first sent, and its lines as they are
// sent, for the business day on which it was opened; a cancelled one is taken
// back. There is no tax yet, so that net sales are what the guest owes.
func SalesFold(p *Page, e event.Event) error {
	switch f := e.Payload.(type) {
	case event.VenuePublished:
		Remember(p, "place", &place{f.Zone})
		where := store.Place{Restaurant: p.Box.Restaurant, Name: f.Name, Currency: f.Currency, Zone: f.Zone, DayStart: f.DayStart}
		p.Later(func(t *store.Tx) error { return t.SetPlace(p.Box.Organisation, where) })
	case event.OrderOpened:
		hour, err := localHour(p, e.At)
		if err == nil {
			Remember(p, f.Order.String(), &check{Day: e.Day, Hour: hour, Number: f.Number.String()})
		}
		return err
	case event.LineAdded:
		return change(p, f.Order, func(c *check) error {
			c.Lines = append(c.Lines, line{ID: f.Line, Name: f.Name, Quantity: f.Quantity, Amount: f.Amount})
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

func sent(p *Page, c *check, e event.Event, f event.OrderSent) error {
	if !c.Sent {
		c.Sent = true
		p.Add(c.Day, c.Hour, Orders, "", "", 1)
	}
	now := make(map[id.Line]bool, len(f.Lines))
	for _, l := range f.Lines {
		now[l] = true
	}
	for i := range c.Lines {
		if l := &c.Lines[i]; now[l.ID] && !l.Sent {
			l.Sent = true
			count(p, c, l, 1)
		}
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
	for i := range c.Lines {
		if l := &c.Lines[i]; l.Sent {
			count(p, c, l, -1)
		}
	}
}

// count adds a line to the sums, or takes it back.
func count(p *Page, c *check, l *line, sign int64) {
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
