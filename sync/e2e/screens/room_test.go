package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// roomSeen is a room as box and head office both say it, times to the millisecond.
type roomSeen struct {
	Tables, Parties, Waiting []string
}

// roomAtBox is the room as a tablet is told.
func (h *house) roomAtBox() (r roomSeen) {
	h.T.Helper()
	var in struct {
		Tables []struct {
			Table, State, PartyID string
			Since                 time.Time
			OnPlan                bool
		}
		Parties []struct {
			PartyID, ServerID, ServerName string
			Tables                        []string
			Covers                        int
			SeatedAt, CheckAt             time.Time
		}
		Waiting []struct {
			PartyID, Number string
			Covers, Minutes int
			Since           time.Time
		}
	}
	h.Do("GET", "/api/v1/floor", "").JSON(h.T, &in)
	for _, t := range in.Tables {
		r.Tables = append(r.Tables, fmt.Sprint(t.Table, t.State, ms(t.Since), t.PartyID, t.OnPlan))
	}
	for _, p := range in.Parties {
		r.Parties = append(r.Parties, fmt.Sprint(p.PartyID, p.Tables, p.Covers, p.ServerID, p.ServerName, ms(p.SeatedAt), ms(p.CheckAt)))
	}
	for _, w := range in.Waiting {
		r.Waiting = append(r.Waiting, fmt.Sprint(w.PartyID, w.Number, w.Covers, w.Minutes, ms(w.Since)))
	}
	return r
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// idAtOffice is the id that head office gave the restaurant.
func idAtOffice(o *hqtest.Office) string {
	o.T.Helper()
	var in struct {
		Restaurants []struct{ RestaurantID, Name string }
	}
	o.Do(o.Token, "GET", "/api/v1/restaurants", nil, &in)
	for _, r := range in.Restaurants {
		if r.Name == "Harbor" {
			return r.RestaurantID
		}
	}
	o.T.Fatalf("%+v", in)
	return ""
}

// roomAtOffice is the room of a restaurant as head office shows it.
func roomAtOffice(o *hqtest.Office, restaurant string) (r roomSeen) {
	o.T.Helper()
	var in struct {
		Rooms []struct {
			Tables []struct {
				Table, State, Section, PartyID string
				Since                          int64
			}
			Parties []struct {
				PartyID, ServerID, ServerName string
				Tables                        []string
				Covers                        int
				SeatedAt, CheckAt             int64
			}
			Waiting []struct {
				PartyID, Number string
				Covers, Minutes int
				Since           int64
			}
		}
	}
	if status := o.Do(o.Token, "GET", "/api/v1/restaurants/"+restaurant+"/floor", nil, &in); status != 200 || len(in.Rooms) != 1 {
		o.T.Fatalf("%d, %d rooms", status, len(in.Rooms))
	}
	for _, t := range in.Rooms[0].Tables {
		r.Tables = append(r.Tables, fmt.Sprint(t.Table, t.State, t.Since, t.PartyID, t.Section != ""))
	}
	for _, p := range in.Rooms[0].Parties {
		r.Parties = append(r.Parties, fmt.Sprint(p.PartyID, p.Tables, p.Covers, p.ServerID, p.ServerName, p.SeatedAt, p.CheckAt))
	}
	for _, w := range in.Rooms[0].Waiting {
		r.Waiting = append(r.Waiting, fmt.Sprint(w.PartyID, w.Number, w.Covers, w.Minutes, w.Since))
	}
	return r
}

const (
	anaID = "0198f000-0000-7000-8000-00000000e001"
	boID  = "0198f000-0000-7000-8000-00000000e002"
)

// moreTables puts tables on the plan and people on the list.
func (h *house) moreTables() (tables []string) {
	h.T.Helper()
	var venue map[string]any
	h.Do("GET", "/api/v1/venue", "").JSON(h.T, &venue)
	var terrace []any
	for n := range 6 {
		tables = append(tables, fmt.Sprint("T", n+1))
		terrace = append(terrace, map[string]any{"name": tables[n], "seats": 2 + n%3*2})
	}
	venue["sections"] = append(venue["sections"].([]any), map[string]any{"name": "Terrace", "tables": terrace})
	body, err := json.Marshal(venue)
	if err != nil {
		h.T.Fatal(err)
	}
	for path, body := range map[string]string{"/api/v1/venue": string(body),
		"/api/v1/people/document": `{"people":[{"id":"` + anaID + `","name":"Ana Ruiz","role":"manager"},{"id":"` + boID + `","name":"Bo Li","role":"server"}]}`} {
		if a := h.Do("PUT", path, body); a.Status != 200 {
			h.T.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	return append(tables, "1", "12", "B4")
}

// walk is what happens in a room, by a seed.
type walk struct {
	h      *house
	r      *rand.Rand
	tables []string
	orders []string
	status map[string]int // of an order: how far it is
	done   map[string]int // by what it was
}

// one takes one of a list; the zero value where it is empty.
func one[T any](r *rand.Rand, list []T) (x T) {
	if len(list) > 0 {
		x = list[r.IntN(len(list))]
	}
	return x
}

func (e *walk) table() string {
	if e.r.IntN(12) == 0 {
		return "77" // not on the plan
	}
	return one(e.r, e.tables)
}

type guests struct {
	PartyID        string
	Tables, Orders []string
}

// step does one thing; the box may refuse it.
func (e *walk) step() {
	var room struct {
		Tables           []struct{ Table, State string }
		Parties, Waiting []guests
	}
	e.h.Do("GET", "/api/v1/floor", "").JSON(e.h.T, &room)
	dirty := "12"
	for _, t := range room.Tables {
		if t.State == "dirty" {
			dirty = t.Table
		}
	}
	party, waits := one(e.r, room.Parties), one(e.r, room.Waiting)
	joint := party
	for _, p := range room.Parties {
		if len(p.Tables) > 1 {
			joint = p
		}
	}
	covers, order, sits := 1+e.r.IntN(6), one(e.r, e.orders), "/api/v1/parties/"+party.PartyID
	next := []string{"preparing", "ready", "served"}[min(e.status[order], 2)]
	type way struct{ what, method, path, body string }
	w := one(e.r, []way{
		{"seat", "POST", "/api/v1/parties", fmt.Sprintf(`{"tables":[%q],"covers":%d,"serverId":%q}`, e.table(), covers, boID)},
		{"seat who waits", "POST", "/api/v1/parties", fmt.Sprintf(`{"partyId":%q,"tables":[%q],"covers":%d}`, waits.PartyID, e.table(), covers)},
		{"change", "PUT", sits, fmt.Sprintf(`{"covers":%d,"serverId":%q}`, covers, anaID)},
		{"check", "POST", sits + "/check", ""},
		{"leave", "POST", sits + "/leave", ""},
		{"move", "POST", sits + "/move", fmt.Sprintf(`{"table":%q}`, e.table())},
		{"join", "POST", sits + "/join", fmt.Sprintf(`{"table":%q}`, e.table())},
		{"split", "POST", "/api/v1/parties/" + joint.PartyID + "/split", fmt.Sprintf(`{"table":%q,"covers":%d}`, one(e.r, joint.Tables), e.r.IntN(3))},
		{"clear", "POST", "/api/v1/floor/" + dirty + "/clear", ""},
		{"wait", "POST", "/api/v1/waitlist", fmt.Sprintf(`{"covers":%d,"minutes":%d}`, covers, 5*e.r.IntN(4))},
		{"give up", "DELETE", "/api/v1/waitlist/" + waits.PartyID, ""},
		{"order", "POST", "/api/v1/orders", orderAt(e.table())},
		{"ring", "POST", "/api/v1/commands", e.ring()},
		{"takeaway", "POST", "/api/v1/orders", fmt.Sprintf(`{"restaurantId":%q,"items":[{"menuItemId":%q,"quantity":1}]}`, boxtest.Restaurant, boxtest.Chips)},
		{"split a check", "POST", "/api/v1/commands", e.splits()},
		{"order moves", "POST", "/api/v1/orders/" + order + "/move", fmt.Sprintf(`{"tableNumber":%q}`, e.table())},
		{next, "POST", "/api/v1/orders/" + order + "/status", `{"status":"` + next + `"}`},
		{next, "POST", "/api/v1/orders/" + order + "/status", `{"status":"` + next + `"}`},
		{next, "POST", "/api/v1/orders/" + order + "/status", `{"status":"` + next + `"}`},
		{"cancelled", "POST", "/api/v1/orders/" + order + "/status", `{"status":"cancelled"}`},
	})
	if w.what == "leave" { // not before they have all that they ordered
		for _, o := range party.Orders {
			for _, s := range []string{"preparing", "ready", "served", "cancelled"} {
				e.h.Do("POST", "/api/v1/orders/"+o+"/status", `{"status":"`+s+`"}`)
			}
		}
	}
	a := e.h.Do(w.method, w.path, w.body)
	if a.Status >= 500 {
		e.h.T.Fatalf("%s: %d %s", w.what, a.Status, a.Body)
	}
	if a.Status >= 300 {
		return
	}
	e.done[w.what]++
	switch w.what {
	case next:
		e.status[order]++
	case "check": // some want one more
		if e.r.IntN(2) == 0 {
			e.h.Do("POST", "/api/v1/orders", orderAt(party.Tables[0]))
		}
	case "order", "takeaway":
		var out struct{ OrderID string }
		a.JSON(e.h.T, &out)
		e.orders = append(e.orders, out.OrderID)
	}
}

// lacks is something that nobody did yet.
func (e *walk) lacks() string {
	for _, what := range []string{"seat", "seat who waits", "change", "check", "leave", "move", "join", "split", "clear", "wait", "give up", "order", "ring", "split a check",
		"order moves", "ready", "served", "cancelled"} {
		if e.done[what] == 0 {
			return what
		}
	}
	return ""
}

func orderAt(table string) string {
	return fmt.Sprintf(`{"restaurantId":%q,"tableNumber":%q,"items":[{"menuItemId":%q,"quantity":1}]}`, boxtest.Restaurant, table, boxtest.Chips)
}

// ring opens an order whose dish nobody sends yet, and one without any.
func (e *walk) ring() string {
	return commands(e.opens(`"type":"order.add_lines","data":{"lines":[`+line(id.New[id.Line]())+`]}`), e.opens())
}

// opens opens an order at a table and says more of it.
func (e *walk) opens(more ...string) []string {
	o := id.New[id.Order]()
	list := append([]string{fmt.Sprintf(`"type":"order.open","data":{"tableNumber":%q}`, e.table())}, more...)
	for i, c := range list {
		list[i] = fmt.Sprintf(`{"id":%q,"order":%q,%s}`, id.New[id.Command](), o, c)
	}
	return list
}

func commands(lists ...[]string) string {
	return `{"commands":[` + strings.Join(slices.Concat(lists...), ",") + `]}`
}

// splits sends an order, gives a dish of it to another check, and perhaps takes that back.
func (e *walk) splits() string {
	theirs := id.New[id.Line]()
	ways := []string{`"type":"order.add_lines","data":{"lines":[` + line(id.New[id.Line]()) + `,` + line(theirs) + `]}`, `"type":"order.send"`,
		fmt.Sprintf(`"type":"order.split","data":{"lines":[{"line":%q}]}`, theirs)}
	if e.r.IntN(2) == 0 {
		ways = append(ways, `"type":"order.merge","data":{}`)
	}
	return commands(e.opens(ways...))
}

func line(l id.Line) string {
	return fmt.Sprintf(`{"line":%q,"menuItemId":%q,"quantity":1}`, l, boxtest.Chips)
}

// seesTheRoom: whatever happens at the tables of a box, head office says the same of
// them, live on its page.
func seesTheRoom(t *testing.T, h *house, o *hqtest.Office, browser *uitest.Browser) {
	e := &walk{h: h, r: rand.New(rand.NewPCG(7, 12)), tables: h.moreTables(), status: map[string]int{}, done: map[string]int{}}
	at := idAtOffice(o)
	same := func() {
		t.Helper()
		var want, got roomSeen
		o.Until("both say the same of the tables", func() bool {
			want, got = h.roomAtBox(), roomAtOffice(o, at)
			return reflect.DeepEqual(want, got)
		})
	}
	for n := 1; n <= 150 || e.lacks() != "" && n < 1000; n++ {
		if e.step(); n%10 == 0 {
			same()
		}
	}
	same()
	if what := e.lacks(); what != "" {
		t.Errorf("nobody did %q: this proves less than it should; %v", what, e.done)
	}
	for _, typ := range []string{"order.lines_shared", "order.merged"} {
		if a := h.Do("GET", "/api/v1/audit?type="+typ, ""); !strings.Contains(string(a.Body), `"type":"`+typ+`"`) {
			t.Errorf("nobody split and merged checks: %d %s", a.Status, a.Body)
		}
	}

	p := office(t, browser, o, deskScreen)
	p.Leads(func() { p.Tap(`a[href="/floor"]`) })
	p.Wait(`document.querySelectorAll("[data-table]").length >= 9`)
	wide := func(p *uitest.Page, name string) {
		t.Helper()
		if wide := uitest.Eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s is %d wider than the screen", name, wide)
		}
		p.Shot(*shots, name)
	}
	wide(p, "hq-floor-1")
	if a := h.Do("POST", "/api/v1/waitlist", `{"covers":7,"minutes":25}`); a.Status != 201 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	p.See("7 guests")
	p.See("told 25 min")
	if *shots != "" { // the same page: only an eye can tell the difference
		q := office(t, browser, o, dark(phoneScreen))
		q.Leads(func() { q.Tap(`a[href="/floor"]`) })
		q.Wait(`document.querySelectorAll("[data-table]").length >= 9`)
		wide(q, "hq-floor-2-phone-dark")
	}
}

// rebuilds: head office, away until now, says the same of the tables when it has folded
// every fact again.
func rebuilds(t *testing.T, h *house, o *hqtest.Office) {
	o.Stop()
	if _, err := hq.Rebuild(t.Context(), o.Config); err != nil {
		t.Fatal(err)
	}
	o.Open()
	if want, got := h.roomAtBox(), roomAtOffice(o, idAtOffice(o)); len(want.Waiting) == 0 || !reflect.DeepEqual(want, got) {
		t.Errorf("folded again it is\n%v\nat the box\n%v", got, want)
	}
}
