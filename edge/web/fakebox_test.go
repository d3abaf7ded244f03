package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/ui"
)

const (
	signInCode = "ABCDE-FGHJK"
	zone       = "America/Chicago"
)

type object = map[string]any

// fakeBox is as much of a box as the tablet page can tell from a real one: it takes
// commands once, remembers their answers, and tells what changed.
type fakeBox struct {
	*httptest.Server
	t    testing.TB
	site *ui.Site

	mu        sync.Mutex
	seq       int
	menu      object
	tables    []object
	floor     object // who sits where
	orders    []*fakeOrder
	done      map[string]object // answers that are remembered, by command id
	posts     [][]string        // command ids of every request
	taken     []string          // types of the commands that were done, in order
	lights    []object
	listeners map[chan string]bool
	away      bool              // every connection breaks
	strangers bool              // no session is known any more
	noSend    string            // the words with which the next order.send is refused
	deaf      int               // so many requests are done and their answers lost
	notNow    map[string]int    // so many commands of this type are answered with 503
	soldOut   map[string]string // by menuItemId: the words of the refusal
	now       time.Time
}

type fakeOrder struct {
	id, status string
	moved      string // to where somebody else moves it just before our next command
	table      any
	number     int
	lines      []object
	tickets    []object
	at         time.Time
}

func newFakeBox(t testing.TB) *fakeBox {
	t.Helper()
	site, err := web.Site()
	if err != nil {
		t.Fatal(err)
	}
	b := &fakeBox{
		t: t, site: site, seq: 1000, done: map[string]object{}, listeners: map[chan string]bool{},
		notNow: map[string]int{}, soldOut: map[string]string{}, now: time.Now(),
		lights: []object{light("box", "ok", ""), light("kitchen", "ok", ""), light("hq", "ok", "")},
	}
	b.menu, b.tables = luzMenu(), luzTables()
	b.floor = object{"tables": []object{}, "parties": []object{}, "waiting": []object{}}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", site.Page(web.Tablet))
	mux.Handle(site.Prefix(), site.Assets())
	mux.HandleFunc("POST /session", b.signIn)
	mux.HandleFunc("DELETE /session", b.signOut)
	mux.HandleFunc("GET /api/v1/me", b.guarded(b.me))
	mux.HandleFunc("GET /api/v1/menu", b.guarded(func(*http.Request) any { return b.menu }))
	mux.HandleFunc("GET /api/v1/photos/{name}", photo)
	mux.HandleFunc("GET /api/v1/tables", b.guarded(func(*http.Request) any { return object{"tables": b.tables} }))
	mux.HandleFunc("GET /api/v1/floor", b.guarded(func(*http.Request) any { return b.floor }))
	mux.HandleFunc("GET /api/v1/people", b.guarded(func(*http.Request) any { return object{"people": b.people()} }))
	mux.HandleFunc("GET /api/v1/waitlist/quote", b.guarded(func(*http.Request) any { return object{"minutes": 25} }))
	mux.HandleFunc("GET /api/v1/orders", b.guarded(b.openOrders))
	mux.HandleFunc("GET /api/v1/orders/{id}", b.guarded(b.order))
	mux.HandleFunc("GET /api/v1/lights", b.guarded(func(*http.Request) any { return object{"lights": b.lights} }))
	mux.HandleFunc("POST /api/v1/commands", b.guarded(b.commands))
	mux.HandleFunc("GET /api/v1/stream", b.stream)
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		away := b.away
		b.mu.Unlock()
		if away {
			panic(http.ErrAbortHandler)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		b.CloseClientConnections()
		b.Close()
	})
	return b
}

func light(name, state, words string) object {
	return object{"name": name, "state": state, "words": words, "since": time.Now().Add(-4 * time.Minute).UnixMilli()}
}

func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail, "error": detail, "code": code})
}

