package box_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// waiter is a tablet that sends commands on checks.
type waiter struct {
	h     *boxtest.House
	token string // empty: the manager's
}

// said is what the box said to a command.
type said struct {
	Seq     int64
	Problem *struct {
		Status       int
		Code, Detail string
	}
	Order *check
}

func (s said) code() string {
	if s.Problem == nil {
		return ""
	}
	return s.Problem.Code
}

// check is an order as the API shows it.
type check struct {
	OrderID, Number, Type, Status, MergedInto, PayingUntil string
	Covers                                                 int
	TotalAmount, DiscountAmount, ServiceCharge, TaxAmount  json.Number
	Parts                                                  []json.Number
	Items                                                  []struct {
		LineID, Name, Course, Share string
		Quantity, Voided, Rev       int64
		Amount                      json.Number
		Seats                       []int
		Held, Sent                  bool
	}
}

func (w waiter) say(typ, order, data string) (s said) {
	w.h.T.Helper()
	body := fmt.Sprintf(`{"commands":[{"id":%q,"type":%q,"order":%q,"data":%s}]}`, id.New[id.Command](), typ, order, data)
	var headers []string
	if w.token != "" {
		headers = []string{"Authorization", "Bearer " + w.token}
	}
	var out struct{ Results []said }
	w.h.Do("POST", "/api/v1/commands", body, headers...).JSON(w.h.T, &out)
	if len(out.Results) != 1 {
		w.h.T.Fatalf("%s was not answered: %s", typ, body)
	}
	return out.Results[0]
}

// does is say of what must work.
func (w waiter) does(typ, order, data string) said {
	w.h.T.Helper()
	s := w.say(typ, order, data)
	if s.Problem != nil {
		w.h.T.Fatalf("%s %s: %+v", typ, data, *s.Problem)
	}
	return s
}

func (w waiter) opens(data string) string {
	w.h.T.Helper()
	o := id.New[id.Order]().String()
	w.does("order.open", o, data)
	return o
}

// rings one thing, and says which line it is.
func (w waiter) rings(order, item string, quantity int, more string) string {
	w.h.T.Helper()
	l := id.New[id.Line]().String()
	w.does("order.add_lines", order, fmt.Sprintf(`{"lines":[{"line":%q,"menuItemId":%q,"quantity":%d%s}]}`, l, item, quantity, more))
	return l
}

func (w waiter) sees(order string) (c check) {
	w.h.T.Helper()
	w.h.Do("GET", "/api/v1/orders/"+order, "").JSON(w.h.T, &c)
	return c
}

// others are the checks of the room but these, as they were opened.
func (w waiter) others(than ...string) (list []string) {
	w.h.T.Helper()
	var out struct{ Orders []check }
	w.h.Do("GET", "/api/v1/orders?limit=500", "").JSON(w.h.T, &out)
	for _, o := range out.Orders {
		if !strings.Contains(strings.Join(than, " "), o.OrderID) {
			list = append(list, o.OrderID)
		}
	}
	return list
}

func (w waiter) owes(order, total string) {
	w.h.T.Helper()
	if c := w.sees(order); c.TotalAmount.String() != total {
		w.h.T.Errorf("the check owes %s, not %s: %+v", c.TotalAmount, total, c)
	}
	if b := bill(w.h, order, 0); b.Total.String() != total {
		w.h.T.Errorf("its bill says %s, not %s", b.Total, total)
	}
}

func openRoom(t *testing.T, change func(*doc.Venue)) waiter {
	t.Helper()
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	if change != nil {
		taxed(h, change)
	}
	return waiter{h: h}
}

