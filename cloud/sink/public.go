package sink

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Topics of the outside.
const (
	OrdersCreated     = "tyngo.orders.created"
	OrdersUpdated     = "tyngo.orders.updated"
	PaymentsProcessed = "tyngo.payments.processed"
	PaymentsFailed    = "tyngo.payments.failed"
	InventoryUpdated  = "tyngo.inventory.updated"
	AnalyticsEvents   = "tyngo.analytics.events" // every fact, as it is
)

// public is one event of the outside.
type public struct {
	topic, typ, subject string
	data                any
}

// The public events, with the fields that their users named.
type (
	orderCreated struct {
		OrderID     string          `json:"orderId"`
		CustomerID  *string         `json:"customerId"`
		Items       []item          `json:"items"`
		TotalAmount json.RawMessage `json:"totalAmount"`
		TableNumber any             `json:"tableNumber"` // number, text, or null for takeaway
		Currency    string          `json:"currency"`
	}
	orderUpdated struct {
		OrderID     string          `json:"orderId"`
		Status      string          `json:"status"`
		TotalAmount json.RawMessage `json:"totalAmount"`
		Currency    string          `json:"currency"`
		TableNumber any             `json:"tableNumber,omitempty"` // where the guests moved to another one
	}
	item struct {
		MenuItemID    string          `json:"menuItemId"`
		Name          string          `json:"name"`
		Quantity      int64           `json:"quantity"`
		Modifications []string        `json:"modifications"`
		Amount        json.RawMessage `json:"amount"`
	}
	paymentProcessed struct {
		PaymentID string `json:"paymentId"`
		OrderID   string `json:"orderId"`
		Amount    int64  `json:"amount"` // minor units
		Currency  string `json:"currency"`
		Status    string `json:"status"`
		Reason    string `json:"reason,omitempty"`
		Method    string `json:"paymentMethod,omitempty"`
		Tip       int64  `json:"tip,omitempty"`      // minor units, beside the amount
		RefundOf  string `json:"refundOf,omitempty"` // of a refund: the payment; its amount is what was given back
	}
	inventoryUpdated struct {
		ItemID        string      `json:"itemId"`
		PreviousStock json.Number `json:"previousStock"` // in units
		NewStock      json.Number `json:"newStock"`
		Reason        string      `json:"reason"`
	}
)

// memory is what is remembered of an order until it is sent first.
type memory struct {
	Customer id.Customer `json:"customer,omitzero"`
	Table    string      `json:"table,omitempty"`
	Items    []item      `json:"items"`
	Lines    []id.Line   `json:"lines,omitempty"` // of the items
}

// where is what is remembered of the box.
type where struct {
	Currency money.Currency `json:"currency"`
}

// changedOrders are the orders of which guests owe something else now, as far as the
// outside knows them.
func changedOrders(f event.Reckoned, c money.Currency) (list []public) {
	for _, o := range f.Owed {
		if o.Status != "open" {
			list = append(list, public{OrdersUpdated, "order.updated", o.Order.String(), orderUpdated{o.Order.String(), o.Status, c.Number(o.Total), string(c), nil}})
		}
	}
	return list
}

// edit changes what is remembered of an order that was not sent yet.
func edit(p *rollup.Page, o id.Order, line id.Line, with func(m *memory, at int)) error {
	m, err := rollup.Recall[memory](p, o.String())
	if err != nil || m == nil {
		return err
	}
	if at := slices.Index(m.Lines, line); at >= 0 && len(m.Lines) == len(m.Items) {
		with(m, at)
		rollup.Remember(p, o.String(), m)
	}
	return nil
}