func (b *fakeBox) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct{ Code string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	switch in.Code {
	case signInCode:
		b.with(func() { b.strangers = false })
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "yes", Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		w.WriteHeader(http.StatusNoContent)
	case "TOOOO-OFTEN":
		problem(w, 429, "too_many_tries", "Too many tries.")
	default:
		problem(w, 401, "bad_code", "Invalid code")
	}
}

func (b *fakeBox) signOut(w http.ResponseWriter, _ *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "session", Path: "/", MaxAge: -1})
	w.WriteHeader(http.StatusNoContent)
}

// guarded asks for the session, then answers with JSON under the lock.
func (b *fakeBox) guarded(answer func(*http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		strangers := b.strangers
		b.mu.Unlock()
		if c, err := r.Cookie("session"); err != nil || c.Value != "yes" || strangers {
			problem(w, 401, "no_session", "No token provided")
			return
		}
		b.mu.Lock()
		body := answer(r)
		text, err := json.Marshal(body)
		lost := r.Method == http.MethodPost && b.deaf > 0
		if lost {
			b.deaf--
		}
		b.mu.Unlock()
		switch {
		case err != nil:
			b.t.Error(err)
		case lost:
			panic(http.ErrAbortHandler)
		case body == nil:
			problem(w, 404, "not_found", "There is no such thing.")
		default:
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Cache-Control", "no-store")
			_, _ = w.Write(text)
		}
	}
}

func (b *fakeBox) me(*http.Request) any {
	return object{"device": "0192f0c1-0000-7000-8000-000000000001", "name": "Mara Keller", "role": "server", "may": []string{"order.read", "staff.read", "guest.read", "guest.write"}, "incarnation": "A", "seq": b.seq,
		"restaurant": object{"id": "0192f0c1-0000-7000-8000-000000000002", "name": "Luz & Maíz Harbor", "currency": "USD", "digits": 2, "zone": zone, "locale": "en-US"}}
}

func (b *fakeBox) openOrders(*http.Request) any {
	open := []object{}
	for _, o := range b.orders {
		if o.status != "served" && o.status != "cancelled" {
			open = append(open, o.json())
		}
	}
	return object{"orders": open}
}

func (b *fakeBox) find(id string) *fakeOrder {
	for _, o := range b.orders {
		if o.id == id {
			return o
		}
	}
	return nil
}

func (b *fakeBox) order(r *http.Request) any {
	if o := b.find(r.PathValue("id")); o != nil {
		return o.json()
	}
	return nil
}

func (o *fakeOrder) json() object {
	total := 0.0
	for _, l := range o.lines {
		total += l["amount"].(float64)
	}
	j := object{"orderId": o.id, "number": fmt.Sprint(o.number), "status": o.status, "estimatedTime": "12 minutes", "items": o.lines,
		"totalAmount": json.Number(fmt.Sprintf("%.2f", total*1.0825)), "currency": "USD", "createdAt": o.at.UTC().Format("2006-01-02T15:04:05.000Z"), "tickets": o.tickets}
	if o.table != nil {
		j["tableNumber"] = o.table
	}
	return j
}

type command struct {
	ID, Type, Order string
	Data            struct {
		TableNumber any
		Status      string
		Lines       []struct {
			Line, MenuItemID string
			Quantity         float64
			Modifications    []string
			Modifiers        []struct{ ModifierID string }
		}
	}
}

func (b *fakeBox) commands(r *http.Request) any {
	var in struct{ Commands []command }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Commands) > 50 {
		b.t.Errorf("commands: %d, %v", len(in.Commands), err)
	}
	var ids []string
	results := []object{}
	for _, c := range in.Commands {
		ids = append(ids, c.ID)
		answer, seen := b.done[c.ID]
		if !seen {
			answer = b.do(c)
			if p, ok := answer["problem"].(object); !ok || p["status"].(int) < 500 {
				b.done[c.ID] = answer
			}
		}
		results = append(results, answer)
	}
	b.posts = append(b.posts, ids)
	return object{"results": results}
}

