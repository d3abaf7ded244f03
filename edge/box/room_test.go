package box_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

// sound wants a room in which everybody who sits and orders is somewhere.
func sound(h *boxtest.House, after string) {
	h.T.Helper()
	if err := h.Journal.DB().View(h.T.Context(), func(q *sqlite.Snapshot) error {
		broken, err := floor.Examine(q)
		return errors.Join(append(broken, err)...)
	}); err != nil {
		h.T.Fatalf("after %s: %v", after, err)
	}
}

// command sends one command of a tablet about an order.
func command(h *boxtest.House, o id.Order, rest string) {
	h.T.Helper()
	a := h.Do("POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"order":%q,%s}]}`, id.New[id.Command](), o, rest))
	if a.Status != 200 || strings.Contains(string(a.Body), "problem") {
		h.T.Fatalf("%s: %d %s", rest, a.Status, a.Body)
	}
}

// rings puts a bowl on an order and sends it.
func rings(h *boxtest.House, o id.Order) {
	h.T.Helper()
	command(h, o, fmt.Sprintf(`"type":"order.add_lines","data":{"lines":[{"line":%q,"menuItemId":%q,"quantity":1}]}`, id.New[id.Line](), boxtest.Bowl))
	command(h, o, `"type":"order.send"`)
}

// TestAnOrderThatWasBegunIsTheirsWhoComeToItsTable: nothing was on it yet, so it moved
// no table; once it is sent, nobody leaves without it.
func TestAnOrderThatWasBegunIsTheirsWhoComeToItsTable(t *testing.T) {
	t.Parallel()
	for how, come := range map[string]func(h *boxtest.House) (party string){
		"seated": func(h *boxtest.House) string { return seats(h, 2, "12") },
		"moved": func(h *boxtest.House) string {
			party := seats(h, 2, "1")
			must(h, "POST", party+"/move", `{"table":"12"}`)
			return party
		},
		"joined": func(h *boxtest.House) string {
			party := seats(h, 2, "1")
			must(h, "POST", party+"/join", `{"table":"12"}`)
			return party
		},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			h := boxtest.Start(t)
			o := id.New[id.Order]()
			command(h, o, `"type":"order.open","data":{"tableNumber":"12"}`)
			roomOf(h).want(t, "")
			party := come(h)
			rings(h, o)
			sound(h, how)
			if p := roomOf(h).Parties[0]; len(p.Orders) != 1 || p.Orders[0] != o.String() {
				t.Errorf("%+v", p)
			}
			asks(h, 409, "orders_open", "POST", party+"/leave", "")
			replays(h, "party", "party_check")
		})
	}
}

// evening is a room in which people do things, often at the wrong moment.
type evening struct {
	*boxtest.House
	*rand.Rand
	open  []string // orders that nobody ended
	begun []id.Order
}

// party is somebody who sits or waits; somebody unknown, where nobody is there.
func (e *evening) party() string {
	r := roomOf(e.House)
	list := []string{}
	for _, p := range r.Parties {
		list = append(list, p.PartyID)
	}
	for _, p := range r.Waiting {
		list = append(list, p.PartyID)
	}
	if len(list) == 0 {
		return id.New[id.Party]().String()
	}
	return list[e.IntN(len(list))]
}

// wish is something that somebody asks for.
type wish struct{ name, method, path, body string }

// next are the states after each.
var next = map[string]string{"placed": "preparing", "preparing": "ready", "ready": "served"}

// wishes are all that may be asked of one party, one table and one order.
func (e *evening) wishes(party, table, o string) []wish {
	at, with := "/api/v1/parties/"+party, fmt.Sprintf(`{"table":%q}`, table)
	list := []wish{
		{"seat", "POST", "/api/v1/parties", fmt.Sprintf(`{"tables":[%q],"covers":2}`, table)},
		{"seat who waits", "POST", "/api/v1/parties", fmt.Sprintf(`{"partyId":%q,"tables":[%q],"covers":2}`, party, table)},
		{"wait", "POST", "/api/v1/waitlist", `{"covers":3,"minutes":20}`},
		{"give up", "DELETE", "/api/v1/waitlist/" + party, ""},
		{"check", "POST", at + "/check", ""}, {"leave", "POST", at + "/leave", ""}, {"leave", "POST", at + "/leave", ""},
		{"move", "POST", at + "/move", with}, {"join", "POST", at + "/join", with}, {"join", "POST", at + "/join", with},
		{"split", "POST", at + "/split", fmt.Sprintf(`{"table":%q,"covers":0}`, table)},
		{"split", "POST", at + "/split", fmt.Sprintf(`{"table":%q,"covers":1}`, table)}, {"split", "POST", at + "/split", fmt.Sprintf(`{"table":%q,"covers":1}`, table)},
		{"clear", "POST", "/api/v1/floor/" + table + "/clear", ""},
		{name: "order"}, {name: "begin"}, {name: "ring"},
	}
	if o == "" {
		return list
	}
	is := get(e.House, o).Status
	for range 4 {
		list = append(list, wish{next[is], "POST", "/api/v1/orders/" + o + "/status", `{"status":"` + next[is] + `"}`})
	}
	return append(list, wish{"cancelled", "POST", "/api/v1/orders/" + o + "/status", `{"status":"cancelled"}`},
		wish{"move an order", "POST", "/api/v1/orders/" + o + "/move", fmt.Sprintf(`{"tableNumber":%q}`, table)})
}

