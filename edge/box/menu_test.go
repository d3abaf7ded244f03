package box_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
)

// burgers is a menu with rules: a temperature is asked for, and there are a few of
// something every Saturday.
const burgers = `{"currency":"USD","items":[
  {"id":"` + boxtest.Bowl + `","name":"Burger","price":12,"station":"Hot line","modifier_groups":["Temperature","Sauces"]},
  {"id":"` + boxtest.Chips + `","name":"Ribs","price":21.5,"station":"Cold line","portions":[{"days":["sat"],"n":3}]}],
 "modifier_groups":[
  {"name":"Temperature","min":1,"max":1,"modifiers":[{"id":"` + rare + `","name":"Rare"},{"id":"` + medium + `","name":"Medium"}]},
  {"name":"Sauces","free":1,"modifiers":[{"id":"` + aioli + `","name":"Aioli","price":1}]}]}`

const (
	rare   = "0198f000-0000-7000-8000-000000000211"
	medium = "0198f000-0000-7000-8000-000000000212"
	aioli  = "0198f000-0000-7000-8000-000000000213"
)

type shown struct {
	Items []struct {
		MenuItemID string
		Price      int64
		Available  bool
		Left       *int64
	}
	Groups []struct {
		Modifiers []struct {
			ModifierID string
			Left       *int64
		}
	}
}

func (m shown) item(t testing.TB, id string) (price int64, available bool, left string) {
	t.Helper()
	for _, i := range m.Items {
		if i.MenuItemID == id {
			if left = "not counted"; i.Left != nil {
				left = fmt.Sprint(*i.Left)
			}
			return i.Price, i.Available, left
		}
	}
	t.Fatalf("no item %s", id)
	return 0, false, ""
}

func menuOf(h *boxtest.House) (m shown) {
	h.T.Helper()
	h.Do("GET", "/api/v1/menu", "").JSON(h.T, &m)
	return m
}

func must(h *boxtest.House, method, path, body string) {
	h.T.Helper()
	if a := h.Do(method, path, body); a.Status != 200 {
		h.T.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
}

func ringing(item string, quantity int, more string) string {
	return fmt.Sprintf(`{"restaurantId":%q,"items":[{"menuItemId":%q,"quantity":%d%s}]}`, boxtest.Restaurant, item, quantity, more)
}

// replays stops the house and checks that its journal makes the same tables; used is
// one that must not be empty.
func replays(h *boxtest.House, used ...string) {
	h.T.Helper()
	h.Stop()
	replayed, err := h.Replay()
	if err != nil {
		h.T.Fatal(err)
	}
	was, err := h.Dump()
	if err != nil {
		h.T.Fatal(err)
	}
	for table, rows := range was {
		if rows != replayed[table] {
			h.T.Errorf("%s differs:\n%s\nreplayed:\n%s", table, rows, replayed[table])
		}
	}
	for _, table := range used {
		if was[table] == "" {
			h.T.Errorf("%s is empty: nothing was compared", table)
		}
	}
}

// TestFortyTabletsSellTheLastTenPortions, and not one more.
func TestFortyTabletsSellTheLastTenPortions(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/portions", `{"left":10}`)
	if _, available, left := menuOf(h).item(t, boxtest.Chips); !available || left != "10" {
		t.Errorf("%s left, available %v", left, available)
	}
	var sold, refused atomic.Int64
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			switch a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Chips, 1, "")); {
			case a.Status == 201:
				sold.Add(1)
			case a.Status == 422 && strings.Contains(string(a.Body), "is out (86)"):
				refused.Add(1)
			default:
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	all.Wait()
	if sold.Load() != 10 || refused.Load() != 30 {
		t.Errorf("%d were sold and %d refused", sold.Load(), refused.Load())
	}
	if _, available, left := menuOf(h).item(t, boxtest.Chips); available || left != "0" {
		t.Errorf("%s left, available %v", left, available)
	}
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/portions", `{"left":3}`)
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Chips, 2, "")); a.Status != 201 {
		t.Errorf("two of three: %d %s", a.Status, a.Body)
	}
	two := `{"restaurantId":"` + boxtest.Restaurant + `","items":[{"menuItemId":"` + boxtest.Chips + `","quantity":1},{"menuItemId":"` + boxtest.Chips + `","quantity":1}]}`
	if a := h.Do("POST", "/api/v1/orders", two); a.Status != 422 || !strings.Contains(string(a.Body), "items[1]") || !strings.Contains(string(a.Body), "there are 1 left: Chips") {
		t.Errorf("two lines of one portion: %d %s", a.Status, a.Body)
	}
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/portions", `{"left":null}`)
	if _, available, left := menuOf(h).item(t, boxtest.Chips); !available || left != "not counted" {
		t.Errorf("%s left, available %v", left, available)
	}
	replays(h, "menu_overlay")
}

