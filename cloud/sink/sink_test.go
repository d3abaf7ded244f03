package sink_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/sink"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

var update = flag.Bool("update", false, "write the golden files")

// of is an id that is the same in every run.
func of[T id.ID[K], K any](name string) T { return id.Derived[T, K]("test", name) }

// outlet is a real store with one box and the follower of the outside.
type outlet struct {
	t    *testing.T
	path string
	s    *store.Store
	box  store.Box
	j    *storetest.Journal
	f    *rollup.Follower
	out  bytes.Buffer
}

func newOutlet(t *testing.T) *outlet {
	t.Helper()
	o := &outlet{t: t, path: filepath.Join(t.TempDir(), "cloud.db")}
	s, err := sqlite.Open(t.Context(), o.path)
	o.check(err)
	t.Cleanup(func() { s.Close() })
	o.s = s
	o.box = store.Box{ID: of[id.Box]("box"), Organisation: of[id.Organisation]("organisation"), Restaurant: of[id.Restaurant]("restaurant")}
	o.check(s.AddOrganisation(t.Context(), store.Organisation{ID: o.box.Organisation, Name: "Taquería"}, storetest.Now))
	o.check(s.In(o.box.Organisation).AddRestaurant(t.Context(), store.Restaurant{ID: o.box.Restaurant, Name: "Riverside"}, storetest.Now))
	o.check(s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddBox(o.box, storetest.Now) }))
	o.j = storetest.NewJournal(o.box.ID)
	o.follow()
	return o
}

func (o *outlet) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *outlet) follow() {
	o.f = rollup.Follow(o.s, sink.Consumer, sink.Fold, func() <-chan struct{} { return nil }, func() time.Time { return storetest.Now }, slog.New(slog.DiscardHandler))
	o.f.Emit = sink.Lines(&o.out)
}

func (o *outlet) say(p event.Payload) {
	o.t.Helper()
	e, err := event.New(p)
	o.check(err)
	e.ID, e.Command = of[id.Event](string(rune('a'+o.j.Head()))), of[id.Command](string(rune('a'+o.j.Head())))
	e.TP = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	o.j.Append(o.t, storetest.Now.Add(time.Duration(o.j.Head())*1500*time.Millisecond), storetest.Day, e)
}

func (o *outlet) venue(currency string) {
	o.t.Helper()
	o.say(event.VenuePublished{SHA256: strings.Repeat("ab", 32), Owner: "box", Restaurant: o.box.Restaurant, Name: "Riverside", Currency: currency, Zone: "America/Chicago", Locale: "en-US", DayStart: 240})
}

// order opens one, with lines that are sent.
func (o *outlet) order(name, table string, customer id.Customer, total money.Amount) {
	o.t.Helper()
	order, line := of[id.Order](name), of[id.Line](name)
	kind := "dine_in"
	if table == "" {
		kind = "takeaway"
	}
	o.say(event.OrderOpened{Order: order, Number: event.Number{Series: "A", N: 214}, Type: kind, Table: table, Customer: customer, Source: "api"})
	o.say(event.LineAdded{Order: order, Line: line, Item: of[id.Item]("burrito"), Name: "Burrito & <más>", Quantity: 2, UnitPrice: 1075, Amount: 2150,
		Modifiers: []event.Modified{{Modifier: of[id.Modifier]("guacamole"), Name: "Guacamole", Price: 200}}, Notes: []string{"no onions"}, Station: "Hot line", PrepMinutes: 15})
	o.say(event.LineAdded{Order: order, Line: of[id.Line](name + "2"), Item: of[id.Item]("chips"), Name: "Chips", Quantity: 1, UnitPrice: 400, Amount: 400})
	o.say(event.OrderSent{Order: order, Lines: []id.Line{line, of[id.Line](name + "2")}, Total: total, Minutes: 15, First: true})
}

