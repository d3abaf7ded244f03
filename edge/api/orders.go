package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/kitchen"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

func badField(where, message string) error {
	return fault.Newf(fault.Invalid, "invalid", "The request was refused: %s %s.", where, message).At(where, message)
}

// Keyed is the header part of a write by a program.
type Keyed struct {
	Key         string `header:"Idempotency-Key" maxLength:"200" doc:"Repeat a request with its key: it is done once and answered the same"`
	Traceparent string `header:"traceparent" doc:"W3C Trace Context"`
}

// meta says who wishes, and makes the wish recognisable where it has a key.
func (k Keyed) meta(ctx context.Context, route string, body []byte) journal.Meta {
	who := door.Who(ctx)
	m := journal.Meta{Device: who.Device, Staff: who.Staff, TP: traceparent(k.Traceparent)}
	if k.Key == "" {
		m.Command = id.New[id.Command]() // no promise about retries
		return m
	}
	m.Command = id.Derived[id.Command](who.Subject, route, k.Key)
	sum := sha256.Sum256(body)
	m.Body = &sum
	return m
}

// traceparent is kept only where it has the form of W3C Trace Context, version 00.
func traceparent(s string) string {
	if len(s) != 55 || strings.Trim(s, "0123456789abcdef-") != "" || s[:3] != "00-" {
		return ""
	}
	return s
}

type placeIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		CustomerID   string  `json:"customerId,omitempty" format:"uuid"`
		RestaurantID string  `json:"restaurantId" format:"uuid"`
		TableNumber  Table   `json:"tableNumber,omitempty"`
		Items        []entry `json:"items" minItems:"1" maxItems:"500"`
	}
}

type entry struct {
	MenuItemID    string   `json:"menuItemId" format:"uuid" doc:"A sellable variant"`
	Quantity      int64    `json:"quantity" minimum:"1" maximum:"999"`
	Modifications []string `json:"modifications,omitempty" maxItems:"50" doc:"Modifiers of the item by name; what matches none is a note to the kitchen, at most 80 characters"`
	Modifiers     []pick   `json:"modifiers,omitempty" maxItems:"50" doc:"Modifiers of the item by id"`
	Combo         []part   `json:"combo,omitempty" maxItems:"50" doc:"What was chosen, where the item is a set menu"`
	Price         Decimal  `json:"price,omitempty" doc:"Of one without modifiers, where the item has no price of its own"`
}

// part is what was chosen in one part of a set menu.
type part struct {
	Part          string   `json:"part" doc:"As the menu names it"`
	MenuItemID    string   `json:"menuItemId" format:"uuid"`
	Modifications []string `json:"modifications,omitempty" maxItems:"50"`
	Modifiers     []pick   `json:"modifiers,omitempty" maxItems:"50"`
}

// parts reads what was chosen of a set menu. at names the list.
func parts(at string, in []part) (list []order.NewPart, err error) {
	for i, p := range in {
		at := fmt.Sprintf("%s[%d]", at, i)
		item, err := id.Parse[id.Item](p.MenuItemID)
		if err != nil {
			return nil, badField(at+".menuItemId", err.Error())
		}
		chosen, err := picks(at+".modifiers", p.Modifiers)
		if err != nil {
			return nil, err
		}
		list = append(list, order.NewPart{Part: p.Part, Item: item, Modifications: p.Modifications, Picks: chosen})
	}
	return list, nil
}

// pick is a modifier that was chosen.
type pick struct {
	ModifierID string `json:"modifierId" format:"uuid"`
	Quantity   int64  `json:"quantity,omitempty" minimum:"1" maximum:"99" doc:"One where it is absent"`
	Pre        string `json:"pre,omitempty" enum:"no,extra,side"`
	Modifiers  []pick `json:"modifiers,omitempty" maxItems:"50" doc:"Of the groups of this modifier"`
}

// picks reads what was chosen. at names the list.
func picks(at string, in []pick) (list []menu.Pick, err error) {
	for i, p := range in {
		at := fmt.Sprintf("%s[%d]", at, i)
		mod, err := id.Parse[id.Modifier](p.ModifierID)
		if err != nil {
			return nil, badField(at+".modifierId", err.Error())
		}
		inner, err := picks(at+".modifiers", p.Modifiers)
		if err != nil {
			return nil, err
		}
		list = append(list, menu.Pick{Modifier: mod, Quantity: p.Quantity, Pre: p.Pre, Picks: inner})
	}
	return list, nil
}