func refused(id string, status int, words string, errors ...object) object {
	return object{"id": id, "problem": object{"type": "about:blank", "title": "No", "status": status, "detail": words, "error": words, "code": "no", "errors": errors}}
}

// do is one commit.
func (b *fakeBox) do(c command) object {
	if b.notNow[c.Type] > 0 {
		b.notNow[c.Type]--
		return refused(c.ID, 503, "The disk is full.")
	}
	o := b.find(c.Order)
	if o == nil && c.Type != "order.open" {
		return refused(c.ID, 404, "This order does not exist.")
	}
	fact := ""
	switch c.Type {
	case "order.open":
		o = &fakeOrder{id: c.Order, status: "open", table: c.Data.TableNumber, number: 214 + len(b.orders), at: b.now, lines: []object{}, tickets: []object{}}
		b.orders = append(b.orders, o)
		fact = "order.opened"
	case "order.add_lines":
		for i, l := range c.Data.Lines {
			if words := b.soldOut[l.MenuItemID]; words != "" {
				return refused(c.ID, 422, "Nothing was ordered.", object{"location": fmt.Sprintf("body.items[%d].menuItemId", i), "message": words})
			}
		}
		for _, l := range c.Data.Lines {
			item := b.item(l.MenuItemID)
			price := float64(item["price"].(int)) / 100
			said := []string{}
			for _, m := range l.Modifiers {
				said = append(said, b.modifier(m.ModifierID))
			}
			said = append(said, l.Modifications...)
			o.lines = append(o.lines, object{"lineId": l.Line, "menuItemId": l.MenuItemID, "name": item["name"], "quantity": l.Quantity,
				"modifications": said, "unitPrice": price, "amount": price * l.Quantity, "sent": false})
		}
		fact = "order.line_added"
	case "order.send":
		if words := b.noSend; words != "" {
			b.noSend = ""
			return refused(c.ID, 409, words)
		}
		lines := []any{}
		for _, l := range o.lines {
			if l["sent"] == false {
				l["sent"] = true
				lines = append(lines, l["lineId"])
			}
		}
		if len(lines) == 0 {
			return refused(c.ID, 409, "Everything on this order was sent already.")
		}
		o.status = "placed"
		o.tickets = append(o.tickets, object{"ticketId": fmt.Sprintf("t%d", b.seq), "number": fmt.Sprintf("K-%d", 2290+len(o.tickets)+len(b.orders)), "kind": "new", "station": "Hot line", "lines": lines, "state": "queued", "printer": "Grill"})
		fact = "order.sent"
	case "order.set_status":
		if o.moved != "" {
			o.status, o.moved = o.moved, ""
		}
		next := map[string][]string{"open": {"cancelled"}, "placed": {"preparing", "cancelled"}, "preparing": {"ready", "cancelled"}, "ready": {"served"}}
		if !slices.Contains(next[o.status], c.Data.Status) {
			return refused(c.ID, 409, "An order that is "+o.status+" cannot become "+c.Data.Status+".")
		}
		o.status = c.Data.Status
		fact = "order.status_changed"
	default:
		b.t.Errorf("unknown command %q", c.Type)
	}
	b.taken = append(b.taken, c.Type)
	b.tell(fact, c.Order)
	return object{"id": c.ID, "seq": b.seq}
}

func (b *fakeBox) item(id string) object {
	for _, i := range b.menu["items"].([]object) {
		if i["menuItemId"] == id {
			return i
		}
	}
	b.t.Errorf("no item %s", id)
	return object{"name": "?", "price": 0}
}

func (b *fakeBox) modifier(id string) string {
	for _, g := range b.menu["groups"].([]object) {
		for _, m := range g["modifiers"].([]object) {
			if m["modifierId"] == id {
				return m["name"].(string)
			}
		}
	}
	b.t.Errorf("no modifier %s", id)
	return "?"
}