type record struct {
	Topic string          `json:"topic"`
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// cloudEvent is what the standard and our users ask for.
type cloudEvent struct {
	SpecVersion     string         `json:"specversion"`
	ID              string         `json:"id"`
	Source          string         `json:"source"`
	Type            string         `json:"type"`
	Subject         *string        `json:"subject"`
	Time            string         `json:"time"`
	DataContentType string         `json:"datacontenttype"`
	Sequence        string         `json:"sequence"`
	Data            map[string]any `json:"data"`
}

// up brings everything to head office, and what goes outside out.
func (o *outlet) up() (list []record) {
	o.t.Helper()
	o.j.Upload(o.t, o.s, o.box, o.j.Head())
	o.round()
	return o.taken()
}

func (o *outlet) round() {
	o.t.Helper()
	for more := true; more; {
		var err error
		more, err = o.f.Round(o.t.Context())
		o.check(err)
	}
}

func (o *outlet) taken() (list []record) {
	o.t.Helper()
	for line := range strings.Lines(o.out.String()) {
		var r record
		o.check(json.Unmarshal([]byte(line), &r))
		list = append(list, r)
	}
	return list
}

func (o *outlet) parse(r record) (e cloudEvent) {
	o.t.Helper()
	o.check(json.Unmarshal(r.Value, &e))
	return e
}

// lunch has every kind of public event.
func (o *outlet) lunch() {
	o.venue("USD")
	o.order("first", "12", of[id.Customer]("customer"), 2550)
	o.say(event.StatusChanged{Order: of[id.Order]("first"), From: "placed", To: "preparing", Total: 2550})
	o.say(event.PaymentSettled{Payment: of[id.Payment]("good"), Order: of[id.Order]("first"), Amount: 2550, Currency: "usd", Status: "succeeded"})
	o.say(event.PaymentSettled{Payment: of[id.Payment]("bad"), Order: of[id.Order]("first"), Amount: 2550, Currency: "usd", Status: "failed", Reason: "declined"})
	o.say(event.StockChanged{Movement: of[id.Movement]("m"), Item: of[id.Item]("tomato"), Previous: 25000, New: 24875, Reason: "sale"})
}

// TestAnOrderThatMovesIsToldWithItsTable: before it is sent, order.created says it.
func TestAnOrderThatMovesIsToldWithItsTable(t *testing.T) {
	o := newOutlet(t)
	o.venue("USD")
	early := of[id.Order]("early")
	o.say(event.OrderOpened{Order: early, Number: event.Number{Series: "A", N: 213}, Type: "dine_in", Table: "5", Source: "tablet"})
	o.say(event.OrderMoved{Order: early, From: "5", To: "8", Status: "open"})
	o.say(event.OrderSent{Order: early, Total: 100, First: true})
	o.order("first", "12", id.Customer{}, 2550)
	o.say(event.OrderMoved{Order: of[id.Order]("first"), From: "12", To: "B4", Status: "placed", Total: 2550})
	var told []string
	for _, r := range o.up() {
		if e := o.parse(r); e.Type == "order.created" || e.Type == "order.updated" {
			told = append(told, fmt.Sprint(e.Type, " ", e.Data["tableNumber"], " ", e.Data["totalAmount"]))
		}
	}
	want := []string{"order.created 8 1", "order.created 12 25.5", "order.updated B4 25.5"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestPublicEventsAreWrittenAsTheirGoldenFiles(t *testing.T) {
	o := newOutlet(t)
	o.lunch()
	o.order("takeaway", "", id.Customer{}, 2550)
	o.say(event.PaymentTaken{Payment: of[id.Payment]("cash"), Order: of[id.Order]("first"), Tender: "cash", Amount: 1003, Rounding: 2, Tip: 200, Tendered: 2000, Change: 795, Currency: "USD", Owes: 1547})
	o.say(event.PaymentRefunded{Refund: of[id.Payment]("back"), Payment: of[id.Payment]("cash"), Order: of[id.Order]("first"), Tender: "cash", Amount: 503, Rounding: 2, Currency: "USD", Reason: "Cold"})
	names := map[string]string{"order.created": "", "order.updated": "", "payment.processed": "", "payment.failed": "", "inventory.updated": "", "tyngo.order.sent": "", "tyngo.venue.published": ""}
	for _, r := range o.up() {
		e := o.parse(r)
		if _, ok := names[e.Type]; !ok {
			continue
		}
		name := e.Type
		if e.Type == "order.created" && e.Data["tableNumber"] == nil {
			name = "order.created.takeaway"
		}
		if e.Type == "payment.processed" && e.Data["paymentMethod"] != nil {
			name = "payment.processed." + fmt.Sprint(e.Data["status"])
		}
		if names[e.Type] == name {
			continue // the first of its kind is enough
		}
		names[e.Type] = name
		line, err := json.Marshal(r)
		o.check(err)
		var got bytes.Buffer
		o.check(json.Indent(&got, line, "", "  "))
		got.WriteByte('\n')
		path := filepath.Join("testdata", name+".json")
		if *update {
			o.check(os.WriteFile(path, got.Bytes(), 0o644))
		}
		want, err := os.ReadFile(path)
		o.check(err)
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s is written as\n%swant\n%s", name, got.Bytes(), want)
		}
	}
	for typ, name := range names {
		if name == "" {
			t.Errorf("%s never went out", typ)
		}
	}
}

func TestEveryTopicAndEveryFieldThatUsersNamed(t *testing.T) {
	o := newOutlet(t)
	o.lunch()
	fields := map[string]string{
		"order.created": "orderId customerId items totalAmount tableNumber", "order.updated": "orderId status totalAmount",
		"payment.processed": "paymentId orderId amount status", "payment.failed": "paymentId orderId amount status", "inventory.updated": "itemId previousStock newStock reason",
	}
	topics := map[string]string{"order.created": "tyngo.orders.created", "order.updated": "tyngo.orders.updated", "payment.processed": "tyngo.payments.processed",
		"payment.failed": "tyngo.payments.failed", "inventory.updated": "tyngo.inventory.updated"}
	seen, facts := map[string]bool{}, int64(0)
	for _, r := range o.up() {
		e := o.parse(r)
		if at, err := time.Parse(time.RFC3339Nano, e.Time); e.SpecVersion != "1.0" || e.ID == "" || e.Source == "" || e.DataContentType != "application/json" || e.Subject != nil && *e.Subject == "" ||
			err != nil || at.Before(storetest.Now) || !strings.HasSuffix(e.Time, "Z") || r.Key != o.box.ID.String() {
			t.Errorf("%s is no CloudEvent: %s", e.Type, r.Value)
		}
		if r.Topic == sink.AnalyticsEvents {
			facts++
			seen[r.Topic] = true
			if fact := o.j.Events[facts-1]; e.Type != "tyngo."+fact.Type || e.ID != fact.ID.String() {
				t.Errorf("fact %d, %s, went out as %s", facts, fact.Type, e.Type)
			}
			continue
		}
		if topics[e.Type] != r.Topic {
			t.Errorf("%s went to %s", e.Type, r.Topic)
		}
		seen[r.Topic] = true
		for _, f := range strings.Fields(fields[e.Type]) {
			if _, ok := e.Data[f]; !ok {
				t.Errorf("%s has no %s: %s", e.Type, f, r.Value)
			}
		}
	}
	if facts != o.j.Head() || len(seen) != 6 {
		t.Errorf("%d facts of %d went out, to %v", facts, o.j.Head(), slices.Sorted(maps.Keys(seen)))
	}
}

func TestSourceAndIdNameOneRecord(t *testing.T) {
	o := newOutlet(t)
	o.lunch()
	first := o.up()
	names := map[string]bool{}
	for _, r := range first {
		e := o.parse(r)
		if names[e.Source+" "+e.ID] {
			t.Errorf("%s: a consumer that drops copies would drop it", e.Type)
		}
		names[e.Source+" "+e.ID] = true
	}
	o.out.Reset()
	o.check(o.s.Unfold(t.Context(), sink.Consumer, false)) // everything is handed over once more
	o.round()
	again := o.taken()
	if len(again) != len(first) {
		t.Fatalf("%d records, %d before", len(again), len(first))
	}
	for i := range again {
		if !bytes.Equal(again[i].Value, first[i].Value) || again[i].Topic != first[i].Topic {
			t.Errorf("handed over again as\n%s, was\n%s", again[i].Value, first[i].Value)
		}
	}
}

// breaking takes some bytes, and then the pipe breaks.
type breaking struct {
	w    *bytes.Buffer
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("broken pipe")
	}
	return b.w.Write(p)
}

func TestEveryRecordGoesOutAtLeastOnceAndInOrder(t *testing.T) {
	o := newOutlet(t)
	o.lunch()
	o.j.Upload(t, o.s, o.box, o.j.Head())
	for _, left := range []int{0, 5000, 1 << 20} { // nothing, a part, everything; each time the program starts again
		o.follow()
		ctx, crash := context.WithCancel(t.Context())
		lines := sink.Lines(&breaking{&o.out, left})
		o.f.Emit = func(ctx context.Context, out []rollup.Out) error { defer crash(); return lines(ctx, out) }
		if _, err := o.f.Round(ctx); err == nil {
			t.Error("the cursor moved, although the program was killed")
		}
		crash()
	}
	o.follow()
	o.round()
	whole := o.out.String()
	o.out.Reset()
	o.follow()
	o.round()
	if o.out.Len() != 0 {
		t.Errorf("what was taken goes out again: %s", o.out.String())
	}
	last := map[string]int{}
	n := 0
	for line := range strings.Lines(whole) {
		var r record
		if json.Unmarshal([]byte(line), &r) != nil {
			continue // where the pipe broke
		}
		e := o.parse(r)
		if _, ok := last[e.Source+e.ID]; !ok {
			last[e.Source+e.ID] = n
			n++
		}
	}
	if want := int(o.j.Head()) + 5; n != want {
		t.Errorf("%d different records went out, want %d", n, want)
	}
}

func TestAFactThatCannotBeReadKeepsNothingBack(t *testing.T) {
	o := newOutlet(t)
	o.venue("USD")
	add := func(typ, data string) {
		o.j.Append(t, storetest.Now, storetest.Day, event.Event{ID: id.New[id.Event](), Type: typ, V: 1, Data: []byte(data)})
	}
	add("order.sent", `"no object"`)
	add("payment.settled", `{"amount":"free"}`)
	add("table.danced_upon", `{"n":[1,2]}`)
	o.say(event.OrderSent{Order: of[id.Order]("stranger"), Total: 1, First: true})
	o.say(event.StockChanged{Movement: of[id.Movement]("m"), Item: of[id.Item]("tomato"), Previous: 0, New: math.MinInt64, Reason: "nonsense"})
	o.order("first", "Terrace 3", id.Customer{}, 2550)
	second := of[id.Order]("second") // its one line cannot be read
	o.say(event.OrderOpened{Order: second, Number: event.Number{Series: "A", N: 215}, Type: "takeaway", Source: "api"})
	add("order.line_added", `{"quantity":"two"}`)
	o.say(event.OrderSent{Order: second, Total: 400, First: true})
	var types []string
	for _, r := range o.up() {
		e := o.parse(r)
		types = append(types, e.Type)
		if items, list := e.Data["items"].([]any); e.Type == "order.created" && (!list || len(items) > 0 == (e.Data["orderId"] == second.String())) {
			t.Errorf("the items are %v", e.Data["items"])
		}
	}
	want := []string{"tyngo.venue.published", "tyngo.table.danced_upon", "tyngo.order.opened", "tyngo.order.line_added", "tyngo.order.line_added", "order.created", "tyngo.order.sent",
		"tyngo.order.opened", "order.created", "tyngo.order.sent"}
	if !slices.Equal(types, want) {
		t.Errorf("out went %v, want %v", types, want)
	}
	if n, err := o.s.In(o.box.Organisation).Quarantined(t.Context()); err != nil || n != 5 {
		t.Errorf("%d facts were set aside, %v", n, err)
	}
}

func TestFiguresAreWrittenAsPeopleReadThem(t *testing.T) {
	for _, c := range []struct{ currency, total, table string }{{"USD", "25.50", `12`}, {"JPY", "2550", `"012"`}, {"KWD", "2.550", `"Terrace 3"`}} { // a table is a number where it is one
		o := newOutlet(t)
		o.venue(c.currency)
		o.order("o", strings.Trim(c.table, `"`), id.Customer{}, 2550)
		list := o.up()
		if v := string(list[len(list)-2].Value); !strings.Contains(v, `"totalAmount":`+c.total+`,"tableNumber":`+c.table+`,"currency":"`+c.currency+`"`) {
			t.Errorf("%s: %s", c.currency, v)
		}
	}
	o := newOutlet(t)
	stock := map[int64]string{25000: "25", 125: "0.125", 24875: "24.875", -500: "-0.5", 0: "0", 10: "0.01", math.MaxInt64: "9223372036854775.807"}
	for n := range stock {
		o.say(event.StockChanged{Movement: of[id.Movement]("m"), Item: of[id.Item]("tomato"), Previous: n, New: n, Reason: "count"})
	}
	i := 0
	for _, r := range o.up() {
		if r.Topic != sink.InventoryUpdated {
			continue
		}
		var f event.StockChanged
		o.check(json.Unmarshal(o.j.Events[i].Data, &f))
		if i++; !strings.Contains(string(r.Value), `"previousStock":`+stock[f.New]+`,"newStock":`+stock[f.New]+`,`) {
			t.Errorf("%d is written %s", f.New, r.Value)
		}
	}
	if i != len(stock) {
		t.Errorf("%d went out", i)
	}
}

// An order is remembered until it is told, and no longer.
func TestNothingIsRememberedOfAnOrderThatWasTold(t *testing.T) {
	o := newOutlet(t)
	o.lunch()
	never := of[id.Order]("never")
	o.say(event.OrderOpened{Order: never, Number: event.Number{Series: "A", N: 9}, Type: "takeaway", Source: "api"})
	o.up()
	o.say(event.StatusChanged{Order: never, From: "open", To: "cancelled"})
	o.up()
	db, err := sql.Open("sqlite", o.path)
	o.check(err)
	defer db.Close()
	var n int
	o.check(db.QueryRow("SELECT count(*) FROM fold_state").Scan(&n))
	if n != 1 {
		t.Errorf("%d things are remembered; the place alone should be", n)
	}
}

// TestNoSecretGoesOutside: that somebody has a PIN may be known, its hash may not.
func TestNoSecretGoesOutside(t *testing.T) {
	o := newOutlet(t)
	o.venue("USD")
	o.say(event.PINSet{Employee: of[id.Staff]("Ana"), Hash: "$argon2id$v=19$secret"})
	list := o.up()
	if len(list) < 2 {
		t.Fatalf("%d records", len(list))
	}
	found := false
	for _, r := range list {
		if found = found || o.parse(r).Type == "tyngo.staff.pin_set"; strings.Contains(string(r.Value), "argon2id") {
			t.Fatal("a hash went outside")
		}
	}
	if !found {
		t.Error("that a PIN was set was not told")
	}
}