type orderOut struct {
	ETag string `header:"ETag" doc:"Another one after every change"`
	Body *Order
}

func (a *API) placeOrder(ctx context.Context, in *placeIn) (*orderOut, error) {
	start := a.Now()
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	restaurant, err := id.Parse[id.Restaurant](in.Body.RestaurantID)
	if err != nil {
		return nil, badField("body.restaurantId", err.Error())
	}
	if restaurant != place.Restaurant {
		return nil, fault.New(fault.NotFound, "restaurant_unknown", "This box does not serve that restaurant.")
	}
	c := order.Place{Open: order.Open{Table: string(in.Body.TableNumber), Source: "api"}}
	if c.Customer, err = optional[id.Customer]("body.customerId", in.Body.CustomerID); err != nil {
		return nil, err
	}
	if c.AddLines.Lines, err = entries(in.Body.Items, place.Money); err != nil {
		return nil, err
	}
	m := in.meta(ctx, "POST /api/v1/orders", in.RawBody)
	r, err := a.Orders.Do(ctx, m, id.Made[id.Order](m.Command, 0), c)
	if err != nil {
		return nil, err
	}
	v := order.FromFacts(r.Events)
	if !r.Repeated {
		a.metrics.placed(a.Now().Sub(start))
		a.Log.Info("order", slog.String("order", v.ID.String()), slog.String("number", v.Number.String()), slog.String("command", m.Command.String()),
			slog.Int("lines", len(v.Lines)), slog.Int64("total", int64(v.Total)), slog.Int64("seq", r.Seq))
	}
	return &orderOut{etag(v), show(v, place)}, nil
}

func entries(in []entry, cur money.Currency) ([]order.NewLine, error) {
	lines := make([]order.NewLine, len(in))
	for i, e := range in {
		item, err := id.Parse[id.Item](e.MenuItemID)
		if err != nil {
			return nil, badField(fmt.Sprintf("body.items[%d].menuItemId", i), err.Error())
		}
		chosen, err := picks(fmt.Sprintf("body.items[%d].modifiers", i), e.Modifiers)
		if err != nil {
			return nil, err
		}
		lines[i] = order.NewLine{Item: item, Quantity: e.Quantity, Modifications: e.Modifications, Picks: chosen}
		if lines[i].Price, err = amountOf(fmt.Sprintf("body.items[%d].price", i), e.Price, cur); err != nil {
			return nil, err
		}
		if lines[i].Combo, err = parts(fmt.Sprintf("body.items[%d].combo", i), e.Combo); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

func optional[T id.ID[K], K any](where, s string) (v T, err error) {
	if s == "" {
		return v, nil
	}
	if v, err = id.Parse[T, K](s); err != nil {
		err = badField(where, err.Error())
	}
	return v, err
}

// place is the venue in force.
func (a *API) place(ctx context.Context) (*venue.Venue, error) {
	return a.Venues.Latest(ctx, a.Journal.DB())
}

type orderIn struct {
	OrderID string `path:"orderId" format:"uuid"`
}

func (a *API) order(ctx context.Context, in *orderIn) (*orderOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	out := &orderOut{}
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		v, err := order.Load(q, o)
		if err != nil {
			return err
		}
		if v == nil {
			return errNoOrder
		}
		out.ETag = etag(v)
		tickets, err := kitchen.Tickets(q, o)
		if err == nil {
			out.Body, err = a.showWhole(q, v, tickets[o], place)
		}
		return err
	})
	return out, err
}

var errNoOrder = fault.New(fault.NotFound, "order_unknown", "There is no such order here.")

// etag names an order as it is.
func etag(v *order.View) string { return fmt.Sprintf("%q", strconv.FormatInt(v.Seq, 10)) }