// What is not sent is edited and taken off; what is sent is voided, with a reason, and
// the station hears of it. A sent line is never edited.
func TestASentLineIsVoidedAndTheStationHearsOfIt(t *testing.T) {
	w := openRoom(t, nil)
	o := w.opens(`{"tableNumber":12,"covers":2}`)
	bowl, chips := w.rings(o, boxtest.Bowl, 2, `,"seats":[2,1]`), w.rings(o, boxtest.Chips, 1, "")
	w.does("order.change_line", o, fmt.Sprintf(`{"line":%q,"quantity":3,"notes":["no onions"]}`, bowl))
	w.owes(o, "28.40")
	w.does("order.remove_line", o, fmt.Sprintf(`{"line":%q}`, chips))
	w.owes(o, "26.25")
	w.does("order.send", o, "{}")
	hot := out(w.h, w.h.Hot, 1)
	if !strings.Contains(hot[0], "NO onions") || !strings.Contains(hot[0], "Seat 1, 2") || strings.Contains(strings.Join(hot, ""), "Chips") {
		t.Errorf("the slip is\n%s", hot[0])
	}
	for typ, code := range map[string]string{"order.change_line": "line_sent", "order.remove_line": "line_sent"} {
		if s := w.say(typ, o, fmt.Sprintf(`{"line":%q%s}`, bowl, map[bool]string{true: `,"quantity":9`}[typ == "order.change_line"])); s.code() != code {
			t.Errorf("%s of a sent line: %+v", typ, s.Problem)
		}
	}
	if s := w.say("order.void_line", o, fmt.Sprintf(`{"line":%q,"quantity":1}`, bowl)); s.code() != "reason_missing" {
		t.Errorf("without a reason: %+v", s.Problem)
	}
	w.does("order.void_line", o, fmt.Sprintf(`{"line":%q,"quantity":1,"reason":"Guest left"}`, bowl))
	w.owes(o, "17.50")
	hot = out(w.h, w.h.Hot, 2)
	if s := hot[1]; !strings.Contains(s, "VOID") || !strings.Contains(s, "Guest left") || !strings.Contains(s, "Chicken Bowl") {
		t.Errorf("the slip is\n%s", s)
	}
	if s := w.say("order.void_line", o, fmt.Sprintf(`{"line":%q,"quantity":3,"reason":"x"}`, bowl)); s.code() != "quantity" {
		t.Errorf("more than there is: %+v", s.Problem)
	}
	if i := w.sees(o).Items; len(i) != 1 || i[0].Quantity != 2 || i[0].Voided != 1 || len(i[0].Seats) != 2 {
		t.Errorf("the check shows %+v", i)
	}
	replays(w.h, "check_line")
}

// What is held stays until somebody fires it, by line or by course; a round is had once more.
func TestACourseWaitsUntilItIsFired(t *testing.T) {
	w := openRoom(t, nil)
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Chips, 1, `,"course":"Starters"`)
	w.rings(o, boxtest.Bowl, 1, `,"course":"Mains","hold":true`)
	w.does("order.send", o, "{}")
	out(w.h, w.h.Cold, 1)
	if n := len(w.h.Hot.Slips()); n != 0 {
		t.Errorf("the hot line has %d slips of a course that is held", n)
	}
	if s := w.say("order.send", o, "{}"); s.code() != "nothing_to_send" {
		t.Errorf("held lines were sent: %+v", s)
	}
	w.does("order.fire", o, `{"course":"mains"}`)
	if s := out(w.h, w.h.Hot, 1); !strings.Contains(s[0], "Chicken Bowl") {
		t.Errorf("the slip is\n%s", s[0])
	}
	w.does("order.repeat", o, "{}")
	w.owes(o, "19.65")
	if i := w.sees(o).Items; len(i) != 3 || i[2].Name != "Chicken Bowl" || i[2].Sent {
		t.Errorf("the last round once more: %+v", i)
	}
}