// TestPortionsOfTheDayComeBackByThemselves: three racks of ribs every Saturday.
func TestPortionsOfTheDayComeBackByThemselves(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	var h *boxtest.House
	at := func(s string) {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		now.Store(when.UnixMilli())
		if h != nil {
			h.Token = h.Mint("manager", "test")
		}
	}
	at("2026-11-27T18:00:00Z") // a Friday
	h = boxtest.Start(t, boxtest.Twice, boxtest.At(func() time.Time { return time.UnixMilli(now.Load()) }))
	must(h, "PUT", "/api/v1/menu/document", burgers)
	left := func(when, want string) {
		t.Helper()
		if _, _, got := menuOf(h).item(t, boxtest.Chips); got != want {
			t.Errorf("%s: %s left, want %s", when, got, want)
		}
	}
	left("on Friday", "not counted")
	sell := func(n, status int) {
		t.Helper()
		if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Chips, n, "")); a.Status != status {
			t.Errorf("%d: %d %s", n, a.Status, a.Body)
		}
	}
	sell(9, 201)
	at("2026-11-28T18:00:00Z")
	left("on Saturday", "3")
	sell(4, 422)
	sell(1, 201)
	left("after one", "2")
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/portions", `{"left":5}`) // there were more
	sell(5, 201)
	sell(1, 422)
	at("2026-11-29T18:00:00Z")
	left("on Sunday it is as it was", "0")
	at("2026-12-05T18:00:00Z")
	left("a week later", "3")
	sell(3, 201)
	sell(1, 422)
	replays(h, "menu_overlay")
}

func TestAPriceOfTheDayIsGoneTomorrow(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(time.Date(2026, 11, 27, 18, 0, 0, 0, time.UTC).UnixMilli())
	h := boxtest.Start(t, boxtest.At(func() time.Time { return time.UnixMilli(now.Load()) }))
	price := func(want int64) {
		t.Helper()
		got, _, _ := menuOf(h).item(t, boxtest.Chips)
		if got != want {
			t.Errorf("it costs %d, want %d", got, want)
		}
		o, a := place(h, ringing(boxtest.Chips, 1, ""))
		if a.Status != 201 || string(o.TotalAmount) != fmt.Sprintf("%d.%02d", want/100, want%100) {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	price(215)
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/price", `{"price":100}`)
	price(100)
	now.Add((24 * time.Hour).Milliseconds())
	h.Token = h.Mint("manager", "test")
	price(215)
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/price", `{"price":0}`)
	price(0)
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/price", `{"price":null}`)
	price(215)
	if a := h.Do("PUT", "/api/v1/menu/items/"+boxtest.Chips+"/price", `{"price":-1}`); a.Status != 422 {
		t.Errorf("less than nothing: %d %s", a.Status, a.Body)
	}
	replays(h, "menu_overlay")
}

// TestTheKitchenReadsWhatWasChosen, and what a menu asks for is asked for.
func TestTheKitchenReadsWhatWasChosen(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	must(h, "PUT", "/api/v1/menu/document", burgers)
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, "")); a.Status != 422 || !strings.Contains(string(a.Body), "need a choice of Temperature") {
		t.Errorf("without a temperature: %d %s", a.Status, a.Body)
	}
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, `,"modifiers":[{"modifierId":"`+aioli+`"},{"modifierId":"`+rare+`","quantity":100}]`)); a.Status != 422 || !strings.Contains(string(a.Body), "items[0].modifiers[1].quantity") {
		t.Errorf("a hundred temperatures: %d %s", a.Status, a.Body)
	}
	o, a := place(h, ringing(boxtest.Bowl, 2, `,"modifications":["medium","well wrapped"],"modifiers":[{"modifierId":"`+aioli+`","quantity":2,"pre":"extra"}]`))
	if a.Status != 201 || string(o.TotalAmount) != "28.00" || fmt.Sprint(o.Items[0].Modifications) != "[2x extra Aioli Medium well wrapped]" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	slip := out(h, h.Hot, 1)[0]
	for _, want := range []string{"2x extra Aioli", "Medium", "well wrapped"} {
		if !strings.Contains(slip, want) {
			t.Errorf("the ticket has no %q:\n%s", want, slip)
		}
	}
	must(h, "PUT", "/api/v1/menu/modifiers/"+aioli+"/portions", `{"left":0}`)
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, `,"modifications":["Aioli","Rare"]`)); a.Status != 422 || !strings.Contains(string(a.Body), "is out (86): Aioli") {
		t.Errorf("a sauce that is out: %d %s", a.Status, a.Body)
	}
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, `,"modifications":["Rare"],"modifiers":[{"modifierId":"`+aioli+`","pre":"no"}]`)); a.Status != 201 {
		t.Errorf("without the sauce that is out: %d %s", a.Status, a.Body)
	}
	replays(h, "menu_overlay")
}

