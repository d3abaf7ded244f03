package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/web"
)

type object = map[string]any

// asOf is the moment of the mockups: 7:42:08 pm in Chicago.
var asOf = time.Date(2026, 11, 25, 1, 42, 8, 0, time.UTC)

// fakeHQ answers with one object and streams it again when it changes.
type fakeHQ struct {
	*httptest.Server
	t testing.TB

	mu        sync.Mutex
	today     object
	away      bool
	listeners map[chan []byte]bool
}

func newFakeHQ(t testing.TB) *fakeHQ {
	t.Helper()
	site, err := web.Site()
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeHQ{t: t, today: luzToday(), listeners: map[chan []byte]bool{}}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", site.Page(web.Today))
	mux.Handle(site.Prefix(), site.Assets())
	mux.HandleFunc("POST /session", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "yes", Path: "/", HttpOnly: true})
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /session", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Path: "/", MaxAge: -1})
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /api/v1/me", func(w http.ResponseWriter, r *http.Request) {
		f.answer(w, object{"user": "Owner", "organisation": object{"id": "o", "name": "Luz & Maíz"}})
	})
	mux.HandleFunc("GET /api/v1/today", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.answer(w, f.today)
	})
	mux.HandleFunc("GET /api/v1/stream", f.stream)
	mux.HandleFunc("GET /api/v1/quarantine", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		list := []object{}
		for n := range f.today["quarantined"].(int) {
			list = append(list, object{"box": "b", "restaurantId": "r", "restaurant": "Harbor", "epoch": 1, "seq": 1041 + n, "type": "order.sent", "for": "sales",
				"reason": "fact 1041, order.sent: json: cannot unmarshal string into Go struct field OrderSent.total", "since": asOf.Add(-time.Hour).UnixMilli(),
				"fact": object{"seq": 1041 + n, "type": "order.sent", "data": object{"total": "twelve"}}})
		}
		f.answer(w, object{"facts": list})
	})
	mux.HandleFunc("POST /api/v1/quarantine/retry", func(w http.ResponseWriter, r *http.Request) {
		n := 0
		f.change(func(today object) { n = today["quarantined"].(int); today["quarantined"] = 0 })
		f.answer(w, object{"folded": n, "left": 0})
	})
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		away := f.away
		f.mu.Unlock()
		if away {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Date", asOf.Format(http.TimeFormat)) // the page believes the server's clock
		if _, err := r.Cookie("session"); err != nil && len(r.URL.Path) > 4 && r.URL.Path[:5] == "/api/" {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(401)
			_, _ = fmt.Fprint(w, `{"status":401,"detail":"No token provided","error":"No token provided"}`)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

func (f *fakeHQ) answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		f.t.Error(err)
	}
}

func (f *fakeHQ) stream(w http.ResponseWriter, r *http.Request) {
	mine := make(chan []byte, 100)
	f.mu.Lock()
	f.listeners[mine] = true
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.listeners, mine)
		f.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = fmt.Fprint(w, "retry: 200\n\n")
	for {
		_ = http.NewResponseController(w).Flush()
		select {
		case data := <-mine:
			_, _ = fmt.Fprintf(w, "event: today\ndata: %s\n\n", data)
		case <-r.Context().Done():
			return
		}
	}
}

// change alters today and tells all pages.
func (f *fakeHQ) change(alter func(today object)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	alter(f.today)
	data, err := json.Marshal(f.today)
	if err != nil {
		f.t.Error(err)
	}
	for l := range f.listeners {
		l <- data
	}
}

func (f *fakeHQ) restaurant(i int) object { return f.today["restaurants"].([]object)[i] }

func (f *fakeHQ) goAway() {
	f.mu.Lock()
	f.away = true
	f.mu.Unlock()
	f.CloseClientConnections()
}

func (f *fakeHQ) comeBack() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = false
}