// publicOf is the one table of what a fact is to the outside; nil where it is
// nothing but an analytics event.
func publicOf(p *rollup.Page, e event.Event) (*public, error) {
	place, err := rollup.Recall[where](p, "place")
	if err != nil {
		return nil, err
	}
	if place == nil {
		place = &where{}
	}
	switch f := e.Payload.(type) {
	case event.VenuePublished:
		rollup.Remember(p, "place", &where{money.Currency(f.Currency)})
	case event.OrderOpened:
		rollup.Remember(p, f.Order.String(), &memory{Customer: f.Customer, Table: f.Table, Items: []item{}})
	case event.LineAdded:
		m, err := rollup.Recall[memory](p, f.Order.String())
		if err != nil || m == nil {
			return nil, err // sent already: lines of a later round are told by order.updated
		}
		m.Items, m.Lines = append(m.Items, itemOf(f, place.Currency)), append(m.Lines, f.Line)
		rollup.Remember(p, f.Order.String(), m)
	case event.LineChanged:
		return nil, edit(p, f.Order, f.Line, func(m *memory, at int) {
			m.Items[at].Quantity, m.Items[at].Amount = f.Quantity, place.Currency.Number(f.Amount)
		})
	case event.LineRemoved:
		return nil, edit(p, f.Order, f.Line, func(m *memory, at int) {
			m.Items, m.Lines = slices.Delete(m.Items, at, at+1), slices.Delete(m.Lines, at, at+1)
		})
	case event.OrderSent:
		total := place.Currency.Number(f.Total)
		if !f.First {
			return &public{OrdersUpdated, "order.updated", f.Order.String(), orderUpdated{f.Order.String(), "placed", total, string(place.Currency), nil}}, nil
		}
		m, err := rollup.Recall[memory](p, f.Order.String())
		if err == nil && m == nil {
			err = fmt.Errorf("order %s is not known here", f.Order)
		}
		if err != nil {
			return nil, err
		}
		p.Forget(f.Order.String())
		return &public{OrdersCreated, "order.created", f.Order.String(),
			orderCreated{f.Order.String(), optional(m.Customer), m.Items, total, table(m.Table), string(place.Currency)}}, nil
	case event.StatusChanged:
		if f.To == "cancelled" {
			p.Forget(f.Order.String()) // it may never have been sent
		}
		return &public{OrdersUpdated, "order.updated", f.Order.String(), orderUpdated{f.Order.String(), f.To, place.Currency.Number(f.Total), string(place.Currency), nil}}, nil
	case event.OrderMoved:
		m, err := rollup.Recall[memory](p, f.Order.String())
		if err != nil || m == nil {
			return &public{OrdersUpdated, "order.updated", f.Order.String(), orderUpdated{f.Order.String(), f.Status, place.Currency.Number(f.Total), string(place.Currency), table(f.To)}}, err
		}
		m.Table = f.To // not sent yet: order.created will say it
		rollup.Remember(p, f.Order.String(), m)
	case event.PaymentSettled:
		data := paymentProcessed{PaymentID: f.Payment.String(), OrderID: f.Order.String(), Amount: int64(f.Amount), Currency: f.Currency, Status: f.Status, Reason: f.Reason}
		if f.Status == "failed" {
			return &public{PaymentsFailed, "payment.failed", f.Payment.String(), data}, nil
		}
		return &public{PaymentsProcessed, "payment.processed", f.Payment.String(), data}, nil
	case event.PaymentTaken:
		return processed(paymentProcessed{PaymentID: f.Payment.String(), OrderID: f.Order.String(), Amount: int64(f.Amount), Currency: f.Currency, Status: "succeeded", Method: f.Tender, Tip: int64(f.Tip)}), nil
	case event.TipChanged:
		return processed(paymentProcessed{PaymentID: f.Payment.String(), OrderID: f.Order.String(), Currency: f.Currency, Status: "tip_changed", Method: f.Tender, Tip: int64(f.Tip)}), nil
	case event.PaymentRefunded:
		return processed(paymentProcessed{PaymentID: f.Refund.String(), OrderID: f.Order.String(), Amount: int64(f.Amount), Currency: f.Currency, Status: "refunded", Reason: f.Reason, Method: f.Tender,
			Tip: int64(f.Tip), RefundOf: f.Payment.String()}), nil
	case event.PaymentVoided:
		return processed(paymentProcessed{PaymentID: f.Payment.String(), OrderID: f.Order.String(), Amount: int64(f.Amount), Currency: f.Currency, Status: "voided", Reason: f.Reason, Method: f.Tender, Tip: int64(f.Tip)}), nil
	case event.StockChanged:
		return &public{InventoryUpdated, "inventory.updated", f.Item.String(), inventoryUpdated{f.Item.String(), units(f.Previous), units(f.New), f.Reason}}, nil
	}
	return nil, nil
}