// knownOrder reads the id of an order that there is.
func (a *API) knownOrder(ctx context.Context, s string) (o id.Order, err error) {
	if o, err = id.Parse[id.Order](s); err != nil {
		return o, badField("path.orderId", err.Error())
	}
	return o, a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		b, err := order.BriefOf(q, o)
		if err == nil && b == nil {
			err = errNoOrder
		}
		return err
	})
}

// showWhole is an order with its tickets, with what it has of the lines of its visit.
func (a *API) showWhole(q sqlite.Queryer, v *order.View, tickets []kitchen.Progress, place *venue.Venue) (_ *Order, err error) {
	if v.Split {
		if v.Has, err = order.Has(q, v); err != nil {
			return nil, err
		}
	}
	o := show(v, place)
	if l, ok := a.Orders.LeaseOf(v.ID); ok {
		o.PayingUntil = moment(l.Until)
	}
	o.Tickets = showTickets(tickets, place)
	return o, nil
}

type ordersIn struct {
	Status string `query:"status" enum:"open,placed,preparing,ready,served,cancelled,merged" doc:"Only orders in this status"`
	Open   bool   `query:"open" doc:"Only orders that are neither served nor cancelled"`
	Since  string `query:"since" maxLength:"40" doc:"Only orders opened at or after this time (RFC 3339, or UTC milliseconds)"`
	Visit  string `query:"visit" format:"uuid" doc:"Only the checks of the visit of this order: its guests pay apart"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string `query:"cursor" maxLength:"20" doc:"From the page before"`
}

type ordersOut struct {
	Body struct {
		Orders []*Order `json:"orders"`
		Cursor string   `json:"cursor" doc:"Of the next page; empty at the end"`
	}
}

func (a *API) orders(ctx context.Context, in *ordersIn) (*ordersOut, error) {
	f := order.Filter{Status: order.Status(in.Status), Open: in.Open, Limit: in.Limit}
	var e1, e2, e3 error
	f.Since, e1 = parseTime("query.since", in.Since)
	f.After, e2 = parseCursor(in.Cursor)
	f.Visit, e3 = optional[id.Order]("query.visit", in.Visit)
	if err := errors.Join(e1, e2, e3); err != nil {
		return nil, err
	}
	out := &ordersOut{}
	out.Body.Orders = []*Order{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		page, next, err := order.List(q, f)
		if err != nil {
			return err
		}
		ids := make([]id.Order, len(page))
		for i, v := range page {
			ids[i] = v.ID
		}
		tickets, err := kitchen.Tickets(q, ids...)
		if err != nil {
			return err
		}
		for _, v := range page {
			o, err := a.showWhole(q, v, tickets[v.ID], place)
			if err != nil {
				return err
			}
			out.Body.Orders = append(out.Body.Orders, o)
		}
		out.Body.Cursor = cursor(next)
		return nil
	})
	return out, err
}

type statusIn struct {
	Keyed
	OrderID string `path:"orderId" format:"uuid"`
	RawBody []byte
	Body    struct {
		Status   string `json:"status" enum:"open,placed,preparing,ready,served,cancelled" doc:"The next one: preparing, ready, served; or cancelled"`
		Approval string `json:"approvalId,omitempty" format:"uuid" doc:"A manager's word, where it takes one: of an order that the kitchen has"`
	}
}

type statusOut struct {
	Body struct {
		OrderID string `json:"orderId" format:"uuid"`
		Status  string `json:"status"`
	}
}

func (a *API) setStatus(ctx context.Context, in *statusIn) (*statusOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	to, err := order.ParseStatus(in.Body.Status)
	if err != nil {
		return nil, err
	}
	wish := order.SetStatus{To: to, Permit: order.Permit{Role: door.Who(ctx).Role}}
	if in.Body.Approval != "" {
		if wish.Approval, err = id.Parse[id.Approval](in.Body.Approval); err != nil {
			return nil, badField("body.approvalId", err.Error())
		}
	}
	m := in.meta(ctx, "POST /api/v1/orders/"+in.OrderID+"/status", in.RawBody)
	if _, err := a.Orders.Do(ctx, m, o, wish); err != nil {
		return nil, err
	}
	out := &statusOut{}
	out.Body.OrderID, out.Body.Status = o.String(), string(to)
	return out, nil
}