// Who comes late to a line sees what became of it; what two waiters add is the union.
func TestAConflictingEditIsRefusedWithTheLineAsItIs(t *testing.T) {
	w := openRoom(t, nil)
	o := w.opens(`{"tableNumber":12}`)
	l := w.rings(o, boxtest.Bowl, 1, "")
	rev := w.sees(o).Items[0].Rev
	edit := func(n int) said {
		return w.say("order.change_line", o, fmt.Sprintf(`{"line":%q,"rev":%d,"quantity":%d}`, l, rev, n))
	}
	if s := edit(2); s.Problem != nil {
		t.Fatalf("the first: %+v", s.Problem)
	}
	if s := edit(3); s.code() != "line_changed" || s.Problem.Status != 412 || s.Order == nil || s.Order.Items[0].Quantity != 2 {
		t.Errorf("the second: %+v", s)
	}
	a := w.h.Do("GET", "/api/v1/orders/"+o, "")
	w.rings(o, boxtest.Chips, 1, "")
	b := w.h.Do("GET", "/api/v1/orders/"+o, "")
	if a.Header.Get("ETag") == "" || a.Header.Get("ETag") == b.Header.Get("ETag") {
		t.Errorf("ETag %q, after a change %q", a.Header.Get("ETag"), b.Header.Get("ETag"))
	}
}

func TestWhoPaysHasTheCheckAlone(t *testing.T) {
	w := openRoom(t, nil)
	o := w.opens(`{"tableNumber":12}`)
	l := w.rings(o, boxtest.Bowl, 1, "")
	w.does("order.send", o, "{}")
	other := waiter{h: w.h, token: w.h.Mint("server", "Sam")}
	if a := w.h.Do("POST", "/api/v1/orders/"+o+"/lease", ""); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if s := other.say("order.add_lines", o, fmt.Sprintf(`{"lines":[{"menuItemId":%q,"quantity":1}]}`, boxtest.Bowl)); s.code() != "check_leased" {
		t.Errorf("another tablet: %+v", s)
	}
	if a := w.h.Do("POST", "/api/v1/orders/"+o+"/lease", "", "Authorization", "Bearer "+other.token); a.Status != 409 {
		t.Errorf("a second lease: %d", a.Status)
	}
	other.does("order.set_status", o, `{"status":"preparing"}`) // the kitchen goes on
	if w.sees(o).PayingUntil == "" {
		t.Error("nobody sees that somebody pays")
	}
	w.does("order.change_line", o, fmt.Sprintf(`{"line":%q,"seats":[1]}`, l))
	if a := w.h.Do("DELETE", "/api/v1/orders/"+o+"/lease", ""); a.Status != 204 {
		t.Errorf("%d", a.Status)
	}
	other.rings(o, boxtest.Bowl, 1, "")
}

func sales(v *doc.Venue) {
	v.Taxes = []doc.Tax{{Name: "Sales tax", Percent: "8.875"}}
	v.Charges = []doc.Charge{{Name: "Large tables", Percent: "18", MinCovers: 6}}
}

// Covers bring the service charge of large tables; a check, its order and its bill say
// the same, and another order of the public API, too.
func TestAllThatIsOwedIsInTheTotal(t *testing.T) {
	w := openRoom(t, sales)
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Bowl, 2, "")
	w.owes(o, "19.05") // 17.50 and 1.553125
	w.does("order.set_covers", o, `{"covers":6}`)
	w.owes(o, "22.20") // 3.15 of service, which is not taxed
	if c := w.sees(o); c.ServiceCharge != "3.15" || c.TaxAmount != "1.55" || c.Covers != 6 {
		t.Errorf("%+v", c)
	}
	w.does("order.discount", o, `{"percent":10,"reason":"Friends"}`)
	w.owes(o, "19.99") // 15.75, 2.84, 1.40
	public, _ := place(w.h, bowlAndChips)
	if string(public.TotalAmount) != "21.39" { // 19.65 and 1.74
		t.Errorf("the public API says %s", public.TotalAmount)
	}
	w.owes(public.OrderID, "21.39")
	replays(w.h, "check_discount")
}