// tell announces a fact; the lock is held.
func (b *fakeBox) tell(kind, order string) {
	b.seq++
	data, _ := json.Marshal(object{"seq": b.seq, "type": kind, "order": order, "at": time.Now().UnixMilli()})
	b.send(fmt.Sprintf("id: A-%d\nevent: fact\ndata: %s\n\n", b.seq, data))
}

func (b *fakeBox) send(frame string) {
	for l := range b.listeners {
		select {
		case l <- frame:
		default:
			b.t.Error("a stream is full")
		}
	}
}

func (b *fakeBox) stream(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie("session"); err != nil {
		problem(w, 401, "no_session", "No token provided")
		return
	}
	mine := make(chan string, 1000)
	b.mu.Lock()
	b.listeners[mine] = true
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.listeners, mine)
		b.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprint(w, "retry: 300\n\n")
	hello := "hello"
	if r.Header.Get("Last-Event-ID") != "" {
		hello = "snapshot" // the plainest resumption that is allowed
	}
	_, _ = fmt.Fprintf(w, "id: A-%d\nevent: %s\ndata: {}\n\n", 1000, hello)
	for {
		_ = http.NewResponseController(w).Flush()
		select {
		case frame := <-mine:
			_, _ = fmt.Fprint(w, frame)
		case <-r.Context().Done():
			return
		}
	}
}

