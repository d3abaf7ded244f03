package box_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

const customer = "0198f000-0000-7000-8000-00000000c001"

// seed is the body of the first version of the API.
const seed = `{"customerId":"` + customer + `","restaurantId":"` + boxtest.Restaurant + `","tableNumber":5,` +
	`"items":[{"menuItemId":"` + boxtest.Bowl + `","quantity":2,"modifications":["guacamole","no onions"]},{"menuItemId":"` + boxtest.Chips + `","quantity":1}]}`

type order struct {
	OrderID       string          `json:"orderId"`
	Number        string          `json:"number"`
	Status        string          `json:"status"`
	TableNumber   json.RawMessage `json:"tableNumber"`
	EstimatedTime string          `json:"estimatedTime"`
	CreatedAt     string          `json:"createdAt"`
	TotalAmount   json.RawMessage `json:"totalAmount"`
	Items         []struct {
		LineID        string   `json:"lineId"`
		Modifications []string `json:"modifications"`
		Quantity      int64    `json:"quantity"`
	} `json:"items"`
	Tickets []struct {
		State, Printer, Station, Kind, Problem string
	} `json:"tickets"`
}

func place(h *boxtest.House, body string, headers ...string) (o order, a boxtest.Answer) {
	h.T.Helper()
	a = h.Do("POST", "/api/v1/orders", body, headers...)
	if a.Status == 201 {
		a.JSON(h.T, &o)
	}
	return o, a
}

func get(h *boxtest.House, orderID string) (o order) {
	h.T.Helper()
	a := h.Do("GET", "/api/v1/orders/"+orderID, "")
	if a.Status != 200 {
		h.T.Fatalf("get order: %d %s", a.Status, a.Body)
	}
	a.JSON(h.T, &o)
	return o
}

// masked hides ids and times, which are others every time.
func masked(b []byte) string {
	b = regexp.MustCompile(`"(orderId|lineId|ticketId)":"[0-9a-f-]{36}"`).ReplaceAll(b, []byte(`"$1":"ID"`))
	b = regexp.MustCompile(`"lines":\[[^]]*\]`).ReplaceAll(b, []byte(`"lines":[IDS]`))
	return string(regexp.MustCompile(`"createdAt":"[^"]+"`).ReplaceAll(b, []byte(`"createdAt":"TIME"`)))
}

func TestOrderAPIByteForByte(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	o, a := place(h, seed)
	const items = `[{"lineId":"ID","menuItemId":"` + boxtest.Bowl + `","name":"Chicken Bowl","quantity":2,"modifications":["Guacamole","no onions"],"unitPrice":10.75,"amount":21.50,"sent":true,"rev":7},` +
		`{"lineId":"ID","menuItemId":"` + boxtest.Chips + `","name":"Chips","quantity":1,"modifications":[],"unitPrice":2.15,"amount":2.15,"sent":true,"rev":7}]`
	const whole = `{"orderId":"ID","number":"1","type":"dine_in","status":"placed","restaurantId":"` + boxtest.Restaurant + `","customerId":"` + customer + `","tableNumber":5,"onPlan":false,` +
		`"estimatedTime":"15 minutes","items":` + items + `,"totalAmount":23.65,"currency":"USD","createdAt":"TIME"`
	if got := masked(a.Body); a.Status != 201 || got != whole+"}\n" {
		t.Errorf("POST: %d\n%swant\n%s}", a.Status, got, whole)
	}
	h.Until("both tickets are on paper", func() bool {
		o := get(h, o.OrderID)
		return len(o.Tickets) == 2 && o.Tickets[0].State == "printed" && o.Tickets[1].State == "printed"
	})
	a = h.Do("GET", "/api/v1/orders/"+o.OrderID, "")
	const tickets = `,"tickets":[{"ticketId":"ID","number":"K-1","kind":"new","station":"Hot line","lines":[IDS],"printer":"Hot","state":"printed"},` +
		`{"ticketId":"ID","number":"K-2","kind":"new","station":"Cold line","lines":[IDS],"printer":"Cold","state":"printed"}]}` + "\n"
	if got := masked(a.Body); a.Status != 200 || got != whole+tickets {
		t.Errorf("GET: %d\n%swant\n%s", a.Status, got, whole+tickets)
	}
	a = h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"preparing"}`)
	if got, want := masked(a.Body), `{"orderId":"ID","status":"preparing"}`+"\n"; a.Status != 200 || got != want {
		t.Errorf("POST status: %d %s", a.Status, got)
	}
	h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"ready"}`)
	if got := get(h, o.OrderID); got.EstimatedTime != "0 minutes" || got.Status != "ready" {
		t.Errorf("ready: %+v", got)
	}
}