// TestALargeMenuIsServedSmall: 3,000 items and 12,000 modifiers.
func TestALargeMenuIsServedSmall(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	var items, groups []string
	uuid := func(kind, n int) string { return fmt.Sprintf("0198f000-0000-7000-8%03d-%012d", kind, n) }
	for g := range 1200 {
		var mods []string
		for m := range 10 {
			mods = append(mods, fmt.Sprintf(`{"id":%q,"name":"Choice %d of %d","price":%d.%02d}`, uuid(2, g*10+m), m, g, m%3, g%100))
		}
		groups = append(groups, fmt.Sprintf(`{"name":"Group %d","min":%d,"max":5,"modifiers":[%s]}`, g, g%2, strings.Join(mods, ",")))
	}
	for i := range 3000 {
		items = append(items, fmt.Sprintf(`{"id":%q,"name":"Dish number %d","price":%d.%02d,"category":"Page %d","station":"Hot line","course":"Mains","tax_class":"Food","modifier_groups":["Group %d","Group %d","Group %d"]}`,
			uuid(1, i), i, 5+i%30, i%100, i/40, i%1200, (i*7+1)%1200, (i*13+5)%1200))
	}
	document := `{"currency":"USD","items":[` + strings.Join(items, ",") + `],"modifier_groups":[` + strings.Join(groups, ",") + `]}`
	began := time.Now()
	must(h, "PUT", "/api/v1/menu/document", document)
	took := time.Since(began)
	a := h.Do("GET", "/api/v1/menu", "", "Accept-Encoding", "gzip")
	t.Logf("imported in %v; %d bytes for a tablet", took, len(a.Body))
	if took > 10*time.Second { // 0.5 s on a machine that has nothing else to do
		t.Errorf("the import took %v", took)
	}
	if a.Status != 200 || len(a.Body) > 400<<10 || a.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d, %d bytes, %s", a.Status, len(a.Body), a.Header.Get("Content-Encoding"))
	}
	if again := h.Do("GET", "/api/v1/menu", "", "Accept-Encoding", "gzip", "If-None-Match", a.Header.Get("ETag")); again.Status != 304 || len(again.Body) > 0 {
		t.Errorf("unchanged: %d, %d bytes", again.Status, len(again.Body))
	}
	if m := menuOf(h); len(m.Items) != 3000 || len(m.Groups) != 1200 {
		t.Errorf("%d items, %d groups", len(m.Items), len(m.Groups))
	}
}

