package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/tyngo/tyngo/edge/kitchen"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Decimal is an amount, a JSON number: answers have exactly the currency's digits.
type Decimal string

// MarshalJSON writes the digits as they are.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d), nil }

// UnmarshalJSON takes a number as it is written; who uses it says what it may be.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	var n json.Number
	if len(b) > 0 && b[0] == '"' {
		return errNumber
	}
	err := json.Unmarshal(b, &n)
	*d = Decimal(n)
	return err
}

var errNumber = errors.New("must be a number such as 25.50")

// Schema says that this is a number.
func (Decimal) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "Written with exactly the currency's digits", Examples: []any{25.5}}
}

// amountOf reads an amount that may be absent: nil.
func amountOf(where string, n Decimal, c money.Currency) (*money.Amount, error) {
	if n == "" {
		return nil, nil
	}
	a, err := c.ParseDecimal(string(n))
	if err != nil {
		return nil, badField(where, err.Error())
	}
	return &a, nil
}

// Table is what staff call a table: a number, or a text such as "B4".
type Table string

// MarshalJSON writes plain numbers as numbers.
func (t Table) MarshalJSON() ([]byte, error) {
	if n, err := strconv.ParseUint(string(t), 10, 31); err == nil && strconv.FormatUint(n, 10) == string(t) {
		return []byte(t), nil
	}
	return json.Marshal(string(t))
}

// errTable says what a table may be.
var errTable = fmt.Errorf("tableNumber must be a whole number from 0 to %d or a text of 1 to %d characters; leave it out for takeaway", math.MaxInt32, doc.MaxTableName)

// UnmarshalJSON reads a whole number or a text; null is as absent.
func (t *Table) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil || s == "" || utf8.RuneCountInString(s) > doc.MaxTableName {
			return errTable
		}
		*t = Table(s)
		return nil
	}
	n, err := strconv.ParseUint(string(b), 10, 31)
	if err != nil {
		return errTable
	}
	*t = Table(strconv.FormatUint(n, 10))
	return nil
}

// Schema says number or text. It only describes: UnmarshalJSON checks, in words.
func (Table) Schema(huma.Registry) *huma.Schema {
	zero, most, least := 0.0, doc.MaxTableName, 1
	return &huma.Schema{Extensions: map[string]any{"oneOf": []*huma.Schema{
		{Type: huma.TypeInteger, Minimum: &zero}, {Type: huma.TypeString, MinLength: &least, MaxLength: &most},
	}}, Description: "What staff call the table; absent for takeaway", Examples: []any{5, "B4"}}
}

// Order is an order as the public API shows it.
type Order struct {
	OrderID       string    `json:"orderId" format:"uuid"`
	Number        string    `json:"number" doc:"What people call it"`
	Type          string    `json:"type" enum:"dine_in,takeaway,delivery,bar_tab"`
	Status        string    `json:"status" enum:"open,placed,preparing,ready,served,cancelled,merged"`
	RestaurantID  string    `json:"restaurantId" format:"uuid"`
	CustomerID    string    `json:"customerId,omitempty" format:"uuid"`
	TableNumber   Table     `json:"tableNumber,omitempty"`
	OnPlan        *bool     `json:"onPlan,omitempty" doc:"false: the table is not on the plan"`
	EstimatedTime string    `json:"estimatedTime" example:"15 minutes" doc:"From placing to ready, whole minutes"`
	Items         []Item    `json:"items"`
	Covers        int       `json:"covers,omitempty" doc:"Guests; absent: nobody counted them"`
	ServerID      string    `json:"serverId,omitempty" format:"uuid" doc:"Who serves it"`
	MergedInto    string    `json:"mergedInto,omitempty" format:"uuid" doc:"The order that has what this one had"`
	Discounts     Decimal   `json:"discountAmount,omitempty" doc:"What was taken off; absent: nothing"`
	Charges       Decimal   `json:"serviceCharge,omitempty" doc:"absent: none"`
	Taxes         Decimal   `json:"taxAmount,omitempty" doc:"Taxes that prices do not hold; absent: none"`
	TotalAmount   Decimal   `json:"totalAmount" doc:"What the guest owes for the order, taxes and service charge in"`
	Parts         []Decimal `json:"parts,omitempty" doc:"How it is paid, where not in one; they sum to the total"`
	Paid          Decimal   `json:"paidAmount,omitempty" doc:"Of the total, without what was given back; absent: nothing"`
	Tips          Decimal   `json:"tipAmount,omitempty" doc:"What guests gave beside it; absent: nothing"`
	Closed        bool      `json:"closed,omitempty" doc:"It is paid and done with: lines do not change any more"`
	PayingUntil   string    `json:"payingUntil,omitempty" format:"date-time" doc:"Somebody pays it at a tablet: others may not change it until then"`
	Currency      string    `json:"currency"`
	CreatedAt     string    `json:"createdAt" format:"date-time"`
	Tickets       []Ticket  `json:"tickets,omitempty"`
}

