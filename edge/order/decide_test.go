package order_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

var (
	here    = id.Must[id.Order]("0198f000-0000-7000-8000-000000000301")
	bowl    = id.Must[id.Item]("0198f000-0000-7000-8000-000000000101")
	chips   = id.Must[id.Item]("0198f000-0000-7000-8000-000000000102")
	gone    = id.Must[id.Item]("0198f000-0000-7000-8000-000000000199")
	line1   = id.Must[id.Line]("0198f000-0000-7000-8000-000000000401")
	line2   = id.Must[id.Line]("0198f000-0000-7000-8000-000000000402")
	guac    = id.Must[id.Modifier]("0198f000-0000-7000-8000-000000000201")
	less    = id.Must[id.Modifier]("0198f000-0000-7000-8000-000000000203")
	command = id.Must[id.Command]("0198f000-0000-7000-8000-000000000501")
)

func world(t testing.TB) order.World {
	t.Helper()
	m, err := menu.Parse([]byte(`{"currency":"USD","items":[
		{"id":"` + bowl.String() + `","name":"Chicken Bowl","price":8.75,"station":"Hot line","prep_minutes":15,"modifier_groups":["Fillings"]},
		{"id":"` + chips.String() + `","name":"Chips","price":2.15}],
		"modifier_groups":[{"name":"Fillings","modifiers":[{"id":"` + guac.String() + `","name":"Guacamole","price":2},{"id":"` + less.String() + `","name":"No bowl","price":-9}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := venue.Parse([]byte(`{"restaurant":"0198f000-0000-7000-8000-000000000001","name":"Luz","currency":"USD","zone":"America/Chicago",
		"sections":[{"name":"Room","tables":[{"name":"B4","seats":1}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return order.World{Command: command, Venue: v, Rules: v.Rules, Now: m.At(time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC), v.Location(), "takeaway", menu.Overlay{}), Number: event.Number{Series: "A", N: 214}}
}

func one(item id.Item, quantity int64, mods ...string) order.AddLines {
	return order.AddLines{Lines: []order.NewLine{{Line: line1, Item: item, Quantity: quantity, Modifications: mods}}}
}

func opened(s order.Status) *order.Check {
	return &order.Check{ID: here, Status: s, Total: 1000, Lines: 1}
}

func TestDecide(t *testing.T) {
	w := world(t)
	bowlLine := event.LineAdded{Order: here, Line: line1, Item: bowl, Name: "Chicken Bowl", Quantity: 2, UnitPrice: 1075, Amount: 2150,
		Modifiers: []event.Modified{{Modifier: guac, Name: "Guacamole", Price: 200}}, Notes: []string{"no onions"}, Station: "Hot line", PrepMinutes: 15}
	waiting := &order.Check{ID: here, Status: order.StatusPlaced, Total: 2150, Lines: 2, Unsent: []order.Line{{ID: line2, Amount: 215}}}
	slow := &order.Check{ID: here, Status: order.StatusPlaced, Total: 2150, Lines: 2, Unsent: []order.Line{{ID: line2, Amount: 215, PrepMinutes: 240}}}
	for _, c := range []struct {
		name  string
		given *order.Check
		when  order.Command
		queue int
		then  []event.Payload
		code  string
		where string
	}{
		{name: "a table of the plan", when: order.Open{Table: "b4", Source: "tablet"},
			then: []event.Payload{event.OrderOpened{Order: here, Number: w.Number, Type: "dine_in", Table: "B4", Source: "tablet"}}},
		{name: "a table that is not on the plan", when: order.Open{Table: "5", Source: "api"},
			then: []event.Payload{event.OrderOpened{Order: here, Number: w.Number, Type: "dine_in", Table: "5", OffPlan: true, Source: "api"}}},
		{name: "no table", when: order.Open{Source: "api"},
			then: []event.Payload{event.OrderOpened{Order: here, Number: w.Number, Type: "takeaway", Source: "api"}}},
		{name: "an order that exists", given: opened(order.StatusOpen), when: order.Open{}, code: "order_exists"},
		{name: "a name of a table that is too long", when: order.Open{Table: strings.Repeat("x", 17)}, code: "table_name", where: "body.tableNumber"},
		{name: "a table called ESC @", when: order.Open{Table: "\x1b@"}, code: "table_name", where: "body.tableNumber"},

		{name: "a line with a modifier and a note", given: opened(order.StatusOpen), when: one(bowl, 2, "  gUACAMOLE ", "no onions"), then: []event.Payload{bowlLine}},
		{name: "a line on an order that is not there", when: one(bowl, 1), code: "order_unknown"},
		{name: "a line on a cancelled order", given: opened(order.StatusCancelled), when: one(bowl, 1), code: "order_cancelled"},
		{name: "no lines", given: opened(order.StatusOpen), when: order.AddLines{}, code: "no_items", where: "body.items"},
		{name: "an item that is not on the menu", given: opened(order.StatusOpen), when: one(gone, 1), code: "items_refused", where: "body.items[0].menuItemId"},
		{name: "none of it", given: opened(order.StatusOpen), when: one(bowl, 0), code: "items_refused", where: "body.items[0].quantity"},
		{name: "a thousand", given: opened(order.StatusOpen), when: one(bowl, 1000), code: "items_refused", where: "body.items[0].quantity"},
		{name: "a note of 81 characters", given: opened(order.StatusOpen), when: one(bowl, 1, strings.Repeat("é", 81)), code: "items_refused", where: "body.items[0].modifications[0]"},
		{name: "an empty note", given: opened(order.StatusOpen), when: one(bowl, 1, "Guacamole", " \x1b "), code: "items_refused", where: "body.items[0].modifications[1]"},
		{name: "a price below nothing", given: opened(order.StatusOpen), when: one(bowl, 1, "no bowl"), code: "items_refused", where: "body.items[0].modifications"},
		{name: "one line twice", given: opened(order.StatusOpen), when: order.AddLines{Lines: []order.NewLine{{Line: line1, Item: bowl, Quantity: 1}, {Line: line1, Item: chips, Quantity: 1}}},
			code: "items_refused", where: "body.items[1].line"},
		{name: "a line with an id as the box makes them", given: opened(order.StatusOpen), when: order.AddLines{Lines: []order.NewLine{{Line: id.Made[id.Line](id.Command{}, 1), Item: bowl, Quantity: 1}}},
			code: "items_refused", where: "body.items[0].line"},
		{name: "more lines than an order takes", given: &order.Check{ID: here, Status: order.StatusOpen, Lines: order.MaxLines}, when: one(bowl, 1), code: "too_many_lines"},

		{name: "send", given: &order.Check{ID: here, Status: order.StatusOpen, Total: 1090, Lines: 2, Unsent: []order.Line{{ID: line1, PrepMinutes: 15}, {ID: line2}}}, when: order.Send{}, queue: 4,
			then: []event.Payload{event.OrderSent{Order: here, Lines: []id.Line{line1, line2}, Total: 1090, Minutes: 19, First: true}}},
		{name: "send a second round, without a time of its own", given: waiting, when: order.Send{},
			then: []event.Payload{event.OrderSent{Order: here, Lines: []id.Line{line2}, Total: 2150, Minutes: 10}}},
		{name: "send nothing", given: opened(order.StatusPlaced), when: order.Send{}, code: "nothing_to_send"},
		{name: "send what is not there", when: order.Send{}, code: "order_unknown"},
		{name: "a kitchen that is buried", given: waiting, when: order.Send{}, queue: 1000,
			then: []event.Payload{event.OrderSent{Order: here, Lines: []id.Line{line2}, Total: 2150, Minutes: 180}}},
		{name: "a dish that takes four hours by itself", given: slow, when: order.Send{}, queue: 1000,
			then: []event.Payload{event.OrderSent{Order: here, Lines: []id.Line{line2}, Total: 2150, Minutes: 240}}},
		{name: "move what is not there", when: order.SetStatus{To: order.StatusReady}, code: "order_unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := w
			w.Queue = c.queue
			got, err := order.Decide(c.given, here, c.when, w)
			f := fault.Of(err)
			switch {
			case c.code == "" && err != nil:
				t.Fatal(err)
			case c.code != "" && (err == nil || f.Code != c.code):
				t.Fatalf("facts %v, error %v; want %s", got, err, c.code)
			case c.where != "" && (len(f.Fields) == 0 || f.Fields[0].Where != c.where):
				t.Fatalf("named %v, want %s", f.Fields, c.where)
			case c.code != "" && len(got) > 0:
				t.Fatalf("refused, and facts all the same: %v", got)
			}
			if d := cmp.Diff(c.then, got); c.code == "" && d != "" {
				t.Error(d)
			}
		})
	}
}

func TestOnlyLegalMovesOfAnOrder(t *testing.T) {
	legal := map[[2]order.Status]bool{
		{order.StatusPlaced, order.StatusPreparing}: true, {order.StatusPreparing, order.StatusReady}: true, {order.StatusReady, order.StatusServed}: true,
		{order.StatusOpen, order.StatusCancelled}: true, {order.StatusPlaced, order.StatusCancelled}: true, {order.StatusPreparing, order.StatusCancelled}: true,
	}
	w := world(t)
	for _, from := range order.Statuses {
		for _, to := range order.Statuses {
			got, err := order.Decide(opened(from), here, order.SetStatus{To: to}, w)
			if legal[[2]order.Status{from, to}] {
				want := []event.Payload{event.StatusChanged{Order: here, From: string(from), To: string(to), Total: 1000}}
				if d := cmp.Diff(want, got); err != nil || d != "" {
					t.Errorf("%s to %s: %v %s", from, to, err, d)
				}
			} else if !fault.Is(err, "status_not_next") {
				t.Errorf("%s to %s: %v, %v", from, to, got, err)
			}
		}
	}
}

func TestPlaceIsOpenAddAndSendInOne(t *testing.T) {
	w := world(t)
	c := order.Place{Open: order.Open{Source: "api"}, AddLines: order.AddLines{Lines: []order.NewLine{{Item: bowl, Quantity: 2}, {Item: chips, Quantity: 3}}}}
	got, err := order.Decide(nil, here, c, w)
	if err != nil || len(got) != 4 {
		t.Fatalf("%v, %v", got, err)
	}
	sent := got[3].(event.OrderSent)
	if sent.Total != 2*875+3*215 || sent.Minutes != 15 || !sent.First || len(sent.Lines) != 2 {
		t.Errorf("sent %+v", sent)
	}
	again, err := order.Decide(nil, here, c, w)
	if d := cmp.Diff(got, again); err != nil || d != "" {
		t.Errorf("the same command makes other things the second time: %v %s", err, d)
	}
	if sent.Lines[0] != got[1].(event.LineAdded).Line || sent.Lines[0] == sent.Lines[1] {
		t.Error("lines are not what was sent")
	}
}