// luzToday is the evening of the mockup.
func luzToday() object {
	shape := []int{2, 4, 9, 12, 7, 4, 3, 5, 9, 12, 10, 4} // 8 am to 7 pm
	box := func(state string, events int, seconds float64, heard time.Duration) object {
		return object{"id": "b", "state": state, "since": asOf.Add(-heard).UnixMilli(), "behindEvents": events, "behindSeconds": seconds, "lastHeard": asOf.Add(-heard).UnixMilli()}
	}
	var restaurants []object
	sales, orders := 0, 0
	for i, r := range []struct {
		name   string
		orders int
		sales  int
		box    object
		hours  int
	}{
		{"Harbor", 401, 842200, box("online", 0, 0.4, 0), 12},
		{"Station Square", 396, 791500, box("online", 0, 0.3, 0), 12},
		{"Old Mill", 302, 655900, box("online", 2, 0.4, 0), 12},
		{"Market Hall", 341, 612300, box("online", 0, 0.4, 0), 12},
		{"Northgate", 251, 548200, box("online", 0, 0.5, 0), 12},
		{"University", 322, 503900, box("online", 214, 246, 0), 11},
		{"Riverside", 214, 467700, box("online", 0, 0.4, 0), 12},
		{"Garden Court", 188, 401900, box("online", 0, 0.5, 0), 12},
		{"Lakeside", 121, 238500, box("dark", 0, 0, 48*time.Minute), 9},
		{"Hillcrest", 0, 0, object{"id": "b", "state": "never", "behindEvents": 0, "behindSeconds": 0}, 0},
	} {
		all := 0
		for _, s := range shape[:r.hours] {
			all += s
		}
		hours := []object{}
		for h, s := range shape[:r.hours] {
			hours = append(hours, object{"hour": 8 + h, "sales": r.sales * s / all})
		}
		restaurant := object{"id": fmt.Sprintf("r%d", i), "name": r.name, "currency": "USD", "digits": 2, "zone": "America/Chicago", "day": "2026-11-24",
			"sales": r.sales, "orders": r.orders, "average": r.sales / max(1, r.orders), "hours": hours, "boxes": []object{r.box}}
		if r.orders > 0 {
			restaurant["lastOrder"] = object{"at": asOf.Add(-time.Duration(12+i*20) * time.Second).UnixMilli(), "number": fmt.Sprint(200 + r.orders), "total": 1250 + 100*i}
		}
		if r.name == "Lakeside" {
			restaurant["lastOrder"] = object{"at": asOf.Add(-49 * time.Minute).UnixMilli(), "number": "320", "total": 4310}
		}
		if r.name == "Hillcrest" { // nothing is known of it but its name
			restaurant["currency"], restaurant["digits"], restaurant["zone"], restaurant["day"] = "", 0, "", ""
		}
		restaurants = append(restaurants, restaurant)
		sales += r.sales
		orders += r.orders
	}
	var items []object
	for i, name := range []string{"Chicken Burrito", "Carnitas", "Guacamole & chips", "House margarita", "Baja fish", "Burrito bowl", "Agua fresca", "Churros"} {
		items = append(items, object{"name": name, "quantity": 812 - 91*i, "sales": 710500 - 80100*i, "currency": "USD", "digits": 2})
	}
	return object{"asOf": asOf.UnixMilli(), "restaurants": restaurants, "topItems": items, "quarantined": 0,
		"totals": []object{{"currency": "USD", "digits": 2, "sales": sales, "orders": orders, "average": sales / orders,
			"discounts": 121435, "charges": 88210, "taxes": 449262}}}
}

// abroad adds a restaurant of another currency and zone.
func abroad(today object) {
	today["restaurants"] = append(today["restaurants"].([]object), object{"id": "mx", "name": "Coyoacán", "currency": "MXN", "digits": 2, "zone": "America/Mexico_City", "day": "2026-11-24",
		"sales": 1840000, "orders": 96, "average": 19166, "hours": []object{{"hour": 18, "sales": 940000}, {"hour": 19, "sales": 900000}},
		"boxes": []object{{"id": "b", "state": "online", "behindEvents": 0, "behindSeconds": 0.7, "lastHeard": asOf.UnixMilli()}}})
	today["totals"] = append(today["totals"].([]object), object{"currency": "MXN", "digits": 2, "sales": 1840000, "orders": 96, "average": 19166})
}