// Item is a line of an Order.
type Item struct {
	LineID        string   `json:"lineId" format:"uuid"`
	MenuItemID    string   `json:"menuItemId" format:"uuid"`
	Name          string   `json:"name"`
	Quantity      int64    `json:"quantity"`
	Modifications []string `json:"modifications" doc:"Modifiers by name, then notes to the kitchen"`
	UnitPrice     Decimal  `json:"unitPrice" doc:"One, with its modifiers"`
	Amount        Decimal  `json:"amount"`
	Sent          bool     `json:"sent" doc:"The kitchen was asked to make it"`
	Rev           int64    `json:"rev,omitempty" doc:"Its last change, absent: 0; a command that names another one is refused with 412"`
	Seats         []int    `json:"seats,omitempty" doc:"Whose it is; absent: the table's"`
	Course        string   `json:"course,omitempty"`
	Held          bool     `json:"held,omitempty" doc:"It is not sent until somebody fires it"`
	Voided        int64    `json:"voided,omitempty" doc:"How many are not wanted any more, beside the quantity"`
	Share         string   `json:"share,omitempty" doc:"What this check has of it, where others have the rest: 1/3; the amount is that share's"`
	PartOf        string   `json:"partOf,omitempty" format:"uuid" doc:"The line of the set menu that it was chosen in"`
}

// Ticket is how far a kitchen ticket of an Order is.
type Ticket struct {
	TicketID string   `json:"ticketId" format:"uuid"`
	Number   string   `json:"number"`
	Kind     string   `json:"kind" enum:"new,add_on,cancel,move,void"`
	Station  string   `json:"station"`
	Lines    []string `json:"lines" doc:"The lineIds that it asks for"`
	Printer  string   `json:"printer,omitempty"`
	State    string   `json:"state" enum:"none,queued,printing,printed,sent,unknown"`
	Problem  string   `json:"problem,omitempty" doc:"For staff: what is wrong and what to do"`
}

// show makes the public shape of an order.
func show(v *order.View, place *venue.Venue) *Order {
	o := &Order{OrderID: v.ID.String(), Number: v.Number.String(), Type: v.Type, Covers: v.Covers, ServerID: v.Server.String(), MergedInto: v.MergedInto.String(),
		Discounts: some(place.Money, v.Discounts), Charges: some(place.Money, v.Charges), Taxes: some(place.Money, v.Taxes), Paid: some(place.Money, v.Paid), Tips: some(place.Money, v.Tips), Closed: v.ClosedDay != "", Status: string(v.Status), RestaurantID: place.Restaurant.String(),
		CustomerID: v.Customer.String(), TableNumber: Table(v.Table), EstimatedTime: minutes(v), Items: make([]Item, 0, len(v.Lines)),
		TotalAmount: decimal(place.Money, v.Total), Currency: string(place.Money), CreatedAt: v.OpenedAt.Format("2006-01-02T15:04:05.000Z")}
	if v.OffPlan {
		o.OnPlan = new(bool)
	}
	for _, p := range v.Parts() {
		o.Parts = append(o.Parts, decimal(place.Money, p))
	}
	for _, l := range v.Items() {
		it := Item{LineID: l.ID.String(), MenuItemID: l.Item.String(), Name: l.Name, Quantity: l.Left(), Voided: l.Voided, Rev: l.Changed, Seats: l.Seats,
			Course: l.Course, Held: l.Held, Share: l.Share(), Modifications: []string{},
			UnitPrice: decimal(place.Money, l.UnitPrice), Amount: decimal(place.Money, l.Amount), Sent: l.Sent, PartOf: l.PartOf.String()}
		for _, m := range l.Modifiers {
			it.Modifications = append(it.Modifications, m.Text())
		}
		it.Modifications = append(it.Modifications, l.Notes...)
		o.Items = append(o.Items, it)
	}
	return o
}

// some is an amount that is absent where it is nothing.
func some(c money.Currency, a money.Amount) Decimal {
	if a == 0 {
		return ""
	}
	return decimal(c, a)
}

func decimal(c money.Currency, a money.Amount) Decimal { return Decimal(c.Decimal(a)) }

// minutes is the promised time as the public API has always written it.
func minutes(v *order.View) string {
	switch v.Status {
	case order.StatusReady, order.StatusServed, order.StatusCancelled, order.StatusMerged:
		return "0 minutes"
	}
	return strconv.Itoa(v.Minutes) + " minutes"
}

// showTickets makes the public shape of the tickets of an order.
func showTickets(list []kitchen.Progress, place *venue.Venue) []Ticket {
	stations, printers := map[id.Station]string{}, map[id.Printer]string{}
	for _, s := range place.Stations {
		stations[s.ID] = s.Name
	}
	for _, p := range place.Printers {
		printers[p.ID] = p.Name
	}
	out := make([]Ticket, len(list))
	for i, p := range list {
		out[i] = Ticket{TicketID: p.Ticket.String(), Number: "K-" + p.Number.String(), Kind: p.Kind, Station: stations[p.Station],
			Printer: printers[p.Printer], State: p.State, Problem: p.Problem, Lines: make([]string, len(p.Lines))}
		for k, l := range p.Lines {
			out[i].Lines[k] = l.String()
		}
	}
	return out
}

// cursor is how a page of a list names the next one.
func cursor(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 36)
}

func parseCursor(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 36, 64)
	if err != nil || n < 0 {
		return 0, badField("query.cursor", "is not one that this API gave")
	}
	return n, nil
}

func parseTime(where, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil && !strings.HasPrefix(s, "-") {
		return time.UnixMilli(ms), nil
	}
	t, err := time.Parse(time.RFC3339, strings.Replace(s, " ", "+", 1)) // a + that was not escaped
	if err != nil {
		return t, badField(where, "must be a time such as 2026-11-24T18:00:00Z")
	}
	return t, nil
}