// By seat, by line, by a part of a line; evenly; and back.
func TestAGuestPaysForWhatTheGuestHad(t *testing.T) {
	w := openRoom(t, sales)
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Bowl, 1, `,"seats":[1]`)
	chips := w.rings(o, boxtest.Chips, 1, `,"seats":[2]`)
	w.rings(o, boxtest.Bowl, 1, "") // in the middle
	w.does("order.send", o, "{}")
	w.owes(o, "21.39") // 19.65
	w.does("order.split", o, `{"bySeats":true}`)
	second := w.others(o)
	if len(second) != 1 {
		t.Fatalf("the checks are %v", second)
	}
	w.owes(o, "14.29")        // 8.75 + 4.38 and 1.16
	w.owes(second[0], "7.10") // 2.15 + 4.37 and 0.58
	if i := w.sees(second[0]).Items; len(i) != 2 || i[1].Share != "1/2" || i[1].Amount != "4.37" {
		t.Errorf("the second check shows %+v", i)
	}
	if s := w.say("order.set_status", o, `{"status":"cancelled"}`); s.code() != "check_split" {
		t.Errorf("one of two checks was cancelled: %+v", s)
	}
	w.does("order.split", second[0], fmt.Sprintf(`{"lines":[{"line":%q,"parts":1,"of":3}]}`, chips))
	third := w.others(o, second[0])
	w.owes(third[0], "0.78") // 0.72 and 0.06
	w.does("order.part", o, `{"evenly":3}`)
	if p := w.sees(o).Parts; fmt.Sprint(p) != "[4.77 4.76 4.76]" {
		t.Errorf("in three parts %v", p)
	}
	w.does("order.part", o, `{"amounts":[10]}`)
	if p := w.sees(o).Parts; fmt.Sprint(p) != "[10.00 4.29]" {
		t.Errorf("ten and the rest %v", p)
	}
	w.does("order.merge", o, "{}")
	w.owes(o, "21.39")
	if c := w.sees(third[0]); c.Status != "merged" || c.MergedInto != o || c.TotalAmount != "0.00" || len(c.Items) != 0 {
		t.Errorf("a check that is over: %+v", c)
	}
	if s := w.say("order.add_lines", third[0], fmt.Sprintf(`{"lines":[{"menuItemId":%q,"quantity":1}]}`, boxtest.Bowl)); s.code() != "check_over" {
		t.Errorf("a check that is over takes lines: %+v", s)
	}
	replays(w.h, "check_line")
}

// Lines go to another table, their station hears where, and nothing is made twice.
func TestLinesGoToAnotherTable(t *testing.T) {
	w := openRoom(t, nil)
	a, b := w.opens(`{"tableNumber":12}`), w.opens(`{"tableNumber":1}`)
	bowl := w.rings(a, boxtest.Bowl, 1, "")
	w.rings(a, boxtest.Chips, 1, "")
	w.does("order.send", a, "{}")
	out(w.h, w.h.Hot, 1)
	w.does("order.comp", a, fmt.Sprintf(`{"line":%q,"reason":"Birthday"}`, bowl))
	w.owes(a, "2.15")
	w.does("order.transfer", a, fmt.Sprintf(`{"lines":[%q],"to":%q}`, bowl, b))
	if s := out(w.h, w.h.Hot, 2)[1]; !strings.Contains(s, "MOVED") || !strings.Contains(s, "TABLE 1") || !strings.Contains(s, "was at 12") {
		t.Errorf("the slip is\n%s", s)
	}
	w.owes(a, "2.15")
	w.owes(b, "0.00") // it is still on the house
	if c := w.sees(b); c.Status != "placed" || len(c.Items) != 1 || !c.Items[0].Sent || c.DiscountAmount != "8.75" {
		t.Errorf("the other table: %+v", c)
	}
	w.does("order.merge", a, fmt.Sprintf(`{"into":%q}`, b))
	w.owes(b, "2.15")
	w.owes(a, "0.00")
	if n := len(w.h.Hot.Slips()); n != 2 {
		t.Errorf("the hot line has %d slips", n)
	}
	replays(w.h, "check_discount", "ticket")
}