func TestRefusalsByteForByte(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	problem := func(status int, title, detail, code, more string) string {
		return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"error":%q,"code":%q%s}`+"\n", title, status, detail, detail, code, more)
	}
	swap := func(old, new string) string { return strings.Replace(seed, old, new, 1) }
	for _, c := range []struct {
		name, method, path, body, token string
		want                            string
		status                          int
	}{
		{name: "no token", method: "POST", path: "/api/v1/orders", body: seed, token: "none", status: 401, want: problem(401, "Unauthorized", "No token provided", "no_token", "")},
		{name: "a bad token", method: "POST", path: "/api/v1/orders", body: seed, token: "Bearer x", status: 401, want: problem(401, "Unauthorized", "Invalid token", "bad_token", "")},
		{name: "another scheme", method: "POST", path: "/api/v1/orders", body: seed, token: "Basic eA==", status: 401, want: problem(401, "Unauthorized", "Invalid token", "bad_token", "")},
		{name: "another restaurant", method: "POST", path: "/api/v1/orders", body: swap(boxtest.Restaurant, customer), status: 404,
			want: problem(404, "Not Found", "This box does not serve that restaurant.", "restaurant_unknown", "")},
		{name: "an unknown item", method: "POST", path: "/api/v1/orders", body: swap(boxtest.Chips, customer), status: 422,
			want: problem(422, "Unprocessable Entity", "Nothing was ordered: items[1].menuItemId is not on the menu.", "items_refused",
				`,"errors":[{"location":"body.items[1].menuItemId","message":"is not on the menu"}]`)},
		{name: "a thousand bowls", method: "POST", path: "/api/v1/orders", body: swap(`"quantity":2`, `"quantity":1000`), status: 422,
			want: problem(422, "Unprocessable Entity", "The request was refused: body.items[0].quantity: expected number <= 999.", "invalid",
				`,"errors":[{"location":"body.items[0].quantity","message":"expected number \u003c= 999"}]`)},
		{name: "an order that is not there", method: "GET", path: "/api/v1/orders/" + customer, status: 404,
			want: problem(404, "Not Found", "There is no such order here.", "order_unknown", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			var headers []string
			switch c.token {
			case "none":
				headers = []string{"Authorization", ""}
			case "":
			default:
				headers = []string{"Authorization", c.token}
			}
			a := h.Do(c.method, c.path, c.body, headers...)
			got, want := strings.ReplaceAll(string(a.Body), `\u003c`, "<"), strings.ReplaceAll(c.want, `\u003c`, "<")
			if a.Status != c.status || got != want {
				t.Errorf("%d %swant %d %s", a.Status, got, c.status, want)
			}
			if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
				t.Errorf("it is %s", ct)
			}
		})
	}
}

func TestARepeatedOrderCountsOnceAndIsAnsweredTheSame(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	const n = 8
	first := make([]boxtest.Answer, n)
	var wg sync.WaitGroup
	for i := range n {
		for again := range 3 { // three at once with one key
			wg.Go(func() {
				_, a := place(h, seed, "Idempotency-Key", fmt.Sprint("key ", i))
				if again == 0 {
					first[i] = a
				}
			})
		}
	}
	wg.Wait()
	repeat := func(when string) {
		t.Helper()
		for i := range n {
			_, a := place(h, seed, "Idempotency-Key", fmt.Sprint("key ", i))
			if a.Status != 201 || !bytes.Equal(a.Body, first[i].Body) {
				t.Errorf("%s, key %d: %d %s\nfirst %s", when, i, a.Status, a.Body, first[i].Body)
			}
		}
	}
	repeat("at once")
	if _, a := place(h, strings.Replace(seed, `"quantity":2`, `"quantity":3`, 1), "Idempotency-Key", "key 0"); a.Status != 422 {
		t.Errorf("the key with another body: %d %s", a.Status, a.Body)
	}
	if err := h.DB.Update(t.Context(), h.Journal.Forget); err != nil {
		t.Fatal(err)
	}
	repeat("with the receipts gone")
	h.Stop()
	h.Open()
	repeat("after a restart")
	var list struct{ Orders []order }
	h.Do("GET", "/api/v1/orders?limit=500", "").JSON(t, &list)
	if len(list.Orders) != n {
		t.Errorf("%d orders of %d keys", len(list.Orders), n)
	}
}

func TestAKeyBelongsToItsSubject(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	mine, _ := place(h, seed, "Idempotency-Key", "k")
	other := h.Mint("server", "another program")
	theirs, a := place(h, seed, "Idempotency-Key", "k", "Authorization", "Bearer "+other)
	if a.Status != 201 || theirs.OrderID == mine.OrderID {
		t.Errorf("another program's key: %d, %s and %s", a.Status, theirs.OrderID, mine.OrderID)
	}
	renewed := h.Mint("manager", "test")
	if o, _ := place(h, seed, "Idempotency-Key", "k", "Authorization", "Bearer "+renewed); o.OrderID != mine.OrderID {
		t.Errorf("the same program with a renewed token got another order")
	}
}

func TestPostAlwaysOpensANewCheck(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	a, _ := place(h, seed)
	b, _ := place(h, seed)
	if a.OrderID == b.OrderID || a.Number != "1" || b.Number != "2" {
		t.Errorf("%s %s and %s %s", a.OrderID, a.Number, b.OrderID, b.Number)
	}
}

func TestListOfOrders(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	var ids []string
	for range 7 {
		o, _ := place(h, seed)
		ids = append(ids, o.OrderID)
	}
	h.Do("POST", "/api/v1/orders/"+ids[2]+"/status", `{"status":"cancelled"}`)
	var seen []string
	path := "/api/v1/orders?limit=3"
	for cursor := ""; ; {
		var page struct {
			Orders []order
			Cursor string
		}
		h.Do("GET", path+cursor, "").JSON(t, &page)
		for _, o := range page.Orders {
			seen = append(seen, o.OrderID)
		}
		if page.Cursor == "" {
			break
		}
		cursor = "&cursor=" + page.Cursor
	}
	if strings.Join(seen, " ") != strings.Join(ids, " ") {
		t.Errorf("page by page: %v, want %v", seen, ids)
	}
	count := func(query string) int {
		var page struct{ Orders []order }
		h.Do("GET", "/api/v1/orders?"+query, "").JSON(t, &page)
		return len(page.Orders)
	}
	for query, want := range map[string]int{"status=cancelled": 1, "status=placed": 6, "open=true": 6, "since=2000-01-01T00:00:00Z": 7, "since=2100-01-01T00:00:00Z": 0, "limit=2": 2} {
		if got := count(query); got != want {
			t.Errorf("%s: %d orders, want %d", query, got, want)
		}
	}
	for _, bad := range []string{"limit=0", "limit=501", "cursor=%21", "since=yesterday", "status=eaten", "colour=red"} {
		if a := h.Do("GET", "/api/v1/orders?"+bad, ""); a.Status != 422 {
			t.Errorf("%s: %d %s", bad, a.Status, a.Body)
		}
	}
}

func TestATabletsCommands(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	o, line := id.New[id.Order](), id.New[id.Line]()
	cmds := []string{id.New[id.Command]().String(), id.New[id.Command]().String(), id.New[id.Command]().String(), id.New[id.Command]().String()}
	body := `{"commands":[` +
		`{"id":"` + cmds[0] + `","type":"order.open","order":"` + o.String() + `","data":{"tableNumber":"B4"}},` +
		`{"id":"` + cmds[1] + `","type":"order.add_lines","order":"` + o.String() + `","data":{"lines":[{"line":"` + line.String() + `","menuItemId":"` + boxtest.Bowl + `","quantity":1,"modifications":["Rice"]}]}},` +
		`{"id":"` + cmds[2] + `","type":"order.send","order":"` + o.String() + `"},` +
		`{"id":"` + cmds[3] + `","type":"order.set_status","order":"` + o.String() + `","data":{"status":"served"}}]}`
	type results struct {
		Results []struct {
			ID      string
			Seq     int64
			Problem *struct{ Code, Error string }
		}
	}
	var first, again results
	h.Do("POST", "/api/v1/commands", body).JSON(t, &first)
	if len(first.Results) != 4 || first.Results[0].Seq == 0 || first.Results[2].Seq == 0 || first.Results[3].Problem == nil || first.Results[3].Problem.Code != "status_not_next" {
		t.Fatalf("%+v", first)
	}
	h.Do("POST", "/api/v1/commands", body).JSON(t, &again)
	for i := range first.Results {
		a, b := first.Results[i], again.Results[i]
		if a.ID != b.ID || a.Seq != b.Seq || (a.Problem == nil) != (b.Problem == nil) {
			t.Errorf("command %d repeated: %+v, first %+v", i, b, a)
		}
	}
	got := get(h, o.String())
	if string(got.TableNumber) != `"B4"` || string(got.TotalAmount) != "8.75" || len(got.Items) != 1 || got.Items[0].LineID != line.String() {
		t.Errorf("%+v", got)
	}
	other := strings.Replace(strings.Replace(body, `"quantity":1`, `"quantity":2`, 1), cmds[0], id.New[id.Command]().String(), 1)
	var reused results
	h.Do("POST", "/api/v1/commands", other).JSON(t, &reused)
	if p := reused.Results[1].Problem; p == nil || p.Code != "command_reused" {
		t.Errorf("a known command with other data: %+v", reused.Results[1])
	}
	var foreign results
	h.Do("POST", "/api/v1/commands", body, "Authorization", "Bearer "+h.Mint("server", "another tablet")).JSON(t, &foreign)
	if p := foreign.Results[1].Problem; p == nil || p.Code != "command_foreign" {
		t.Errorf("another device's command: %+v", foreign.Results[1])
	}
}

func TestACookMovesOrdersOnAndRingsNothing(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	o, _ := place(h, seed)
	cook := "Bearer " + h.Mint("cook", "kitchen screen")
	if a := h.Do("POST", "/api/v1/orders", seed, "Authorization", cook); a.Status != 403 {
		t.Errorf("a cook orders: %d", a.Status)
	}
	cmd := func(typ, data string) string {
		return `{"commands":[{"id":"` + id.New[id.Command]().String() + `","type":"` + typ + `","order":"` + o.OrderID + `","data":` + data + `}]}`
	}
	if a := h.Do("POST", "/api/v1/commands", cmd("order.send", "{}"), "Authorization", cook); !strings.Contains(string(a.Body), `"not_allowed"`) {
		t.Errorf("a cook sends: %s", a.Body)
	}
	if a := h.Do("POST", "/api/v1/commands", cmd("order.set_status", `{"status":"preparing"}`), "Authorization", cook); !strings.Contains(string(a.Body), `"seq"`) {
		t.Errorf("a cook begins: %s", a.Body)
	}
}

func TestEstimatedTimeGrowsWithTheQueueAndFollowsThePace(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	first, _ := place(h, seed)
	second, _ := place(h, seed)
	if first.EstimatedTime != "15 minutes" || second.EstimatedTime != "16 minutes" {
		t.Errorf("an idle kitchen says %s, then %s", first.EstimatedTime, second.EstimatedTime)
	}
	alone, _ := place(h, `{"restaurantId":"`+boxtest.Restaurant+`","items":[{"menuItemId":"`+boxtest.Chips+`","quantity":1}]}`)
	if alone.EstimatedTime != "12 minutes" { // ten where the item has none, and two orders before it
		t.Errorf("chips behind two orders: %s", alone.EstimatedTime)
	}
	for range 8 { // the kitchen shows that it is fast
		o, _ := place(h, seed)
		for _, s := range []string{"preparing", "ready"} {
			h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"`+s+`"}`)
		}
	}
	if o, _ := place(h, seed); o.EstimatedTime != "15 minutes" {
		t.Errorf("three wait, and the kitchen finishes one in no time: %s", o.EstimatedTime)
	}
}

