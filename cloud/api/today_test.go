package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tyngo/tyngo/cloud/api"
	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/sync/event"
)

func today(o *hqtest.Office, token string) (t api.Today) {
	o.T.Helper()
	if status := o.Do(token, "GET", "/api/v1/today", nil, &t); status != 200 {
		o.T.Fatalf("today: %d", status)
	}
	return t
}

// stream is an open dashboard.
type stream struct {
	t     testing.TB
	lines chan string
	res   *http.Response
}

type told struct{ id, event, data string }

func listen(t testing.TB, o *hqtest.Office, token, last string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", o.At.HQ+"/api/v1/stream", nil)
	check(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	check(t, err)
	t.Cleanup(func() { res.Body.Close() })
	s := &stream{t, make(chan string, 1000), res}
	go func() {
		defer close(s.lines)
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			s.lines <- scan.Text()
		}
	}()
	return s
}

func (s *stream) next() (e told) {
	s.t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for {
		select {
		case line, ok := <-s.lines:
			name, value, _ := strings.Cut(line, ": ")
			switch {
			case !ok:
				s.t.Fatal("the stream ended")
			case line == "" && e.data != "":
				return e
			case name == "id":
				e.id = value
			case name == "event":
				e.event = value
			case name == "data":
				e.data = value
			}
		case <-deadline.C:
			s.t.Fatal("the stream says nothing")
		}
	}
}

func TestTodaysFiguresAreWhatWasSold(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	lone, other, silent := o.AddRestaurant(o.Token, "Riverside"), o.AddRestaurant(o.Token, "Harbour"), o.AddRestaurant(o.Token, "Not open yet")
	day := time.Now().UTC().Format(time.DateOnly)
	a, b := joinBox(o, lone), joinBox(o, other)
	a.venue(lone.RestaurantID, "USD", "UTC")
	b.venue(other.RestaurantID, "KWD", "UTC") // three digits
	var facts []event.Payload
	for _, f := range [][]event.Payload{second(a.order(day, "Bowl", 2, 875)), second(a.order(day, "Chips", 1, 215)), second(a.order(day, "Bowl", 1, 875))} {
		facts = append(facts, f...)
	}
	dropped, f := a.order(day, "Stew", 1, 1200)
	facts = append(append(facts, f...), event.StatusChanged{Order: dropped, From: "placed", To: "cancelled"})
	_, f = a.order("2020-01-01", "Old", 1, 99900) // another day's
	facts = append(facts, f[:2]...)               // not sent
	before := time.Now().UnixMilli()
	a.say(day, facts...)
	b.say(day, second(b.order(day, "Tea", 3, 1005))...)
	o.Until("all is folded", func() bool {
		f := today(o, o.Token)
		return len(f.Totals) == 2 && len(f.TopItems) == 3 && f.Restaurants[0].Orders+f.Restaurants[1].Orders+f.Restaurants[2].Orders == 4
	})
	got := today(o, o.Token)
	if d := cmp.Diff([]api.Total{{Currency: "KWD", Digits: 3, Sales: 3015, Orders: 1, Average: 3015}, {Currency: "USD", Digits: 2, Sales: 2840, Orders: 3, Average: 947}}, got.Totals); d != "" {
		t.Errorf("totals: %s", d)
	}
	if d := cmp.Diff([]api.TopItem{{Name: "Tea", Quantity: 3, Sales: 3015, Currency: "KWD", Digits: 3}, {Name: "Bowl", Quantity: 3, Sales: 2625, Currency: "USD", Digits: 2},
		{Name: "Chips", Quantity: 1, Sales: 215, Currency: "USD", Digits: 2}}, got.TopItems); d != "" {
		t.Errorf("top items: %s", d)
	}
	by := map[string]api.Restaurant{}
	for _, r := range got.Restaurants {
		by[r.ID] = r
	}
	r := by[lone.RestaurantID]
	sum := int64(0)
	for _, h := range r.Hours {
		sum += h.Sales
	}
	if r.Sales != 2840 || r.Orders != 3 || r.Average != 947 || r.Day != day || r.Zone != "UTC" || r.Name != "Riverside" || sum != 2840 {
		t.Errorf("%+v", r)
	}
	if l := r.LastOrder; l == nil || l.Number != "4" || l.Total != 1200 || l.At < before || l.At > time.Now().UnixMilli() {
		t.Errorf("the last order is %+v", l)
	}
	if len(r.Boxes) != 1 || r.Boxes[0].State != "online" || r.Boxes[0].BehindEvents != 0 || r.Boxes[0].BehindSeconds > 5 {
		t.Errorf("%+v", r.Boxes)
	}
	if q := by[silent.RestaurantID]; q.Currency != "" || q.Orders != 0 || len(q.Boxes) != 0 || q.LastOrder != nil {
		t.Errorf("a restaurant that never spoke: %+v", q)
	}
	if got.Quarantined != 0 {
		t.Errorf("%d facts are set aside", got.Quarantined)
	}
}

func second[A, B any](_ A, b B) B { return b }