// processed is what became of a payment.
func processed(data paymentProcessed) *public {
	return &public{PaymentsProcessed, "payment.processed", data.PaymentID, data}
}

func itemOf(f event.LineAdded, c money.Currency) item {
	it := item{MenuItemID: f.Item.String(), Name: f.Name, Quantity: f.Quantity, Modifications: []string{}, Amount: c.Number(f.Amount)}
	for _, m := range f.Modifiers {
		it.Modifications = append(it.Modifications, m.Text())
	}
	it.Modifications = append(it.Modifications, f.Notes...)
	return it
}

func optional(c id.Customer) *string {
	if c.IsZero() {
		return nil
	}
	s := c.String()
	return &s
}

// table is a number where it is one.
func table(s string) any {
	if s == "" {
		return nil
	}
	if n, err := strconv.ParseUint(s, 10, 31); err == nil && strconv.FormatUint(n, 10) == s {
		return n
	}
	return s
}

// units writes thousandths of a unit as people read them: 25, 0.125.
func units(thousandths int64) json.Number {
	neg := ""
	if thousandths < 0 {
		neg, thousandths = "-", -thousandths
	}
	s := strconv.FormatInt(thousandths/1000, 10)
	if rest := thousandths % 1000; rest != 0 {
		frac := fmt.Sprintf("%03d", rest)
		for frac[len(frac)-1] == '0' {
			frac = frac[:len(frac)-1]
		}
		s += "." + frac
	}
	return json.Number(neg + s)
}

// cloudEvent is CloudEvents 1.0 in its JSON form.
type cloudEvent struct {
	SpecVersion     string `json:"specversion"`
	ID              string `json:"id"`
	Source          string `json:"source"`
	Type            string `json:"type"`
	Subject         string `json:"subject,omitempty"`
	Time            string `json:"time"`
	DataContentType string `json:"datacontenttype"`
	Sequence        string `json:"sequence"`
	PartitionKey    string `json:"partitionkey"`
	TraceParent     string `json:"traceparent,omitempty"`
	Data            any    `json:"data"`
}

// Fold makes the records of one fact: its public event where it is one, and the
// fact itself for analytics. Both bear the id of the fact, which stays the same when
// they are handed over again; their sources differ, so that source and id together
// name one record.
func Fold(p *rollup.Page, e event.Event) error {
	pub, err := publicOf(p, e)
	if err != nil {
		return err
	}
	if pub != nil {
		if err := emit(p, e, "", *pub); err != nil {
			return err
		}
	}
	if f, ok := e.Payload.(event.Reckoned); ok {
		place, err := rollup.Recall[where](p, "place")
		if err != nil {
			return err
		}
		if place == nil {
			place = &where{}
		}
		for _, pub := range changedOrders(f, place.Currency) {
			if err := emit(p, e, "/orders/"+pub.subject, pub); err != nil {
				return err
			}
		}
	}
	subject := event.OrderOf(e.Payload).String()
	return emit(p, e, "/journal", public{AnalyticsEvents, "tyngo." + e.Type, subject, e.Shown()})
}

func emit(p *rollup.Page, e event.Event, part string, pub public) error {
	value, err := json.Marshal(cloudEvent{SpecVersion: "1.0", ID: e.ID.String(), Type: pub.typ, Subject: pub.subject,
		Source: "/organisations/" + p.Box.Organisation.String() + "/restaurants/" + p.Box.Restaurant.String() + "/boxes/" + p.Box.ID.String() + part,
		Time:   e.Time().Format(time.RFC3339Nano), DataContentType: "application/json", Sequence: fmt.Sprintf("%019d", e.Seq), PartitionKey: p.Box.ID.String(),
		TraceParent: e.TP, Data: pub.data})
	if err == nil {
		p.Emit(rollup.Out{Topic: pub.topic, Key: p.Box.ID.String(), Value: value})
	}
	return err
}