// With runs f under the lock.
func (b *fakeBox) with(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// goAway breaks every line; comeBack ends that.
func (b *fakeBox) goAway() {
	b.with(func() { b.away = true })
	b.CloseClientConnections()
}

func (b *fakeBox) comeBack() { b.with(func() { b.away = false }) }

// print moves all tickets of all orders to a state.
func (b *fakeBox) print(state, words string) {
	b.with(func() {
		for _, o := range b.orders {
			for _, t := range o.tickets {
				t["state"] = state
				delete(t, "problem")
				if words != "" {
					t["problem"] = words
				}
			}
			if words == "" { // a printer's trouble is no fact
				b.tell("kitchen.job_"+state, o.id)
			}
		}
	})
}

func (b *fakeBox) shine(lights ...object) {
	b.with(func() {
		b.lights = lights
		data, _ := json.Marshal(object{"lights": lights})
		b.send(fmt.Sprintf("event: lights\ndata: %s\n\n", data))
	})
}

func luzTables() []object {
	var tables []object
	for i := 1; i <= 16; i++ {
		if i != 13 {
			tables = append(tables, object{"table": fmt.Sprint(i), "seats": 2 + 2*(i%3), "section": "Dining room"})
		}
	}
	for i := 1; i <= 6; i++ {
		tables = append(tables, object{"table": fmt.Sprintf("T%d", i), "seats": 4, "section": "Terrace"})
	}
	for i := 1; i <= 6; i++ {
		tables = append(tables, object{"table": fmt.Sprintf("B%d", i), "seats": 1, "section": "Bar"})
	}
	return tables
}

// luzMenu is the invented menu of the mockups; burritos have 40 modifiers.
func luzMenu() object {
	extras := strings.Split("Guacamole,Queso,Sour cream,Cheese,Lettuce,White rice,Brown rice,Cilantro rice,Black beans,Pinto beans,Refried beans,"+
		"Fajita vegetables,Roja salsa,Verde salsa,Mango salsa,Corn salsa,Fresh tomato salsa,Habanero,Jalapeños,Pickled onion,Red onion,Cotija,Crema,Chipotle crema,"+
		"Slaw,Radish,Cilantro,Lime,Avocado,Bacon,Extra chicken,Extra carnitas,Extra shrimp,Charred corn,Pumpkin seeds,No tortilla,Wheat tortilla,Corn tortilla,Well done,Cut in half", ",")
	var modifiers []object
	for i, name := range extras {
		price := 0
		if i < 2 || i == 28 || strings.HasPrefix(name, "Extra") {
			price = 250
		}
		group := "Extras"
		if strings.HasSuffix(name, "tortilla") {
			group = "Tortilla"
		}
		modifiers = append(modifiers, object{"modifierId": fmt.Sprintf("m%d", i), "name": name, "price": price, "group": group})
	}
	groups := []struct {
		name  string
		items string
		mods  int
	}{
		{"Speed", "House margarita 12.00,Chips & salsa 4.50,Agua fresca 3.50,Carnitas 4.50", 0},
		{"Small plates", "Guacamole & chips 11.50,Charred corn 8.50,Queso fundido 9.75,Shrimp ceviche 14.00", 0},
		{"Tacos", "Carnitas 4.50,Al pastor 4.75,Barbacoa 5.25,Pollo asado 4.50,Baja fish 5.75,Chipotle shrimp 6.25,Rajas & crema 4.25,Nopales 4.25,Oyster mushroom 4.95,Lengua 5.50,Chorizo & potato 4.75,Squash blossom 4.95,Quesabirria: 3 pcs 15.75,Taco trio: pick three 13.50,Baja trio 16.50,Vegan trio 12.75,Kids’ taco plate 8.50,Tasting board for two 32.00", 6},
		{"Burritos", "Chicken Burrito 8.75,Carnitas Burrito 9.25,Steak Burrito 9.75,Barbacoa Burrito 9.25,Veggie Burrito 8.25,Jalapeño Burrito 8.95", 40},
		{"Bowls", "Burrito bowl 14.50,Chicken bowl 13.50,Veggie bowl 12.00", 12},
		{"Mains", "Hanger steak 27.00,Half chicken 19.50,Enchiladas 17.00,Fish of the day 24.00", 0},
		{"Sides", "Rice 3.00,Black beans 3.00,Plantains 5.00", 0},
		{"Desserts", "Churros 7.50,Flan 6.50,Tres leches 8.00", 0},
		{"Soft drinks", "Cola 3.25,Sparkling water 3.00,Horchata 4.00", 0},
		{"Beer & wine", "Lager 6.00,House red 9.00", 0},
	}
	var categories, items, shared []object
	placed := map[int][]int{}
	places := func(n int) []int { // the groups of the first n modifiers
		if _, ok := placed[n]; !ok {
			placed[n] = []int{}
			last := ""
			for _, m := range modifiers[:n] {
				if name, _ := m["group"].(string); name != last || len(placed[n]) == 0 {
					placed[n], last = append(placed[n], len(shared)), name
					shared = append(shared, object{"name": name, "modifiers": []object{}})
					if name == "Tortilla" {
						shared[len(shared)-1]["min"], shared[len(shared)-1]["max"] = 1, 1
					}
				}
				g := shared[len(shared)-1]
				g["modifiers"] = append(g["modifiers"].([]object), m)
			}
		}
		return placed[n]
	}
	byName := map[string]string{}
	for _, g := range groups {
		var ids []string
		for _, text := range strings.Split(g.items, ",") {
			cut := strings.LastIndex(text, " ")
			name := strings.ReplaceAll(text[:cut], ":", ",")
			id, known := byName[name]
			if !known {
				id = fmt.Sprintf("0192f0c1-0000-7000-8000-%012d", 100+len(items))
				byName[name] = id
				var price float64
				_, _ = fmt.Sscan(text[cut+1:], &price)
				item := object{"menuItemId": id, "name": name, "price": int(price*100 + 0.5), "prepMinutes": 8, "available": name != "Lengua", "groups": places(g.mods)}
				if name == "Chicken Burrito" {
					item["photo"] = "burrito"
				}
				items = append(items, item)
				if name == "Baja trio" {
					items[len(items)-1]["left"] = 3
				}
			}
			ids = append(ids, id)
		}
		categories = append(categories, object{"name": g.name, "items": ids})
	}
	return object{"sha256": "x", "currency": "USD", "categories": categories, "items": items, "groups": shared}
}
