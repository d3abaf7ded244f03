package box_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
)

// room is the floor as a tablet sees it.
type room struct {
	Tables []struct {
		Table, State, Since, PartyID string
		OnPlan                       bool
	}
	Parties []struct {
		PartyID, ServerID, ServerName, CheckAt string
		Tables, Orders                         []string
		Covers                                 int
	}
	Waiting []struct {
		PartyID, Number string
		Covers, Minutes int
	}
}

func roomOf(h *boxtest.House) (r room) {
	h.T.Helper()
	h.Do("GET", "/api/v1/floor", "").JSON(h.T, &r)
	return r
}

// states is the room in one line: what is not free.
func (r room) states() string {
	var list []string
	for _, t := range r.Tables {
		if t.State != "free" {
			list = append(list, t.Table+" "+t.State)
		}
	}
	return strings.Join(list, ", ")
}

func (r room) want(t testing.TB, states string) room {
	t.Helper()
	if r.states() != states {
		t.Errorf("the room is %q, want %q", r.states(), states)
	}
	return r
}

// asks sends a request and wants an answer of a status that says something.
func asks(h *boxtest.House, status int, says, method, path, body string) string {
	h.T.Helper()
	a := h.Do(method, path, body)
	if a.Status != status || !strings.Contains(string(a.Body), says) {
		h.T.Fatalf("%s %s %s: %d %s, want %d %q", method, path, body, a.Status, a.Body, status, says)
	}
	var out struct{ PartyID string }
	_ = json.Unmarshal(a.Body, &out) // a refusal has none
	return out.PartyID
}

func seats(h *boxtest.House, covers int, tables ...string) string {
	h.T.Helper()
	list, _ := json.Marshal(tables)
	return "/api/v1/parties/" + asks(h, 201, "", "POST", "/api/v1/parties", fmt.Sprintf(`{"tables":%s,"covers":%d}`, list, covers))
}

func ordersAt(h *boxtest.House, table string) order {
	h.T.Helper()
	o, a := place(h, strings.Replace(seed, `"tableNumber":5`, fmt.Sprintf(`"tableNumber":%q`, table), 1))
	if a.Status != 201 {
		h.T.Fatalf("order: %d %s", a.Status, a.Body)
	}
	return o
}

func served(h *boxtest.House, o order) {
	h.T.Helper()
	for _, s := range []string{"preparing", "ready", "served"} {
		must(h, "POST", "/api/v1/orders/"+o.OrderID+"/status", `{"status":"`+s+`"}`)
	}
}