func TestPricesAreThoseOfTheMenuAndStay(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	o, _ := place(h, seed)
	dearer := strings.Replace(boxtest.Menu, `"price":8.75`, `"price":9.25`, 1)
	if a := h.Do("PUT", "/api/v1/menu/document", dearer); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if got := get(h, o.OrderID); string(got.TotalAmount) != "23.65" {
		t.Errorf("the order that was rung before costs %s", got.TotalAmount)
	}
	if o, _ := place(h, seed); string(o.TotalAmount) != "24.65" {
		t.Errorf("the next one costs %s", o.TotalAmount)
	}
	if a := h.Do("PUT", "/api/v1/menu/document", strings.Replace(boxtest.Menu, `"price":8.75`, `"price":8.755`, 1)); a.Status != 422 || !strings.Contains(string(a.Body), "items[0].price") {
		t.Errorf("a menu with half a cent: %d %s", a.Status, a.Body)
	}
}

func TestReplayOfTheJournalGivesTheSameTables(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Cold.PowerOff()
	for i := range 12 {
		o, _ := place(h, seed, "Idempotency-Key", fmt.Sprint(i))
		if i%3 == 0 {
			h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"preparing"}`)
		}
		if i%4 == 0 {
			h.Do("POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"cancelled"}`)
		}
	}
	h.Hot.LoseProofs(1)
	place(h, seed)
	h.Until("the hot printer is done", func() bool { s, _ := h.Spool.States(); return len(h.Hot.Slips()) >= 13 && s != nil })
	replays(h, "guest_check", "print_job")
}