// Within a limit anybody, beyond it with a manager's word, which is for just this much.
func TestAVoidAboveTheLimitTakesAManagersWord(t *testing.T) {
	t.Parallel()
	f := openShift(t)
	taxed(f.House, func(v *doc.Venue) {
		v.Limits = []doc.Limit{{Role: "server", Action: "order.void", Most: "5"}, {Role: "server", Action: "order.discount", Most: "1"}}
	})
	o, _ := place(f.House, bowlAndChips)
	bowl, chips := o.Items[0].LineID, o.Items[1].LineID
	say := func(typ, data string) string {
		_, body := f.bo.do("POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"type":%q,"order":%q,"data":%s}]}`, id.New[id.Command](), typ, o.OrderID, data))
		return body
	}
	wants := func(body, what string) {
		t.Helper()
		if !strings.Contains(body, what) {
			t.Errorf("want %s: %s", what, body)
		}
	}
	wants(say("order.void_line", fmt.Sprintf(`{"line":%q,"reason":"Wrong"}`, chips)), `"seq"`)
	wants(say("order.void_line", fmt.Sprintf(`{"line":%q,"reason":"Wrong"}`, bowl)), "approval_needed")
	wants(say("order.discount", `{"amount":1.01,"reason":"Slow"}`), "approval_needed")
	wants(say("order.comp", fmt.Sprintf(`{"line":%q,"reason":"Slow"}`, bowl)), "approval_needed")
	status, body := f.bo.do("POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.void","orderId":%q,"lineId":%q,"quantity":1,"reason":"Wrong"}`, o.OrderID, bowl))
	var a asked
	if err := json.Unmarshal([]byte(body), &a); status != 201 || err != nil || a.Amount != 8.75 {
		t.Fatalf("ask: %d %s", status, body)
	}
	f.boss.want(200, `"given"`, "POST", answer(a), `{"approve":true}`)
	wants(say("order.void_line", fmt.Sprintf(`{"line":%q,"quantity":2,"reason":"Wrong","approval":%q}`, bowl, a.ApprovalID)), "approval_other")
	wants(say("order.void_line", fmt.Sprintf(`{"line":%q,"quantity":1,"reason":"Wrong","approval":%q}`, bowl, a.ApprovalID)), `"seq"`)
}

// Guests are counted when they are seated; their checks know it, those that are open
// already, too.
func TestAServiceChargeBeginsWithTheGuestsOfTheTable(t *testing.T) {
	w := openRoom(t, sales)
	early := w.opens(`{"tableNumber":12}`)
	w.rings(early, boxtest.Bowl, 2, "")
	w.owes(early, "19.05")
	var p struct{ PartyID string }
	w.h.Do("POST", "/api/v1/parties", `{"tables":["12"],"covers":6}`).JSON(t, &p)
	w.owes(early, "22.20")
	late, _ := place(w.h, bowlAndChips) // 19.65, 3.54, 1.74
	if string(late.TotalAmount) != "24.93" || w.sees(late.OrderID).Covers != 6 {
		t.Errorf("an order at their table: %s", late.TotalAmount)
	}
	if a := w.h.Do("PUT", "/api/v1/parties/"+p.PartyID, `{"covers":5}`); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	w.owes(early, "19.05")
	w.owes(late.OrderID, "21.39")
	replays(w.h, "guest_check", "party_check")
}

// What a check is split into goes on with it in the kitchen, and a table of a hundred
// lines and twenty guests is split like any other.
func TestALargeTableIsSplitAndServed(t *testing.T) {
	w := openRoom(t, sales)
	o := w.opens(`{"tableNumber":12,"covers":20}`)
	var lines []string
	for i := range 100 {
		seat := ""
		if i < 20 {
			seat = fmt.Sprintf(`,"seats":[%d]`, i+1)
		}
		lines = append(lines, fmt.Sprintf(`{"menuItemId":%q,"quantity":1%s}`, boxtest.Bowl, seat))
	}
	w.does("order.add_lines", o, `{"lines":[`+strings.Join(lines, ",")+`]}`)
	w.does("order.send", o, "{}")
	whole := w.sees(o).TotalAmount
	w.does("order.split", o, `{"bySeats":true}`)
	w.does("order.set_status", o, `{"status":"preparing"}`)
	checks := w.others(o)
	for _, other := range checks {
		if c := w.sees(other); c.Status != "preparing" || len(c.Items) != 81 {
			t.Fatalf("a guest's check is %s, with %d lines", c.Status, len(c.Items))
		}
	}
	if len(checks) != 19 {
		t.Fatalf("%d checks", 1+len(checks))
	}
	w.does("order.merge", o, "{}")
	w.owes(o, whole.String())
	w.does("order.transfer", o, fmt.Sprintf(`{"lines":[%q],"to":%q}`, w.sees(o).Items[0].LineID, w.opens(`{"tableNumber":1}`)))
	if s := w.say("order.set_server", o, `{"server":"0198f000-0000-7000-8000-0000000000ff"}`); s.code() != "server_unknown" {
		t.Errorf("a server whom nobody knows: %+v", s)
	}
	replays(w.h, "check_line")
}

// Some things have no price of their own: whoever rings them says what one costs, within
// the bounds of the menu. Nobody says what something costs that has a price.
func TestAnOpenPriceIsSaidByWhoRingsItAndByNobodyElse(t *testing.T) {
	w := openRoom(t, nil)
	menu := strings.Replace(boxtest.Menu, `"name":"Stew","price":12,`, `"name":"Stew","price":0,"open_price":{"least":5,"most":80},"modifier_groups":["Fillings"],`, 1)
	if a := w.h.Do("PUT", "/api/v1/menu/document", menu); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	o := w.opens(`{"tableNumber":12}`)
	w.rings(o, boxtest.Stew, 2, `,"price":31.5,"modifications":["Guacamole"]`)
	w.owes(o, "67.00")
	w.does("order.send", o, "{}")
	w.does("order.repeat", o, "{}")
	w.owes(o, "134.00")
	for _, c := range []struct{ item, more, says string }{
		{boxtest.Stew, "", "Stew costs what is said when it is rung"},
		{boxtest.Stew, `,"price":4.99`, "must be 5.00 to 80.00"},
		{boxtest.Stew, `,"price":80.01`, "must be 5.00 to 80.00"},
		{boxtest.Stew, `,"price":"cheap"`, "number"},
		{boxtest.Stew, `,"price":5.005`, "at most 2 decimals"},
		{boxtest.Bowl, `,"price":1`, "Chicken Bowl has a price of its own"},
	} {
		s := w.say("order.add_lines", o, fmt.Sprintf(`{"lines":[{"line":%q,"menuItemId":%q,"quantity":1%s}]}`, id.New[id.Line](), c.item, c.more))
		if s.Problem == nil || s.Problem.Status != 422 && s.Problem.Status != 400 || !strings.Contains(s.Problem.Detail, c.says) {
			t.Errorf("%s %s: %+v", c.item, c.more, s.Problem)
		}
	}
	a := w.h.Do("POST", "/api/v1/orders", fmt.Sprintf(`{"restaurantId":%q,"items":[{"menuItemId":%q,"quantity":1,"price":12.25}]}`, boxtest.Restaurant, boxtest.Stew))
	if a.Status != 201 || !strings.Contains(string(a.Body), `"totalAmount":12.25`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	table := w.h.Do("GET", "/api/v1/menu/items.csv", "")
	if !strings.Contains(string(table.Body), "Fillings,5-80") {
		t.Errorf("%s", table.Body)
	}
	if a := w.h.Do("PUT", "/api/v1/menu/items.csv", strings.Replace(string(table.Body), ",5-80", ",7.5-", 1), "Content-Type", "text/csv"); a.Status != 200 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if s := w.say("order.add_lines", o, fmt.Sprintf(`{"lines":[{"line":%q,"menuItemId":%q,"quantity":1,"price":7}]}`, id.New[id.Line](), boxtest.Stew)); s.Problem == nil || !strings.Contains(s.Problem.Detail, "must be 7.50 to ") {
		t.Errorf("%+v", s.Problem)
	}
}