// TestATableGoesFromFreeToDirtyAndBack, with the time since when it is so, and with who
// serves it: whoever stands at the tablet, until somebody is named.
func TestATableGoesFromFreeToDirtyAndBack(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	start := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	h := boxtest.Start(t, boxtest.Twice, boxtest.At(func() time.Time { return start.Add(time.Duration(ahead.Load())) }))
	pass := func(minutes int) { ahead.Add(int64(time.Duration(minutes) * time.Minute)) }
	hire(h, ana, "Ana", "server", "8302")
	hire(h, bo, "Bo", "server", "11234")
	page := signIn(h, "server")
	page.want(204, "", "POST", ana+"/enter", `{"pin":"8302"}`)
	page.want(201, "partyId", "POST", "/api/v1/parties", `{"tables":["12"],"covers":4}`)
	since := func(want string) room {
		t.Helper()
		r := roomOf(h)
		for _, tb := range r.Tables {
			if tb.Table == "12" && !strings.HasPrefix(tb.Since, want) {
				t.Errorf("%s since %s, want %s", tb.State, tb.Since, want)
			}
		}
		return r
	}
	r := since("2026-11-24T18:00").want(t, "12 seated")
	if p := r.Parties[0]; p.Covers != 4 || p.ServerName != "Ana" || r.Tables[1].PartyID != p.PartyID {
		t.Errorf("%+v", r)
	}
	party := "/api/v1/parties/" + r.Parties[0].PartyID
	asks(h, 409, "nothing_ordered", "POST", party+"/check", "")
	must(h, "PUT", party, `{"covers":5}`)
	must(h, "PUT", party, `{"serverId":"0198f000-0000-7000-8000-00000000e002"}`)
	asks(h, 422, "server_unknown", "PUT", party, `{"serverId":"`+id.New[id.Staff]().String()+`"}`)

	pass(5)
	first := ordersAt(h, "12")
	pass(2)
	second := ordersAt(h, "12")
	r = since("2026-11-24T18:05").want(t, "12 ordered") // who waits longest counts
	if p := r.Parties[0]; p.Covers != 5 || p.ServerName != "Bo" || len(p.Orders) != 2 {
		t.Errorf("%+v", p)
	}
	asks(h, 409, "Order 1 is placed", "POST", party+"/leave", "")
	pass(10)
	served(h, first)
	since("2026-11-24T18:07").want(t, "12 ordered")
	served(h, second)
	since("2026-11-24T18:17").want(t, "12 served")
	pass(20)
	must(h, "POST", party+"/check", "")
	since("2026-11-24T18:37").want(t, "12 check_printed")
	third := ordersAt(h, "12") // one more round: the check is not right any more
	since("2026-11-24T18:37").want(t, "12 ordered")
	must(h, "POST", "/api/v1/orders/"+third.OrderID+"/status", `{"status":"cancelled"}`)
	since("2026-11-24T18:17").want(t, "12 served")
	pass(10)
	must(h, "POST", party+"/leave", "")
	since("2026-11-24T18:47").want(t, "12 dirty")
	asks(h, 404, "party_unknown", "POST", party+"/leave", "")
	asks(h, 409, "must be cleared first", "POST", "/api/v1/parties", `{"tables":["12"],"covers":2}`)
	must(h, "POST", "/api/v1/floor/12/clear", "")
	asks(h, 409, "table_not_dirty", "POST", "/api/v1/floor/12/clear", "")
	roomOf(h).want(t, "")

	// Who sat and left without an order leaves a clean table.
	must(h, "POST", seats(h, 2, "12")+"/leave", "")
	roomOf(h).want(t, "")
	replays(h, "party")
}

// TestOrdersAloneMoveATable where nobody said who sits there; who does takes them over.
func TestOrdersAloneMoveATable(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	o := ordersAt(h, "12")
	place(h, seed) // table 5 is not on the plan, and orders there all the same
	roomOf(h).want(t, "12 ordered, 5 ordered")
	party := seats(h, 3, "12")
	if r := roomOf(h); len(r.Parties) != 1 || !slices.Equal(r.Parties[0].Orders, []string{o.OrderID}) {
		t.Errorf("%+v", r.Parties)
	}
	served(h, o)
	roomOf(h).want(t, "12 served, 5 ordered")
	must(h, "POST", party+"/leave", "")
	roomOf(h).want(t, "12 dirty, 5 ordered")
	again := ordersAt(h, "12") // who orders sits at a table that somebody cleared
	roomOf(h).want(t, "12 ordered, 5 ordered")
	served(h, again)
	roomOf(h).want(t, "5 ordered")
	replays(h, "party")
}