func TestADarkBoxIsDarkSinceAndBehindAndNeverZero(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	c := o.AddRestaurant(o.Token, "Riverside")
	k := joinBox(o, c)
	k.venue(c.RestaurantID, "USD", "America/Chicago")
	box := func() api.Box { return today(o, o.Token).Restaurants[0].Boxes[0] }
	o.Until("the box is stored", func() bool { b := box(); return b.State == "online" && b.BehindEvents == 0 && b.LastHeard > 0 })
	before := time.Now().UnixMilli()
	k.stop()
	o.Until("the box is dark", func() bool { return box().State == "dark" })
	if b := box(); b.Since < before || b.Since > time.Now().UnixMilli() || b.LastHeard > b.Since {
		t.Errorf("%+v", b)
	}
	o.Stop() // a head office that starts knows nobody; nobody answers its roll call
	o.Open()
	if b := box(); b.State != "dark" || b.Since > time.Now().UnixMilli()-1 {
		t.Errorf("after a restart: %+v", b)
	}
}

func TestAFactOfABoxIsOnTheDashboardWithinASecond(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	c := o.AddRestaurant(o.Token, "Riverside")
	k := joinBox(o, c)
	k.venue(c.RestaurantID, "USD", "UTC")
	o.Until("the box is known", func() bool { f := today(o, o.Token); return f.Restaurants[0].Currency == "USD" })
	s := listen(t, o, o.Token, "")
	if ct := s.res.Header.Get("Content-Type"); ct != "text/event-stream" || s.res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", s.res.Header)
	}
	day := time.Now().UTC().Format(time.DateOnly)
	if e := s.next(); e.event != "today" || e.id == "" {
		t.Fatalf("%+v", e)
	}
	orders := func(e told) int64 {
		var f api.Today
		check(t, json.Unmarshal([]byte(e.data), &f))
		return f.Totals[0].Orders
	}
	fastest := time.Hour
	var last told
	for n := int64(1); n <= 5; n++ {
		began := time.Now()
		k.say(day, second(k.order(day, "Bowl", 1, 875))...)
		for last = s.next(); orders(last) < n; {
			last = s.next()
		}
		fastest = min(fastest, time.Since(began))
	}
	if fastest > time.Second { // the median is measured by make bench; here the machine is busy
		t.Errorf("the fastest of five took %v", fastest)
	}
	s.res.Body.Close()
	k.say(day, second(k.order(day, "Bowl", 1, 875))...)
	o.Until("the sixth is folded", func() bool { return today(o, o.Token).Totals[0].Orders == 6 })
	if e := listen(t, o, o.Token, last.id).next(); e.event != "today" || orders(e) != 6 {
		t.Errorf("a page that comes back is told %+v", e)
	}
}

func TestAnOddZoneOfOneRestaurantTakesThePageFromNobody(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	odd, good := o.AddRestaurant(o.Token, "Odd"), o.AddRestaurant(o.Token, "Good")
	a, b := joinBox(o, odd), joinBox(o, good)
	a.venue(odd.RestaurantID, "USD", "Mars/Olympus")
	b.venue(good.RestaurantID, "EUR", "Europe/Rome")
	o.Until("both are known", func() bool { return len(today(o, o.Token).Totals) == 2 })
}

func TestHealthReadyAndMetrics(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	o := hqtest.Start(t, func(c *hq.Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	for path, want := range map[string]string{"/health": `"status":"ok"`, "/ready": `"status":"ready"`} {
		for _, method := range []string{"GET", "HEAD"} {
			if a := ask(t, http.DefaultClient, method, o.At.HQ+path, ""); a.status != 200 || method == "GET" && !strings.Contains(a.body, want) {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
		}
	}
	c := o.AddRestaurant(o.Token, "Riverside")
	k := joinBox(o, c)
	k.venue(c.RestaurantID, "USD", "UTC")
	metrics := func() string {
		return ask(t, http.DefaultClient, "GET", o.At.HQ+"/metrics", "", "Authorization", "Bearer "+token(o, "", "monitor")).body
	}
	o.Until("the figures tell of the box", func() bool {
		m := metrics()
		return strings.Contains(m, "\ntyngo_ingest_events_total 1\n") && strings.Contains(m, "\ntyngo_boxes_online 1\n") && strings.Contains(m, "\ntyngo_rollup_facts_total 1\n") &&
			strings.Contains(m, "\ntyngo_rollup_boxes_behind 0\n")
	})
	for _, name := range []string{"tyngo_ingest_batches_total", "tyngo_ingest_gaps_total", "tyngo_ingest_forks_total", "tyngo_ingest_bad_total", "tyngo_ingest_commits_total", "tyngo_rollup_aside_total"} {
		if !strings.Contains(metrics(), "\n"+name+" ") {
			t.Errorf("there is no %s", name)
		}
	}
	check(t, o.Store.Close())
	ahead.Add(int64(2 * time.Second)) // a look is remembered for a second
	refused(t, "/ready without a store", ask(t, http.DefaultClient, "GET", o.At.HQ+"/ready", ""), 503)
	if a := ask(t, http.DefaultClient, "GET", o.At.HQ+"/health", ""); a.status != 200 {
		t.Errorf("the program is well all the same: %d", a.status)
	}
}