func TestEveryTableIsProjectedOrHasItsReason(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	known := map[string]bool{}
	for _, name := range h.Tables() {
		known[name] = true
	}
	err := h.DB.View(t.Context(), func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", nil, func(scan sqlite.Scan) error {
			var name string
			if err := scan(&name); err != nil {
				return err
			}
			if !known[name] {
				t.Errorf("table %s is neither projected nor on the list of what is not", name)
			}
			delete(known, name)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range known {
		t.Errorf("table %s is on a list and not there", name)
	}
}

func TestEveryMoveThatIsNotLegalIsAConflictThatSaysWhatIsNext(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	move := func(o, to string) boxtest.Answer {
		return h.Do("POST", "/api/v1/orders/"+o+"/status", `{"status":"`+to+`"}`)
	}
	legal := map[string]string{"placed": "preparing cancelled", "preparing": "ready cancelled", "ready": "served"}
	ways := map[string][]string{"placed": nil, "preparing": {"preparing"}, "ready": {"preparing", "ready"}, "served": {"preparing", "ready", "served"}, "cancelled": {"cancelled"}}
	for from, way := range ways {
		for _, to := range []string{"open", "placed", "preparing", "ready", "served", "cancelled"} {
			if strings.Contains(legal[from], to) {
				continue
			}
			o, _ := place(h, seed)
			for _, step := range way {
				if a := move(o.OrderID, step); a.Status != 200 {
					t.Fatalf("%s: %d %s", step, a.Status, a.Body)
				}
			}
			a := move(o.OrderID, to)
			if a.Status != 409 || get(h, o.OrderID).Status != from {
				t.Errorf("%s to %s: %d %s", from, to, a.Status, a.Body)
			}
			if next := strings.Fields(legal[from]); from != to && len(next) > 0 && !strings.Contains(string(a.Body), "Next is "+next[0]) {
				t.Errorf("%s to %s does not say what is next: %s", from, to, a.Body)
			}
		}
	}
}