// TestTwentyTabletsSeatOneTable: one does, and the others are told in words.
func TestTwentyTabletsSeatOneTable(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	var done, taken atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			switch a := h.Do("POST", "/api/v1/parties", `{"tables":["12"],"covers":2}`); {
			case a.Status == 201:
				done.Add(1)
			case a.Status == 409 && strings.Contains(string(a.Body), "Somebody sits at table 12"):
				taken.Add(1)
			default:
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 || taken.Load() != 19 {
		t.Errorf("%d seated, %d refused", done.Load(), taken.Load())
	}
}

// TestATabletsFloorCommandsAreDoneOnce, however often it sends them; a cook has no say.
func TestATabletsFloorCommandsAreDoneOnce(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	party, o := id.New[id.Party]().String(), id.New[id.Order]().String()
	var cmds []string
	for _, c := range []string{
		`"type":"table.seat","data":{"partyId":"` + party + `","tables":["12"],"covers":2}`,
		`"type":"order.open","order":"` + o + `","data":{"tableNumber":12}`,
		`"type":"order.add_lines","order":"` + o + `","data":{"lines":[{"line":"` + id.New[id.Line]().String() + `","menuItemId":"` + boxtest.Bowl + `","quantity":1}]}`,
		`"type":"order.send","order":"` + o + `"`,
		`"type":"table.change","data":{"partyId":"` + party + `","covers":3}`,
		`"type":"table.join","data":{"partyId":"` + party + `","table":"B4"}`,
		`"type":"order.move","order":"` + o + `","data":{"table":"B4"}`,
		`"type":"table.split","data":{"partyId":"` + party + `","table":"B4","intoPartyId":"` + id.New[id.Party]().String() + `","covers":1}`,
		`"type":"table.bring_check","data":{"partyId":"` + party + `"}`, // they have no order any more
		`"type":"table.move","data":{"partyId":"` + party + `","table":1}`,
		`"type":"table.leave","data":{"partyId":"` + party + `"}`,
		`"type":"waitlist.add","data":{"partyId":"` + id.New[id.Party]().String() + `","covers":3,"minutes":20}`,
		`"type":"table.clear","data":{"table":"12"}`,
		`"type":"waitlist.drop","data":{"partyId":"` + party + `"}`,
	} {
		cmds = append(cmds, `{"id":"`+id.New[id.Command]().String()+`",`+c+`}`)
	}
	body := `{"commands":[` + strings.Join(cmds, ",") + `]}`
	refused := map[int]string{8: "nothing_ordered", 12: "table_not_dirty", 13: "party_unknown"}
	var first string
	for try := range 3 {
		a := h.Do("POST", "/api/v1/commands", body)
		var out struct {
			Results []struct {
				Seq     int64
				Problem *struct{ Code string }
			}
		}
		a.JSON(t, &out)
		for i, r := range out.Results {
			if code := refused[i]; code == "" && (r.Problem != nil || r.Seq == 0) || code != "" && code != "party_unknown" && (r.Problem == nil || r.Problem.Code != code) {
				t.Errorf("%s: %+v", cmds[i], r)
			}
		}
		if try == 0 {
			first = string(a.Body)
		} else if again := string(a.Body); again != first && !strings.Contains(again, "party_unknown") {
			t.Errorf("repeated:\n%s\nfirst:\n%s", again, first)
		}
	}
	r := roomOf(h).want(t, "B4 ordered")
	if len(r.Parties) != 1 || r.Parties[0].Covers != 1 || len(r.Waiting) != 1 || r.Waiting[0].Number != "1" {
		t.Errorf("%+v", r)
	}
	a := h.Do("POST", "/api/v1/commands", `{"commands":[{"id":"`+id.New[id.Command]().String()+`","type":"table.clear","data":{"table":"12"}}]}`, "Authorization", "Bearer "+h.Mint("cook", "Bo"))
	if !strings.Contains(string(a.Body), "not_allowed") {
		t.Errorf("a cook: %s", a.Body)
	}
	replays(h, "party", "party_check")
}

// TestTheKitchenIsToldWhenAPartyMoves: its stations get a slip, once; the orders keep
// their prices, and the paper that comes later names the new table.
func TestTheKitchenIsToldWhenAPartyMoves(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	party := seats(h, 4, "12")
	o := ordersAt(h, "12")
	eaten := ordersAt(h, "12")
	out(h, h.Hot, 2)
	served(h, eaten)
	dearer := strings.Replace(boxtest.Menu, `"price":8.75`, `"price":99`, 1)
	must(h, "PUT", "/api/v1/menu/document", dearer)
	seats(h, 1, "1")
	asks(h, 409, "table_taken", "POST", party+"/move", `{"table":1}`)
	asks(h, 422, "table_unknown", "POST", party+"/move", `{"table":77}`)
	must(h, "POST", party+"/move", `{"table":"b4"}`)
	roomOf(h).want(t, "1 seated, 12 dirty, B4 ordered")
	for _, x := range []order{o, eaten} {
		now := get(h, x.OrderID)
		if string(now.TableNumber) != `"B4"` || string(now.TotalAmount) != string(x.TotalAmount) {
			t.Errorf("table %s, %s; it was %s", now.TableNumber, now.TotalAmount, x.TotalAmount)
		}
	}
	slip := out(h, h.Hot, 3)[2]
	for _, want := range []string{"MOVED", "TABLE B4", "was at 12", "2 Chicken Bowl", "HOT LINE"} {
		if !strings.Contains(slip, want) {
			t.Errorf("the slip lacks %q:\n%s", want, slip)
		}
	}
	out(h, h.Cold, 3)
	ordersAt(h, "B4")
	if next := out(h, h.Hot, 4)[3]; !strings.Contains(next, "TABLE B4") || strings.Contains(next, "MOVED") {
		t.Errorf("%s", next) // and no slip for what was served long ago
	}
	if r := roomOf(h); len(r.Parties[0].Orders) != 3 {
		t.Errorf("%+v", r.Parties)
	}
	replays(h, "party", "ticket")
}

// TestAPartyMovesWithAllItsOrders: each station gets a slip of each, with numbers of
// their own.
func TestAPartyMovesWithAllItsOrders(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	party := seats(h, 4, "12")
	for range 3 {
		ordersAt(h, "12")
	}
	out(h, h.Hot, 3)
	out(h, h.Cold, 3)
	must(h, "POST", party+"/move", `{"table":"B4"}`)
	for _, p := range []*printersim.Printer{h.Hot, h.Cold} {
		for i, slip := range out(h, p, 6)[3:] {
			if !strings.Contains(slip, "MOVED") || !strings.Contains(slip, "TABLE B4") {
				t.Errorf("slip %d:\n%s", i, slip)
			}
		}
	}
	replays(h, "party", "ticket")
}

// TestThreeJoinedTablesAreOneParty, all three of them by name; each order stays a check
// of its own at its own table, and a table that is split off takes its orders along.
func TestThreeJoinedTablesAreOneParty(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	party, other := seats(h, 4, "12"), seats(h, 1, "B4")
	at12, atB4 := ordersAt(h, "12"), ordersAt(h, "B4")
	must(h, "POST", party+"/join", `{"table":"B4"}`)
	asks(h, 404, "party_unknown", "POST", other+"/leave", "")
	must(h, "POST", party+"/join", `{"table":1}`)
	asks(h, 409, "same_table", "POST", party+"/join", `{"table":1}`)
	r := roomOf(h).want(t, "1 ordered, 12 ordered, B4 ordered")
	if p := r.Parties[0]; len(r.Parties) != 1 || p.Covers != 5 || !slices.Equal(p.Tables, []string{"12", "B4", "1"}) || len(p.Orders) != 2 {
		t.Errorf("%+v", r.Parties)
	}
	if a, b := get(h, at12.OrderID), get(h, atB4.OrderID); string(a.TableNumber) != "12" || string(b.TableNumber) != `"B4"` || a.Number == b.Number {
		t.Errorf("%s %s", a.TableNumber, b.TableNumber)
	}
	if n := len(out(h, h.Hot, 2)); n != 2 {
		t.Errorf("%d slips: plates go where they went", n)
	}
	asks(h, 409, "Order 2 is at table B4", "POST", party+"/split", `{"table":"B4","covers":0}`)
	must(h, "POST", party+"/split", `{"table":1,"covers":0}`)
	split := asks(h, 200, "partyId", "POST", party+"/split", `{"table":"B4","covers":2}`)
	r = roomOf(h).want(t, "1 dirty, 12 ordered, B4 ordered")
	if len(r.Parties) != 2 || r.Parties[0].Covers != 3 || r.Parties[1].Covers != 2 || r.Parties[1].PartyID != split || !slices.Equal(r.Parties[1].Orders, []string{atB4.OrderID}) {
		t.Errorf("%+v", r.Parties)
	}
	asks(h, 409, "not_joined", "POST", party+"/split", `{"table":12,"covers":1}`)

	// One order goes over to the others; takeaway has no table.
	must(h, "POST", "/api/v1/orders/"+atB4.OrderID+"/move", `{"tableNumber":12}`)
	if r = roomOf(h).want(t, "1 dirty, 12 ordered, B4 seated"); len(r.Parties[0].Orders) != 2 {
		t.Errorf("%+v", r.Parties)
	}
	togo, _ := place(h, strings.Replace(seed, `"tableNumber":5,`, "", 1))
	asks(h, 409, "order_takeaway", "POST", "/api/v1/orders/"+togo.OrderID+"/move", `{"tableNumber":12}`)
	asks(h, 409, "table_dirty", "POST", "/api/v1/orders/"+atB4.OrderID+"/move", `{"tableNumber":1}`)
	replays(h, "party", "party_check")
}

// TestGuestsWaitUnderANumber, are told a time that grows with those before them, and
// are seated; the journal knows no names.
func TestGuestsWaitUnderANumber(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	quote := func(covers int) string {
		t.Helper()
		return string(h.Do("GET", fmt.Sprintf("/api/v1/waitlist/quote?covers=%d", covers), "").Body)
	}
	if q := quote(4); !strings.Contains(q, `"minutes":0`) {
		t.Errorf("a table is free: %s", q)
	}
	if q := quote(5); !strings.Contains(q, `"minutes":null`) {
		t.Errorf("no table is large enough: %s", q)
	}
	party := seats(h, 4, "12")
	if q := quote(3); !strings.Contains(q, `"minutes":60`) {
		t.Errorf("the one table was taken just now: %s", q)
	}
	a := asks(h, 201, "", "POST", "/api/v1/waitlist", `{"covers":3,"minutes":60}`)
	if q := quote(3); !strings.Contains(q, `"minutes":120`) {
		t.Errorf("one party is before them: %s", q)
	}
	b := asks(h, 201, "", "POST", "/api/v1/waitlist", `{"covers":2,"minutes":15}`)
	r := roomOf(h)
	if len(r.Waiting) != 2 || r.Waiting[0].Number != "1" || r.Waiting[1].Number != "2" || r.Waiting[0].Minutes != 60 || r.Waiting[0].PartyID != a {
		t.Errorf("%+v", r.Waiting)
	}
	asks(h, 409, "party_waits", "POST", "/api/v1/parties/"+a+"/leave", "")
	must(h, "POST", party+"/leave", "")
	asks(h, 201, a, "POST", "/api/v1/parties", `{"partyId":"`+a+`","tables":["12"],"covers":3}`)
	asks(h, 409, "party_seated", "DELETE", "/api/v1/waitlist/"+a, "")
	must(h, "DELETE", "/api/v1/waitlist/"+b, "")
	asks(h, 409, "party_known", "POST", "/api/v1/parties", `{"partyId":"`+b+`","tables":["1"],"covers":2}`)
	if r := roomOf(h).want(t, "12 seated"); len(r.Waiting) != 0 {
		t.Errorf("%+v", r.Waiting)
	}
	for _, e := range facts(t, h) {
		if strings.HasPrefix(e.Type, "waitlist.") && strings.Contains(string(e.Data), "name") {
			t.Errorf("%s says %s", e.Type, e.Data)
		}
	}
	replays(h, "party")
}