// TestAMenuIsEditedAsATable: out, changed in a spreadsheet, and in again.
func TestAMenuIsEditedAsATable(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	a := h.Do("GET", "/api/v1/menu/items.csv", "")
	want := "id,name,price,category,station,course,tax_class,prep_minutes,of,variant,allergens,dayparts,modifier_groups,open_price\n" +
		boxtest.Bowl + ",Chicken Bowl,8.75,Bowls,Hot line,,,15,,,,,Fillings,\n"
	if a.Status != 200 || !strings.HasPrefix(string(a.Body), want) {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	put := func(table string) boxtest.Answer {
		return h.Do("PUT", "/api/v1/menu/items.csv", table, "Content-Type", "text/csv")
	}
	bad := strings.Replace(strings.Replace(string(a.Body), "8.75", "-8.75", 1), "2.15", "two", 1)
	for table, says := range map[string][]string{
		bad: {"line 3", "two"}, strings.Replace(string(a.Body), "8.75", "-8.75", 1): {"line 2", "out of bounds"},
		strings.Replace(string(a.Body), "Fillings", "Sauces; Fillings", 1): {"line 2", "there is no group", "Sauces"},
		"name,colour\nBowl,red\n": {"colour", "modifier_groups"}, "price\n1\n": {"no column name"}, "name,price\n\"Bowl,1\n": {"cannot be read"},
	} {
		got := put(table)
		for _, s := range says {
			if got.Status != 422 || !strings.Contains(string(got.Body), s) {
				t.Errorf("%.60q: %d %s, want %q", table, got.Status, got.Body, s)
			}
		}
	}
	if got := put("name,price,category\nChicken Bowl,9.25,Bowls\nFlan,6.50,Desserts\n"); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	var m struct {
		Items []struct {
			ID, Name, Category, Station string
			Price                       json.Number
			Groups                      []string `json:"modifier_groups"`
		}
	}
	h.Do("GET", "/api/v1/menu/document", "").JSON(t, &m)
	if len(m.Items) != 2 || m.Items[0].ID != boxtest.Bowl || m.Items[0].Price != "9.25" || m.Items[0].Station != "Hot line" || fmt.Sprint(m.Items[0].Groups) != "[Fillings]" ||
		m.Items[1].Name != "Flan" || m.Items[1].ID == "" {
		t.Errorf("%+v", m)
	}
}

// TestWhatAMenuWouldChangeIsShownBefore it is put in force, and all that is wrong with it.
func TestWhatAMenuWouldChangeIsShownBefore(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	a := h.Do("POST", "/api/v1/menu/check", strings.Replace(boxtest.Menu, `"price":8.75`, `"price":9.5`, 1))
	if a.Status != 200 || !strings.Contains(string(a.Body), `{"where":"items[Chicken Bowl].price","was":"8.75","will":"9.5"}`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	a = h.Do("POST", "/api/v1/menu/check", strings.NewReplacer(`"price":8.75`, `"price":-9`, `"price":12`, `"price":"dear"`).Replace(boxtest.Menu))
	if a.Status != 422 || !strings.Contains(string(a.Body), "dear") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	a = h.Do("POST", "/api/v1/menu/check", strings.Replace(boxtest.Menu, `"USD"`, `"EUR"`, 1))
	if a.Status != 422 || !strings.Contains(string(a.Body), "The menu is in EUR and the restaurant in USD.") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if price, _, _ := menuOf(h).item(t, boxtest.Bowl); price != 875 {
		t.Errorf("a check changed the price to %d", price)
	}
	a = h.Do("GET", "/api/v1/menu/schema", "")
	if a.Status != 200 || a.Header.Get("Content-Type") != "application/schema+json" || !json.Valid(a.Body) || !strings.Contains(string(a.Body), `"modifier_groups"`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// TestWhatComesWithADishAndIsOutIsAskedFor: somebody must say what instead.
func TestWhatComesWithADishAndIsOutIsAskedFor(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	must(h, "PUT", "/api/v1/menu/document", strings.Replace(burgers, `"name":"Rare"`, `"name":"Rare","default":true`, 1))
	if o, a := place(h, ringing(boxtest.Bowl, 1, "")); a.Status != 201 || fmt.Sprint(o.Items[0].Modifications) != "[Rare]" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	must(h, "PUT", "/api/v1/menu/modifiers/"+rare+"/portions", `{"left":0}`)
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, "")); a.Status != 422 || !strings.Contains(string(a.Body), "need a choice of Temperature") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// TestASetMenuIsChosenAndItsPartsAreMade: one price, and each part at its own station.
func TestASetMenuIsChosenAndItsPartsAreMade(t *testing.T) {
	t.Parallel()
	const deal = "0198f000-0000-7000-8000-000000000109"
	h := boxtest.Start(t, boxtest.Twice)
	must(h, "PUT", "/api/v1/menu/document", strings.Replace(boxtest.Menu, `"items":[`, `"items":[
  {"id":"`+deal+`","name":"Lunch deal","price":11,"combo":[
   {"name":"Main","choices":[{"item":"`+boxtest.Bowl+`"},{"item":"`+boxtest.Stew+`","price":1.5}]},
   {"name":"Sides","choose":2,"choices":[{"item":"`+boxtest.Chips+`"}]}]},`, 1))
	side := `{"part":"Sides","menuItemId":"` + boxtest.Chips + `"}`
	for chosen, says := range map[string]string{
		``: "needs a choice of Main: 1, not 0",
		`{"part":"Main","menuItemId":"` + boxtest.Bowl + `"},` + side:                                     "needs a choice of Sides: 2, not 1",
		`{"part":"Main","menuItemId":"` + boxtest.Chips + `"}`:                                            "cannot be chosen as Main",
		`{"part":"Dessert","menuItemId":"` + boxtest.Chips + `"}`:                                         "is no part of Lunch deal",
		`{"part":"Main","menuItemId":"` + boxtest.Bowl + `","modifiers":[{"modifierId":"` + rare + `"}]}`: "items[0].combo[0].modifiers[0].modifierId",
	} {
		if a := h.Do("POST", "/api/v1/orders", ringing(deal, 1, `,"combo":[`+chosen+`]`)); a.Status != 422 || !strings.Contains(string(a.Body), says) {
			t.Errorf("%s: %d %s, want %q", chosen, a.Status, a.Body, says)
		}
	}
	if a := h.Do("POST", "/api/v1/orders", ringing(boxtest.Bowl, 1, `,"combo":[`+side+`]`)); a.Status != 422 || !strings.Contains(string(a.Body), "is no part of Chicken Bowl") {
		t.Errorf("parts of a dish that has none: %d %s", a.Status, a.Body)
	}
	chosen := `{"part":"Main","menuItemId":"` + boxtest.Bowl + `","modifications":["Guacamole","no rice please"]},` + side + `,` + side
	o, a := place(h, ringing(deal, 2, `,"combo":[`+chosen+`]`), "Idempotency-Key", "deal")
	if a.Status != 201 || string(o.TotalAmount) != "26.00" || len(o.Items) != 4 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	var lines struct {
		Items []struct {
			LineID, Name, PartOf string
			Amount               json.Number
			Quantity             int
		}
	}
	h.Do("GET", "/api/v1/orders/"+o.OrderID, "").JSON(t, &lines)
	for i, want := range []string{"Lunch deal 22.00", "Chicken Bowl 4.00", "Chips 0.00", "Chips 0.00"} {
		l := lines.Items[i]
		if fmt.Sprintf("%s %s", l.Name, l.Amount) != want || l.Quantity != 2 || (i > 0) != (l.PartOf == lines.Items[0].LineID) {
			t.Errorf("line %d is %+v, want %s", i, l, want)
		}
	}
	hot, cold := out(h, h.Hot, 1)[0], out(h, h.Cold, 1)[0]
	if !strings.Contains(hot, "2 Chicken Bowl") || !strings.Contains(hot, "NO rice please") || strings.Count(cold, "2 Chips") != 2 || strings.Contains(hot+cold, "Lunch deal") {
		t.Errorf("the tickets are\n%s\n%s", hot, cold)
	}
	if again := h.Do("POST", "/api/v1/orders", ringing(deal, 2, `,"combo":[`+chosen+`]`), "Idempotency-Key", "deal"); string(again.Body) != string(a.Body) {
		t.Errorf("asked again: %s\nand before %s", again.Body, a.Body)
	}
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/portions", `{"left":3}`)
	if a := h.Do("POST", "/api/v1/orders", ringing(deal, 2, `,"combo":[`+chosen+`]`)); a.Status != 422 || !strings.Contains(string(a.Body), "there are 3 left: Chips") {
		t.Errorf("four portions of three: %d %s", a.Status, a.Body)
	}
	replays(h, "menu_overlay")
}