// does asks for it, and reports whether it was done.
func (e *evening) does(w wish, table, o string) bool {
	e.T.Helper()
	switch w.name {
	case "order":
		e.open = append(e.open, ordersAt(e.House, table).OrderID)
	case "begin":
		e.begun = append(e.begun, id.New[id.Order]())
		command(e.House, e.begun[len(e.begun)-1], fmt.Sprintf(`"type":"order.open","data":{"tableNumber":%q}`, table))
	case "ring":
		if len(e.begun) == 0 {
			return false
		}
		rings(e.House, e.begun[0])
		e.open, e.begun = append(e.open, e.begun[0].String()), e.begun[1:]
	default:
		a := e.Do(w.method, w.path, w.body)
		if a.Status >= http.StatusInternalServerError {
			e.T.Fatalf("%v: %d %s", w, a.Status, a.Body)
		}
		if a.Status < http.StatusBadRequest && (w.name == "served" || w.name == "cancelled") {
			e.open = slices.DeleteFunc(e.open, func(x string) bool { return x == o })
		}
		return a.Status < http.StatusBadRequest
	}
	return true
}

// TestWhateverIsDoneInTheRoomEverybodyIsSomewhere: the room is examined after each
// thing that was done in it.
func TestWhateverIsDoneInTheRoomEverybodyIsSomewhere(t *testing.T) {
	t.Parallel()
	e := &evening{House: boxtest.Start(t), Rand: rand.New(rand.NewPCG(7, 0))}
	done := map[string]int{}
	for range 300 {
		table, o := []string{"1", "12", "B4"}[e.IntN(3)], ""
		if len(e.open) > 0 {
			o = e.open[e.IntN(len(e.open))]
		}
		list := e.wishes(e.party(), table, o)
		if w := list[e.IntN(len(list))]; e.does(w, table, o) {
			done[w.name]++
			sound(e.House, w.name)
		}
	}
	if t.Logf("%v", done); len(done) < 18 {
		t.Errorf("some of it was never done: %v", done)
	}
	replays(e.House, "party", "party_check", "floor_table")
}

// TestTheFloorIsExaminedForEveryBreak: each rule sees what breaks it, and only then.
func TestTheFloorIsExaminedForEveryBreak(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	seats(h, 2, "12")
	o := ordersAt(h, "12")
	for range 2 {
		asks(h, 201, "partyId", "POST", "/api/v1/waitlist", `{"covers":3,"minutes":20}`)
	}
	sound(h, "a usual evening")
	h.Stop()
	undone := errors.New("it was only tried")
	for name, c := range map[string]struct{ sql, says string }{
		"a table of nobody":                {"UPDATE floor_table SET party = '0198f000-0000-7000-8000-0000000000ff'", "which does not sit"},
		"a table of who waits":             {"UPDATE floor_table SET party = (SELECT id FROM party WHERE state = 'waiting')", "which does not sit"},
		"who sits nowhere":                 {"DELETE FROM floor_table", "sits at no table"},
		"who sits since never":             {"UPDATE party SET seated_at = 0", "when it was seated"},
		"who waits since they sat":         {"UPDATE party SET seated_at = 1 WHERE state = 'waiting'", "when it was seated"},
		"who left and sits":                {"UPDATE party SET left_at = 1 WHERE state = 'seated'", "when it left"},
		"who is gone and never went":       {"UPDATE party SET state = 'gone' WHERE state = 'waiting'", "when it left"},
		"an order of nobody":               {"UPDATE party_check SET party = '0198f000-0000-7000-8000-0000000000ff'", "is that of party 0198f000-0000-7000-8000-0000000000ff, which does not sit"},
		"an order of who left":             {"UPDATE party SET state = 'left', left_at = 1 WHERE state = 'seated'", "order " + o.OrderID + " is that of party"},
		"an order that nobody knows":       {"UPDATE party_check SET check_id = '0198f000-0000-7000-8000-0000000000ff'", "nobody knows it"},
		"an order somewhere else":          {"UPDATE guest_check SET table_name = 'B4'", "does not stand at a table of theirs"},
		"an order at their table of none":  {"DELETE FROM party_check", "order " + o.OrderID + " stands at table 12"},
		"an order at their table of other": {"UPDATE party_check SET party = (SELECT id FROM party WHERE state = 'waiting')", "order " + o.OrderID + " stands at table 12"},
		"two of one number":                {"UPDATE party SET number = 1 WHERE number > 0", "was given twice"},
	} {
		err := h.Edit(func(tx *sqlite.Tx) error {
			if _, err := tx.Exec(c.sql); err != nil {
				return err
			}
			broken, err := floor.Examine(tx)
			if said := fmt.Sprint(broken); err != nil || !strings.Contains(said, c.says) {
				t.Errorf("%s: %s %v, want %q", name, said, err, c.says)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Error(err)
		}
	}
}
