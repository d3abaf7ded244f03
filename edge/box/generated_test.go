package box_test

import (
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/openapi"
)

// tables are bodies for what takes CSV.
var tables = []string{"name,price\nBurger & Co,9\n", "id,name\n,\n", "name\n\"", "name,price,price\n", "name,price:Happy\nx,1\n", "name,modifier_groups\nRibs,Sauces; Temperature\n"}

// dot is a small picture.
var dot = func() string {
	var b strings.Builder
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		panic(err) // into memory
	}
	return b.String()
}()

// undone are operations of which nothing is left to be done by those who ask here.
var undone = []string{"GET /ca.crt", "GET /enrol", "POST /api/v1/clock/confirm"}

// evenings has a manager put things right, and makes the room that the next requests
// speak of: a party at one table and one at two, people who wait, and a server who asks
// for a manager's word.
func evenings(h *boxtest.House, g *openapi.Generator, server string) {
	h.T.Helper()
	must := func(status int, method, path, body string, headers ...string) boxtest.Answer {
		h.T.Helper()
		a := h.Do(method, path, body, headers...)
		if a.Status != status && !strings.Contains(string(a.Body), "owner_same") {
			h.T.Fatalf("things cannot be put right: %s %s %s: %d %s", method, path, body, a.Status, a.Body)
		}
		return a
	}
	for _, kind := range []string{"menu", "venue", "staff"} {
		must(200, "PUT", "/api/v1/documents/"+kind+"/owner", `{"owner":"box"}`)
	}
	must(200, "PUT", "/api/v1/venue", g.Base["/api/v1/venue"][0])
	must(200, "PUT", "/api/v1/menu/document", g.Base["/api/v1/menu/document"][0])
	must(200, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/availability", `{"available":true}`)
	must(200, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/portions", `{"left":null}`)
	hire(h, ana, "Ana", "manager", "8302")
	var open struct{ Orders []order }
	must(200, "GET", "/api/v1/orders?open=true&limit=500", "").JSON(h.T, &open)
	for _, o := range open.Orders {
		for _, to := range []string{"cancelled", "preparing", "ready", "served"} { // what cannot be cancelled is served
			h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"`+to+`"}`)
		}
	}
	for _, p := range roomOf(h).Parties {
		must(200, "POST", "/api/v1/parties/"+p.PartyID+"/leave", "")
	}
	for _, t := range roomOf(h).Tables {
		if t.State == "dirty" {
			must(200, "POST", "/api/v1/floor/"+t.Table+"/clear", "")
		}
	}
	for len(roomOf(h).Waiting) < 3 {
		must(201, "POST", "/api/v1/waitlist", `{"covers":3,"minutes":20}`)
	}
	seats(h, 2, "1")
	seats(h, 5, "12", "B4")
	first, _ := place(h, ringing(boxtest.Chips, 3, ""))
	o, _ := place(h, g.Base["/api/v1/orders"][0])
	var asked struct{ ApprovalID string }
	must(201, "POST", "/api/v1/approvals", fmt.Sprintf(`{"action":"order.cancel","orderId":%q,"reason":"they left"}`, o.OrderID), "Authorization", server).JSON(h.T, &asked)
	g.Named["approvalId"], g.Named["orderId"], g.Named["partyId"] = []string{asked.ApprovalID}, []string{o.OrderID}, nil
	must(200, "POST", "/api/v1/orders/"+o.OrderID+"/lease", "")
	g.Named["paymentId"] = nil
	for range 6 {
		var p paid
		must(201, "POST", "/api/v1/orders/"+o.OrderID+"/payments", `{"tender":"card_terminal","amount":0,"tip":0.10,"keepOpen":true}`).JSON(h.T, &p)
		g.Named["paymentId"] = append(g.Named["paymentId"], p.PaymentID)
	}
	h.Do("DELETE", "/api/v1/orders/"+o.OrderID+"/lease", "")
	must(201, "POST", "/api/v1/gift-cards", `{"number":"GIFT00001","amount":5,"tender":"cash"}`)
	g.Named["drawerId"] = drawers(h)
	third, _ := place(h, ringing(boxtest.Chips, 1, ""))
	h.Do("PUT", "/api/v1/people/"+leaves, `{"name":"Lee","role":"server","active":true}`)
	w := waiter{h: h}
	w.does("order.set_server", third.OrderID, fmt.Sprintf(`{"server":%q}`, leaves))
	must(200, "POST", "/api/v1/orders/"+third.OrderID+"/lease", "")
	must(201, "POST", "/api/v1/orders/"+third.OrderID+"/payments", `{"tender":"card_terminal","tip":0.10}`)
	g.Base["/api/v1/commands"] = wishes(o, first)
	g.Named["lineId"] = []string{o.Items[0].LineID}
	g.Named["device"] = nil
	for range 2 { // pages that nobody misses, and that are gone by the next time
		signIn(h, "cook")
	}
	var devices struct {
		Devices []struct{ Device, Name string }
	}
	must(200, "GET", "/api/v1/devices", "").JSON(h.T, &devices)
	for _, d := range devices.Devices {
		if d.Name == "Tablet cook" {
			g.Named["device"] = append(g.Named["device"], d.Device)
		}
	}
	is := roomOf(h)
	for _, p := range is.Parties {
		g.Named["partyId"] = append(g.Named["partyId"], p.PartyID)
	}
	for _, p := range is.Waiting[:3] {
		g.Named["partyId"] = append(g.Named["partyId"], p.PartyID)
	}
}

// leaves is a server whose guests have paid.
const leaves = "0198f000-0000-7000-8000-00000000d009"

// drawers are one that is open, one that is counted just now, and one that was.
func drawers(h *boxtest.House) (list []string) {
	h.T.Helper()
	var have struct{ Drawers []drawn }
	h.Do("GET", "/api/v1/drawers", "").JSON(h.T, &have)
	for _, d := range have.Drawers { // whatever they are, they are closed
		for _, c := range [][3]string{{"DELETE", "/count"}, {"POST", "/count"}, {"PUT", "/count", `{"coins":[]}`}, {"POST", "/close", `{"comment":"Over"}`}} {
			h.Do(c[0], "/api/v1/drawers/"+d.DrawerID+c[1], c[2])
		}
	}
	for n := range 3 {
		who := fmt.Sprintf("0198f000-0000-7000-8000-00000000d%03d", n)
		h.Do("PUT", "/api/v1/people/"+who, fmt.Sprintf(`{"name":"Drawer %d","role":"server","active":true}`, n))
		var d drawn
		h.Do("POST", "/api/v1/drawers", fmt.Sprintf(`{"name":"Drawer %d","float":50,"people":[%q]}`, n, who)).JSON(h.T, &d)
		for _, c := range [][3]string{{"POST", "/count"}, {"PUT", "/count", `{"coins":[{"value":50,"n":1}]}`}}[:n] {
			h.Do(c[0], "/api/v1/drawers/"+d.DrawerID+c[1], c[2])
		}
		if d.DrawerID == "" {
			h.T.Fatal("a drawer cannot be opened")
		}
		list = append(list, d.DrawerID)
	}
	return list
}

// wishes are commands on checks that can be done at first.
func wishes(a, b order) (list []string) {
	line := a.Items[0].LineID
	for _, c := range [][2]string{
		{"order.add_lines", fmt.Sprintf(`{"lines":[{"menuItemId":%q,"quantity":2,"seats":[1],"hold":true},{"menuItemId":%q,"quantity":1,"seats":[2]}]}`, boxtest.Chips, boxtest.Chips)},
		{"order.change_line", fmt.Sprintf(`{"line":%q,"seats":[1,2]}`, line)}, {"order.void_line", fmt.Sprintf(`{"line":%q,"quantity":1,"reason":"Wrong"}`, line)},
		{"order.comp", fmt.Sprintf(`{"line":%q,"reason":"Cold"}`, line)}, {"order.discount", `{"percent":12.5,"reason":"Friends"}`},
		{"order.discount", fmt.Sprintf(`{"line":%q,"amount":0.5,"reason":"Friends"}`, line)}, {"order.hold", `{"course":"Mains"}`}, {"order.fire", "{}"}, {"order.send", "{}"},
		{"order.repeat", "{}"}, {"order.set_covers", `{"covers":7}`}, {"order.split", fmt.Sprintf(`{"lines":[{"line":%q,"parts":1,"of":3}]}`, line)}, {"order.split", `{"bySeats":true}`},
		{"order.part", `{"evenly":3}`}, {"order.close", "{}"}, {"order.reopen", `{"reason":"One more"}`}, {"order.merge", "{}"}, {"order.merge", fmt.Sprintf(`{"into":%q}`, b.OrderID)}, {"order.transfer", fmt.Sprintf(`{"lines":[%q],"to":%q}`, line, b.OrderID)},
	} {
		list = append(list, fmt.Sprintf(`{"commands":[{"id":%q,"type":%q,"order":%q,"data":%s}]}`, id.New[id.Command](), c[0], a.OrderID, c[1]))
	}
	return list
}

// TestNoRequestIsAnsweredWithAnErrorOfOurs: requests made from OpenAPI, by a manager
// and by a server; whatever was asked, the journal stays whole, and makes the same
// tables. GENERATED is how many an operation, 200 where it is not set.
func TestNoRequestIsAnsweredWithAnErrorOfOurs(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	must(h, "PUT", "/api/v1/menu/document", strings.Replace(burgers, `"name":"Burger"`, `"name":"Burger & Co"`, 1))
	hire(h, ana, "Ana", "manager", "8302")
	first, _ := place(h, ringing(boxtest.Chips, 1, ""))
	api, err := openapi.Read(h.Do("GET", "/api/openapi.json", "").Body)
	if err != nil {
		t.Fatal(err)
	}
	n := 200
	if s := os.Getenv("GENERATED"); s != "" {
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	seed := uint64(1)
	g := &openapi.Generator{Rand: rand.New(rand.NewPCG(seed, 0)), Document: api, Known: []string{boxtest.Restaurant, boxtest.Bowl, boxtest.Chips, rare, aioli, first.OrderID,
		"0198f000-0000-7000-8000-00000000e001", "0198f000-0000-7000-8000-0000000000ff"},
		Named: map[string][]string{"restaurantId": {boxtest.Restaurant}, "menuItemId": {boxtest.Bowl, boxtest.Chips}, "modifierId": {rare, medium, aioli}, "pin": {"8302", "4711"}, "sha256": {doc.Sum([]byte(dot))},
			"table": {"1", "12", "B4"}, "tableNumber": {"1", "12", "B4"}, "customerId": {id.New[id.Customer]().String(), customer}, "addressId": {id.New[id.Address]().String()}, "number": {"GIFT00001", "GIFT00002"}, "giftCard": {"GIFT00001"}, "people": {"0198f000-0000-7000-8000-00000000e001"}, "serverId": {"0198f000-0000-7000-8000-00000000e001"}},
		Base: map[string][]string{"/api/v1/people/document": {`{"people":[{"id":"0198f000-0000-7000-8000-00000000e001","name":"Ana","role":"manager"}]}`}, "/api/v1/menu/document": {burgers}, "/api/v1/menu/check": {burgers}, "/api/v1/orders": {strings.Replace(ringing(boxtest.Chips, 1, ""), `"items"`, `"tableNumber":12,"items"`, 1)}, "/api/v1/parties": {`{"tables":["12"],"covers":2}`, `{"tables":["1"],"covers":2}`}, "/api/v1/parties/{partyId}/split": {`{"table":"12","covers":1}`, `{"table":"B4","covers":0}`},
			"/api/v1/approvals/{approvalId}/answer":                {fmt.Sprintf(`{"approve":true,"personId":%q,"pin":"8302"}`, personOf(ana)), fmt.Sprintf(`{"approve":false,"reason":"no","personId":%q,"pin":"8302"}`, personOf(ana))},
			"/api/v1/orders/{orderId}/payments":                    {`{"tender":"cash","amount":0.05}`, `{"tender":"gift_card","giftCard":"GIFT00001","amount":0.01}`, `{"tender":"room_charge","reference":"214","amount":0.01}`},
			"/api/v1/orders/{orderId}/payments/{paymentId}/refund": {`{"tip":0.01,"reason":"Cold"}`, `{"reason":"Cold"}`}, "/api/v1/orders/{orderId}/payments/{paymentId}/void": {`{"reason":"Mistake"}`},
			"/api/v1/orders/{orderId}/payments/{paymentId}/tip": {`{"tip":1}`, `{"tip":0.5}`}, "/api/v1/gift-cards": {`{"number":"GIFT00001","amount":1,"tender":"cash"}`},
			"/api/v1/checkout": {`{"personId":"` + leaves + `"}`},
			"/api/v1/drawers":  {`{"name":"Patio","float":50,"people":["` + leaves + `"]}`}, "/api/v1/drawers/{drawerId}/people": {`{"people":["0198f000-0000-7000-8000-00000000e001"]}`},
			"/api/v1/drawers/{drawerId}/moves": {`{"move":"drop","amount":1}`, `{"move":"pay_in","amount":2,"reason":"Change"}`, `{"move":"no_sale","reason":"Change"}`}, "/api/v1/drawers/{drawerId}/count": {`{"coins":[{"value":20,"n":2},{"value":5,"n":2}]}`},
			"/api/v1/drawers/{drawerId}/close": {`{"comment":"Fell behind the bar"}`},
			"/api/v1/venue":                    {string(boxtest.Venue(h.Hot.URL(), h.Cold.URL()))}},
		Plain: map[string][]string{"/api/v1/photos": {dot, dot[:20], ""}, "/api/v1/menu/items.csv": tables, "/api/v1/menu/items.csv/check": tables}}
	page := signIn(h, "server")
	tokens := []string{"Bearer " + h.Token, "Bearer " + h.Mint("server", "Sam")}
	answers := map[string]map[int]int{}
	asked := 0
	for round := range n {
		if round%8 == 0 {
			evenings(h, g, tokens[1])
		}
		for _, op := range api.Operations() {
			if op.Path == "/session" || op.Path == "/api/v1/stream" {
				continue // the page stays signed in, and a stream has no end
			}
			r := g.Request(op)
			var a boxtest.Answer
			if asked++; g.IntN(4) == 0 { // at a tablet, by whoever stands there
				a = h.Do(r.Method, r.Path, r.Body, append(r.Headers, "Authorization", "", "Cookie", page.cookie.Name+"="+page.cookie.Value)...)
			} else {
				a = h.Do(r.Method, r.Path, r.Body, append(r.Headers, "Authorization", tokens[g.IntN(len(tokens))])...)
			}
			if answers[op.Name()] == nil {
				answers[op.Name()] = map[int]int{}
			}
			answers[op.Name()][a.Status]++
			if err := api.Judge(op, openapi.Answer{Status: a.Status, ContentType: a.Header.Get("Content-Type"), Body: a.Body}); err != nil && a.Status != http.StatusNotFound {
				t.Errorf("%s %s\n%.500s\n%v", r.Method, r.Path, r.Body, err)
			}
			if t.Failed() && asked > 20_000 {
				t.FailNow()
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if t.Logf("%-55s %v", name, fmt.Sprint(answers[name])); n >= 200 && answers[name][200]+answers[name][201]+answers[name][204] == 0 && !slices.Contains(undone, name) {
			t.Errorf("%s was never done, so it was not tried in earnest", name)
		}
	}
	if a := h.Do("GET", "/ready", ""); a.Status != 200 {
		t.Errorf("the box is not ready: %s", a.Body)
	}
	sound(h, "all that was asked")
	replays(h, "employee", "menu_overlay", "party", "guest", "visit_rating")
}
